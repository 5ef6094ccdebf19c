"""The fast way through transcripts: ordinary lines become packed calls, all others go the general way.

Whatever a line holds, both ways give the same answer: a line is ordinary only if every value that can matter is of
the type and range expected.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.packed_calls import TAIL, PackedCalls, fingerprint, flags, identity
from budgetcalc.readers.byte_streams import Line as TextLine
from budgetcalc.readers.byte_streams import split_lines
from budgetcalc.readers.recorded_times import YEARS
from budgetcalc.readers.usage.claude_code import FIRST_OUTPUT, UNFINISHED
from budgetcalc.readers.usage.fields import ASSUMED_5M, Origin
from budgetcalc.readers.usage.transcript_kinds import Kinds
from budgetcalc.readers.usage.transcript_view import compiled_rows
from budgetcalc.readers.usage.values import line_value, line_values

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from budgetcalc.readers.files import Opened
    from budgetcalc.readers.usage.transcript_kinds import Row
    from budgetcalc.readers.usage.values import Value
    from budgetcalc.usage import InvalidRow

LONGEST = 1 << 24
"""Bytes of a line that are still held; longer ones, and what follows them, are read the general way."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 24 * 60 * 60 * 1_000_000
_EPOCH_DAY = _EPOCH.toordinal()
_EARLIEST, _LATEST = (
    (datetime(year, 1, 1, tzinfo=UTC).toordinal() - _EPOCH_DAY) * _DAY for year in (YEARS.start, YEARS.stop)
)


def _rows_of() -> Callable[[bytes, int, int, int, Kinds], tuple[Iterable[Row], int]]:
    """Return what takes lines apart: compiled code, or msgspec with Python."""
    compiled = compiled_rows()
    if compiled is not None:
        return compiled
    from budgetcalc.readers.usage import transcript_lines

    return transcript_lines.rows


rows_of = _rows_of()


def transcript_values(opened: Opened) -> Iterator[Value | InvalidRow | PackedCalls]:
    """Yield the calls of lines packed, and the values of lines that take the general way.

    Args:
        opened: an input that is read line by line.
    """
    if len(opened.head) > LONGEST or opened.limits.line < 2 * LONGEST:
        yield from line_values(opened.lines(), opened)
        return
    kinds = Kinds(opened.file)
    number, cut = 1, b""
    chunks = chain((opened.head,), opened.rest)
    for chunk in chunks:
        first = chunk.find(b"\n") + 1 if cut else 0
        end = chunk.rfind(b"\n", first) + 1 or first
        if first:
            cut += chunk[:first]
            number = yield from _block_values(kinds, cut, 0, len(cut), number)
        if end > first:
            number = yield from _block_values(kinds, chunk, first, end, number)
        cut = chunk[end:] if end else cut + chunk
        if len(cut) > LONGEST:
            rest = split_lines(chain((cut,), chunks), opened.limits.line)
            moved = (TextLine(line.number + number - 1, line.offset, line.data) for line in rest)
            yield from line_values(moved, opened)
            return
    if cut:
        yield from _block_values(kinds, cut, 0, len(cut), number)


def _block_values(
    kinds: Kinds, block: bytes, start: int, stop: int, number: int
) -> Generator[Value | InvalidRow | PackedCalls, None, int]:
    """Yield what whole lines hold, and return the number of the line behind them; ``number`` is the first one's."""
    found, following = rows_of(block, start, stop, number, kinds)
    rows = iter(found)
    unusual: Row | None = ()
    while unusual is not None:
        packed, unusual = _packed(kinds, rows)
        if packed is not None:
            yield packed
        if unusual is not None:
            _, line, at, *_ = unusual
            end = block.find(b"\n", at, stop)
            raw = block[at : end if end >= 0 else stop]
            if raw.strip():
                yield line_value(raw, Origin(kinds.file, line))
    return following


_NO_WARNINGS: tuple[str, ...] = ()
_ASSUMED = (ASSUMED_5M,)


_END: Row = (None,)


def _packed(kinds: Kinds, rows: Iterator[Row]) -> tuple[PackedCalls | None, Row | None]:  # noqa: C901, PLR0912, PLR0915
    """Return the calls of the lines up to the next unusual one, if there are ordinary ones, and that line.

    Neighbouring lines of one call become one, as :meth:`budgetcalc.usage.UsageTokens.merged` makes it. This is one
    loop, as a call for each line would take longer than what is done there.

    Args:
        kinds: those of the lines' file.
        rows: the lines.
    """
    told, is_transcript = 0, False
    shapes: dict[tuple[int, tuple[str, ...]], int] = {}
    calls: list[tuple[int, bytes, bytes]] = []
    known_call, known_request, known_what = "", None, -1
    moment = first = repeats = fresh = five = hour = read = output = thinking = searches = 0
    warnings: tuple[str, ...] = ()
    for row in chain(rows, (_END,)):
        if row[0]:
            (
                (what, is_open, has_split, is_replay, has_iteration, iteration_has_split),
                number,
                _,
                request,
                stamp,
                call,
                own_fresh,
                total,
                own_read,
                own_output,
                own_five,
                own_hour,
                own_searches,
                iteration_output,
                own_thinking,
                iteration_five,
                iteration_hour,
            ) = row
            if has_split:
                own_five, own_hour, own_warnings = own_five or 0, own_hour or 0, _NO_WARNINGS
            else:
                own_five, own_hour = total or 0, 0
                own_warnings = _ASSUMED if own_five else _NO_WARNINGS
            is_unusual = (
                not call
                or stamp is None
                or not _EARLIEST <= stamp < _LATEST
                or own_fresh is None
                or own_output is None
                or (total is not None and own_five + own_hour != total)
                or (own_thinking is not None and own_thinking > own_output)
                # The top level says all where the iteration is the call itself.
                or (has_iteration and (iteration_output or 0) != own_output)
                or (
                    iteration_has_split
                    and not (has_split and (iteration_five or 0, iteration_hour or 0) == (own_five, own_hour))
                )
            )
        elif row[0] is None:
            is_unusual = True
        else:
            is_transcript = True
            continue
        if not is_unusual:
            own_thinking = 0 if own_thinking is None else own_thinking + 1
            if is_open and own_output <= FIRST_OUTPUT:
                own_warnings = (*own_warnings, UNFINISHED)
            if is_replay:
                request = None
            if call == known_call and request == known_request and what == known_what:
                # No `max`: calling it once takes as long as all of these.
                if stamp < moment:  # noqa: PLR1730
                    moment = stamp
                if own_fresh > fresh:  # noqa: PLR1730
                    fresh = own_fresh
                if own_read and own_read > read:
                    read = own_read
                if own_output > output:  # noqa: PLR1730
                    output = own_output
                if own_thinking > thinking:  # noqa: PLR1730
                    thinking = own_thinking
                if own_searches and own_searches > searches:
                    searches = own_searches
                if own_five != five or own_hour != hour:
                    writes = max((five + hour, hour), (own_five + own_hour, own_hour))
                    five, hour = writes[0] - writes[1], writes[1]
                if own_warnings != warnings:
                    warnings = tuple(each for each in warnings if each in own_warnings)
                repeats += 1
                told += 1
                continue
        if told:
            index = shapes.setdefault((known_what, warnings), len(shapes))
            tail = TAIL.pack(
                moment // _DAY + _EPOCH_DAY,
                flags(fresh + five + hour + read, output, thinking, searches),
                first,
                moment,
                fingerprint(known_request),
                repeats,
                fresh,
                five,
                hour,
                read,
                output,
                thinking,
                searches,
            )
            calls.append((index, identity(known_call), tail))
        if is_unusual:
            break
        known_call, known_request, known_what = call, request, what
        moment, first, warnings, repeats = stamp, number, own_warnings, 0
        fresh, five, hour, read = own_fresh, own_five, own_hour, own_read or 0
        output, thinking, searches = own_output, own_thinking, own_searches or 0
        told += 1
    packed = PackedCalls(kinds.file, told, kinds.shapes(shapes), calls) if told or is_transcript else None
    return packed, None if row is _END else row


def _keep_freed_memory() -> None:
    """Let the C library keep memory that is freed, where it otherwise takes new pages for each block of lines.

    glibc raises its thresholds to the largest piece that was ever freed (mallopt(3), ``M_MMAP_THRESHOLD``); other
    libraries do nothing. The piece is never written to, so that it takes no memory.
    """
    bytes(LONGEST)  # of zeros that the system gives; a `bytearray` writes its own


_keep_freed_memory()
