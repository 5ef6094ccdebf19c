"""The fast way through transcripts: ordinary lines become packed calls, all others go the general way.

Whatever a line holds, both ways give the same answer: a line is ordinary only if every value that can matter is of
the type and range expected.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

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
    from budgetcalc.readers.usage.transcript_kinds import Kind, Row
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


def _packed(kinds: Kinds, rows: Iterator[Row]) -> tuple[PackedCalls | None, Row | None]:  # noqa: C901, PLR0912, PLR0915
    """Return the calls of the lines up to the next unusual one, if there are ordinary ones, and that line.

    Neighbouring lines of one call become one. This is one loop, as a call for each line would take longer than what
    is done there: it is most of the time that transcripts take after their decoding.

    Args:
        kinds: those of the lines' file.
        rows: the lines.
    """
    told, is_transcript, unusual = 0, False, None
    shapes: dict[tuple[int, tuple[str, ...]], int] = {}
    calls: list[tuple[int, bytes, bytes]] = []
    last_call, last_request, last_what = "", None, -1
    moment = first = repeats = 0
    counts: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()

    def flush() -> None:
        index = shapes.setdefault((last_what, warnings), len(shapes))
        day = moment // _DAY + _EPOCH_DAY
        tail = TAIL.pack(day, flags(counts), first, moment, fingerprint(last_request), repeats, *counts)
        calls.append((index, identity(last_call), tail))

    for row in rows:
        if not row[0]:
            if row[0] is None:
                unusual = row
                break
            is_transcript = True
            continue
        (
            (what, is_open, has_split, is_replay, has_iteration, iteration_has_split),
            number,
            _,
            request,
            stamp,
            call,
            fresh,
            total,
            read,
            output,
            five,
            hour,
            searches,
            iteration_output,
            thinking,
            iteration_five,
            iteration_hour,
        ) = row
        if not call or stamp is None or not _EARLIEST <= stamp < _LATEST or fresh is None or output is None:
            unusual = row
            break
        five, hour, new_warnings = five or 0, hour or 0, _NO_WARNINGS
        if not has_split:
            five = total or 0
            if five:
                new_warnings = _ASSUMED
        elif total is not None and five + hour != total:
            unusual = row
            break
        if thinking is None:
            thinking = 0
        elif thinking <= output:
            thinking += 1
        else:
            unusual = row
            break
        if has_iteration and (
            (iteration_output or 0) != output
            # The top level says all: the iteration is the call itself.
            or (
                iteration_has_split
                and not (has_split and (iteration_five or 0, iteration_hour or 0) == (five, hour))
            )
        ):
            unusual = row
            break
        if is_open and output <= FIRST_OUTPUT:
            new_warnings = (*new_warnings, UNFINISHED)
        if is_replay:
            request = None
        new_counts = fresh, five, hour, read or 0, output, thinking, searches or 0
        if call == last_call and request == last_request and what == last_what:
            if stamp < moment:
                moment = stamp
            if new_counts != counts:
                counts = _merged(counts, new_counts)
            if new_warnings != warnings:
                warnings = tuple(each for each in warnings if each in new_warnings)
            repeats += 1
        else:
            if told:
                flush()
            last_call, last_request, last_what = call, request, what
            first, moment, counts, warnings, repeats = number, stamp, new_counts, new_warnings, 0
        told += 1
    if told:
        flush()
    elif not is_transcript:
        return None, unusual
    return PackedCalls(kinds.file, told, kinds.shapes(shapes), calls), unusual


def _merged(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    """Return the counts of one call of two lines, as :meth:`budgetcalc.usage.UsageTokens.merged` does."""
    if one == two:
        return one
    fresh, five, hour, read, output, thinking, searches = map(max, one, two)
    if one[1:3] != two[1:3]:
        writes, hour = max((one[1] + one[2], one[2]), (two[1] + two[2], two[2]))
        five = writes - hour
    return fresh, five, hour, read, output, thinking, searches


def _keep_freed_memory() -> None:
    """Let the C library keep memory that is freed, where it otherwise takes new pages for each block of lines.

    glibc raises its thresholds to the largest piece that was ever freed (mallopt(3), ``M_MMAP_THRESHOLD``); other
    libraries do nothing. The piece is never written to, so that it takes no memory.
    """
    bytes(LONGEST)


_keep_freed_memory()
