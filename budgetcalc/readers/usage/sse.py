"""Logs of streams: the events of each are merged into the message that they tell of.

Counts in a stream are cumulative: a later one replaces an earlier one, field by field, and is never added to it
(formats.md §0, rule 5; streaming documentation: "the token counts shown in the usage field of the message_delta
event are cumulative").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage import bedrock
from budgetcalc.readers.usage.fields import BadUsage, Origin, mapping
from budgetcalc.readers.usage.messages import Records, invalid, response_row
from budgetcalc.records import dataclass, replace
from budgetcalc.usage import CUT_OFF, InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EVENTS = frozenset(
    {
        "message_start",
        "message_delta",
        "message_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "ping",
    }
)


def is_this(value: Any) -> bool:
    """Whether a value is one event of a Messages stream."""
    kind = value.get("type")
    return isinstance(kind, str) and kind in _EVENTS


@dataclass(slots=True)
class _Stream:
    """One stream, from its ``message_start`` on."""

    origin: Origin
    message: dict[str, Any]
    wrappers: Records
    has_final_counts: bool = False
    failed: bool = False

    def add(self, event: Mapping[str, Any]) -> None:
        """Take in a ``message_delta``: what it says replaces what was known."""
        known = mapping(event.get("delta"))
        self.message |= {key: value for key, value in known.items() if value is not None}
        usage = mapping(event.get("usage"))
        if usage:
            self.has_final_counts = True
            said = {key: value for key, value in usage.items() if value is not None}
            self.message["usage"] = {**mapping(self.message.get("usage")), **said}

    def row(self) -> UsageRow | InvalidRow:
        """Return the row of the message."""
        try:
            row = response_row(self.message, self.origin, self.wrappers, form="sse")
        except BadUsage as error:
            return invalid(self.origin, error)
        if self.has_final_counts and not self.failed:
            return row
        return replace(row, warnings=(*row.warnings, CUT_OFF))


@dataclass(slots=True)
class Streams:
    """The streams of one log, one after the other; ``message_start`` begins the next one."""

    open: _Stream | None = None

    def add(
        self, event: Mapping[str, Any], origin: Origin, wrappers: Records = ()
    ) -> Iterator[UsageRow | InvalidRow]:
        """Take in one event; yield the row of a stream that it ends."""
        kind = event.get("type")
        if kind == "message_start":
            yield from self.finish()
            self.open = _Stream(origin, dict(mapping(event.get("message"))), wrappers)
        elif kind == "message_stop" and self.open is None:
            # Bedrock repeats the counts of a stream here; where nothing else was kept of it, they are all there is.
            yield from bedrock.read(event, origin) if bedrock.is_this(event) else ()
        elif kind == "message_stop":
            yield from self.finish()
        elif kind == "error" and self.open:
            self.open.failed = True
        elif kind == "message_delta":
            if self.open:
                self.open.add(event)
            else:
                yield InvalidRow(
                    *origin,
                    "a message_delta without its message_start: the log is cut, or its streams are interleaved",
                )

    def finish(self) -> Iterator[UsageRow | InvalidRow]:
        """Yield the row of a stream that is still open."""
        if self.open:
            stream, self.open = self.open, None
            yield stream.row()
