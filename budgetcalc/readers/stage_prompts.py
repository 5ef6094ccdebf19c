"""The prompt files of a pipeline's stages: each holds one request, in any form that ``estimate`` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.answers import Failure
from budgetcalc.estimates import SourceRef
from budgetcalc.readers.files import is_read_once
from budgetcalc.readers.requests import FailedItem, read_requests

if TYPE_CHECKING:
    from pathlib import Path

    from budgetcalc.configuration import Pipeline
    from budgetcalc.conversation import Request
    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.requests import RequestFill


def read_stage_prompts(
    pipeline: Pipeline, folder: Path, fill: RequestFill, limits: Limits | None = None
) -> dict[str, Request | Failure]:
    """Return the request of each stage by its name, or why there is none.

    Args:
        pipeline: its prompts are relative to ``folder``.
        folder: that of the configuration.
        fill: what holds where neither the stage nor its prompt says something.
        limits: how much is read of each prompt.
    """
    return {stage.name: _read(stage.prompt, folder, fill, limits) for stage in pipeline.stages}


def _read(prompt: str, folder: Path, fill: RequestFill, limits: Limits | None) -> Request | Failure:
    source = SourceRef(prompt)
    if is_read_once(str(folder / prompt)):
        return Failure(source, "the prompt is a pipe or a device", "name a plain file")
    items = read_requests(str(folder / prompt), fill=fill, limits=limits)
    first = next(items, None)
    if first is None:
        return Failure(source, "the prompt holds no request", "give a prompt text or one request")
    if isinstance(first, FailedItem):
        return Failure(source, first.message, first.hint, first.location)
    if next(items, None) is not None:
        hint = "a stage is one prompt: split the file, or name one of its requests in a file of its own"
        return Failure(source, "the prompt holds more than one request", hint)
    return first.request
