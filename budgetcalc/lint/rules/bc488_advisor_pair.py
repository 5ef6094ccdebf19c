"""The advisor cannot advise this model.

## What it does

Finds an advisor that cannot advise (models before Sonnet 4.6, Haiku) or is weaker than the model it would
advise, and a `max_tokens` of the advisor under 1,024 or over its cap.

## Why it matters

The API answers 400.

## Example

Over, on Claude Opus 4.7:

    {"type": "advisor_20260301", "name": "advisor", "model": "claude-opus-4-6"}

Within: with `"model": "claude-opus-4-8"`.

## How to fix

Name an advisor at least as strong as the model.

## Source

Advisor tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool (2026-08-22);
https://code.claude.com/docs/en/advisor (2026-11-22). Advisor blocks in
a history without the tool: the documentation accepts them, pydantic-ai saw them refused; a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ServerTool
from budgetcalc.errors import UnknownModelError
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC488"
NAME = "advisor-pair"
SEVERITY: Severity = "error"

_LEAST = 1_024


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each advisor that is refused; one this version does not know is left alone."""
    yield from _history(context.request)
    for tool in context.request.tools:
        name = tool.raw.get("model")
        if not tool.type.startswith("advisor_") or not isinstance(name, str):
            continue
        try:
            advisor = context.catalogue.find(name).model
        except UnknownModelError:
            continue
        rank, own = advisor.accepts.advisor_rank, context.model.accepts.advisor_rank
        hint = f"name an advisor at least as strong as {context.model.id}"
        path = f"{tool.path}/model"
        if rank is None:
            yield Finding(ID, NAME, "error", f"{advisor.id} cannot be an advisor", path=path, hint=hint)
        elif own is not None and rank < own:
            message = f"{advisor.id} is weaker than {context.model.id}, which it would advise"
            yield Finding(ID, NAME, "error", message, path=path, hint=hint)
        most = advisor.output_cap(context.on).tokens
        asked = number(tool.raw.get("max_tokens"))
        if asked is not None and not _LEAST <= asked <= most:
            message = f"the advisor's max_tokens of {asked:,} is not between {_LEAST:,} and {most:,}"
            yield Finding(
                ID,
                NAME,
                "error",
                message,
                path=f"{tool.path}/max_tokens",
                hint=f"give {_LEAST:,} or more",
                measured=int(asked),
                limit=_LEAST if asked < _LEAST else most,
            )


def _history(request: Request) -> Iterator[Finding]:
    """Yield a warning for advice in a history whose advisor is no longer given."""
    if any(tool.type.startswith("advisor_") for tool in request.tools):
        return
    for _, block in request.blocks():
        if isinstance(block, ServerTool) and block.type == "advisor_tool_result":
            message = "the history holds advice, and no advisor is given: it may be refused"
            hint = "keep sending the tool, or drop its calls and results"
            yield Finding(ID, NAME, "warning", message, path=block.path, hint=hint)
            return
