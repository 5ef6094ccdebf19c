"""Transcripts of Claude Code: one JSONL file per session, several lines per call (formats.md §5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage.fields import Origin, mapping, text
from budgetcalc.readers.usage.messages import Records, response_row
from budgetcalc.records import replace
from budgetcalc.usage import UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNFINISHED = "a Claude Code call was recorded while it was still streaming: its output is a lower bound"

SYNTHETIC = "<synthetic>"
FIRST_OUTPUT = 9
"""The first lines of a streamed call hold an output of 1 to 9 tokens; the last one holds all of it."""

BARE_TYPES = frozenset({"file-history-snapshot", "queue-operation", "cost-state", "summary"})
"""Lines that need not name their session."""

_DIMENSIONS = (
    ("project", "cwd"),
    ("session", "sessionId"),
    ("session", "session_id"),
    ("version", "version"),
)


def is_this(value: Any) -> bool:
    """Whether a value is a line of a transcript, with usage or without."""
    kind = value.get("type")
    if isinstance(mapping(value.get("message")).get("usage"), dict):
        return True
    return isinstance(kind, str) and ("sessionId" in value or kind in BARE_TYPES)


def read(value: Mapping[str, Any], origin: Origin, wrappers: Records = ()) -> Iterator[UsageRow]:
    """Yield the row of a line that holds a call; most lines hold none.

    ``toolUseResult`` and ``cost-state`` repeat what other lines say and are never read.
    """
    message = mapping(value.get("message"))
    is_synthetic = message.get("model") == SYNTHETIC or value.get("isApiErrorMessage") is True
    if isinstance(message.get("usage"), dict) or is_synthetic:
        yield line_row(value, message, origin, wrappers, is_synthetic=is_synthetic)


def line_row(
    value: Mapping[str, Any],
    message: Mapping[str, Any],
    origin: Origin,
    wrappers: Records = (),
    *,
    is_synthetic: bool = False,
) -> UsageRow:
    """Return the row of a line.

    A call is its message's id and its request's. A sidechain or a fork repeats its parent's messages, sometimes
    under a new request: there, and on lines without a request, the message's id is enough.

    Raises:
        BadUsage: a count is none.
    """
    row = response_row(
        {} if is_synthetic else message,
        origin,
        (value, *wrappers),
        form="claude-code",
        dimensions=_dimensions(value),
    )
    uuid = text(value.get("uuid"))
    is_replay = value.get("isSidechain") is True or bool(value.get("forkedFrom"))
    is_unfinished = (
        message.get("stop_reason") is None
        and len(row.charges) == 1
        and row.charges[0].tokens.output <= FIRST_OUTPUT
    )
    return replace(
        row,
        call_id=text(message.get("id")) or (f"uuid:{uuid}" if uuid else None),
        request_id=None if is_replay else text(value.get("requestId")),
        unbilled="written by Claude Code itself" if is_synthetic else row.unbilled,
        warnings=(*row.warnings, UNFINISHED) if is_unfinished else row.warnings,
    )


def _dimensions(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = {name: said for name, key in _DIMENSIONS if (said := text(value.get(key)))}
    return (("source", "claude-code"), *found.items())
