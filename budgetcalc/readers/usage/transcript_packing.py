"""Calls packed in Python, of the rows that :mod:`.transcript_lines` makes of lines: the twin of ``native/lines.c``."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.packed_calls import RECORD, PackedCalls, fingerprint, flags, identity
from budgetcalc.readers.usage.claude_code import FIRST_OUTPUT, UNFINISHED
from budgetcalc.readers.usage.fields import ASSUMED_5M
from budgetcalc.readers.usage.transcript_kinds import BEHIND_LATEST, DAY, EARLIEST, EPOCH_DAY, REMARKS
from budgetcalc.readers.usage.transcript_lines import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.readers.usage.transcript_kinds import Kinds, Piece
    from budgetcalc.readers.usage.transcript_lines import Row


def pieces(block: bytes, start: int, stop: int, number: int, kinds: Kinds) -> tuple[Iterator[Piece], int]:
    """Return what lines hold, and the number of the line behind them (``transcript_kinds.Pieces``)."""
    found, following = rows(block, start, stop, number, kinds)
    return _pieces(kinds, found), following


def _pieces(kinds: Kinds, found: Iterator[Row]) -> Iterator[Piece]:
    unusual: Row | None = ()
    while unusual is not None:
        packed, unusual = _packed(kinds, found)
        if packed is not None:
            yield packed
        if unusual is not None:
            _, line, at, *_ = unusual
            yield line, at


_ASSUMED, _UNFINISHED = 1 << REMARKS.index(ASSUMED_5M), 1 << REMARKS.index(UNFINISHED)
_END: Row = (None,)


def _packed(kinds: Kinds, rows: Iterator[Row]) -> tuple[PackedCalls | None, Row | None]:  # noqa: C901, PLR0912, PLR0915
    """Return the calls of the lines up to the next unusual one, if there are ordinary ones, and that line.

    Neighbouring lines of one call become one, as :func:`budgetcalc.calls.merged` makes it; those whose cache writes
    differ are left to it. This is one loop, as a call for each line would take longer than what is done there.

    Args:
        kinds: those of the lines' file.
        rows: the lines.
    """
    told, is_transcript = 0, False
    shapes: dict[tuple[int, int], int] = {}
    calls: list[bytes] = []
    known_call, known_request, known_what = "", None, -1
    moment = first = repeats = fresh = five = hour = read = output = thinking = searches = remarks = 0
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
                own_five, own_hour, own_remarks = own_five or 0, own_hour or 0, 0
            else:
                own_five, own_hour = total or 0, 0
                own_remarks = _ASSUMED if own_five else 0
            is_unusual = (
                not call
                or stamp is None
                or not EARLIEST <= stamp < BEHIND_LATEST
                or own_fresh is None
                or own_output is None
                or (total is not None and own_five + own_hour != total)
                or (own_thinking is not None and own_thinking > own_output)
                # The top level says all where the iteration is the call itself.
                or (has_iteration and (iteration_output or 0) != own_output)
                or (
                    iteration_has_split and (iteration_five or 0, iteration_hour or 0) != (own_five, own_hour)
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
                own_remarks |= _UNFINISHED
            if is_replay:
                request = None
            if (
                call == known_call
                and request == known_request
                and what == known_what
                and own_five == five
                and own_hour == hour
            ):
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
                remarks &= own_remarks
                repeats += 1
                told += 1
                continue
        if told:
            packed = RECORD.pack(
                identity(known_call),
                shapes.setdefault((known_what, remarks), len(shapes)),
                moment // DAY + EPOCH_DAY,
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
            calls.append(packed)
        if is_unusual:
            break
        known_call, known_request, known_what = call, request, what
        moment, first, remarks, repeats = stamp, number, own_remarks, 0
        fresh, five, hour, read = own_fresh, own_five, own_hour, own_read or 0
        output, thinking, searches = own_output, own_thinking, own_searches or 0
        told += 1
    left = None if row is _END else row
    if not (told or is_transcript):
        return None, left
    return PackedCalls(kinds.file, told, kinds.shapes(shapes), b"".join(calls)), left
