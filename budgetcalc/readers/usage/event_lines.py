"""Lines of an event stream become JSON values, one an event (the ``text/event-stream`` format of the HTML standard)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.patterns import pattern
from budgetcalc.readers.usage.fields import Origin
from budgetcalc.readers.usage.values import line_value, too_long
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.readers.files import Opened
    from budgetcalc.readers.usage.values import Value

_FIRST_LINE = pattern(rb":|(?:event|data|id|retry)(?::|$)")
"""A field of an event, or a comment: proxies keep connections alive with comments of their own."""

_DATA = b"data:"
_END = b"[DONE]"


def starts_stream(line: bytes) -> bool:
    """Return whether a first line is one of an event stream."""
    return _FIRST_LINE.match(line) is not None


def event_values(opened: Opened) -> Iterator[Value | InvalidRow]:
    """Yield the data of each event; a line that is no JSON is one invalid row, and the stream goes on.

    The data of one event may stand on several lines. Logs that lost the blank lines between events are read too: a
    line that is a value by itself is an event.
    """
    held: list[tuple[Origin, bytes]] = []
    for line in opened.lines():
        if line.data is None:
            yield InvalidRow(opened.file, line.number, too_long(opened.limits))
            continue
        text = line.data.strip()
        is_data = text.startswith(_DATA)
        if held and (not text or text.startswith(b"event:") or len(held) >= opened.limits.event_lines):
            yield from _together(held)
            held = []
        data = text.removeprefix(_DATA).strip()
        if not is_data or not data or data == _END:
            continue
        origin = Origin(opened.file, line.number)
        alone = line_value(data, origin, opened.limits)
        if held or isinstance(alone, InvalidRow):
            held.append((origin, data))
        else:
            yield alone
    yield from _together(held)


def _together(held: list[tuple[Origin, bytes]]) -> Iterator[Value | InvalidRow]:
    """Yield the value that lines are together; where they are none, what each is alone."""
    if not held:
        return
    whole = line_value(b"\n".join(data for _, data in held), held[0][0])
    if not isinstance(whole, InvalidRow):
        yield whole
        return
    for origin, data in held:
        yield line_value(data, origin)
