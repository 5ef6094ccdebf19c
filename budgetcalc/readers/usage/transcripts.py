"""The fast way through transcripts: ordinary lines become packed calls, all others go the general way.

Whatever a line holds, both ways give the same answer: a line is ordinary only if every value that can matter is of
the type and range expected.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.packed_calls import PackedCalls
from budgetcalc.readers.byte_streams import Line as TextLine
from budgetcalc.readers.byte_streams import split_lines
from budgetcalc.readers.usage.fields import Origin
from budgetcalc.readers.usage.transcript_kinds import Kinds
from budgetcalc.readers.usage.transcript_view import compiled_pieces
from budgetcalc.readers.usage.values import line_value, line_values

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from budgetcalc.readers.files import Opened
    from budgetcalc.readers.usage.transcript_kinds import Pieces
    from budgetcalc.readers.usage.values import Value
    from budgetcalc.usage import InvalidRow

LONGEST = 1 << 24
"""Bytes of a line that are still held; longer ones, and what follows them, are read the general way."""


def _pieces_of() -> Pieces:
    """Return what takes lines apart: compiled code, or msgspec with Python."""
    compiled = compiled_pieces()
    if compiled is not None:
        return compiled
    from budgetcalc.readers.usage.transcript_packing import pieces

    return pieces


pieces_of = _pieces_of()


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
    found, following = pieces_of(block, start, stop, number, kinds)
    for piece in found:
        if isinstance(piece, PackedCalls):
            yield piece
            continue
        line, at = piece
        end = block.find(b"\n", at, stop)
        raw = block[at : end if end >= 0 else stop]
        if raw.strip():
            yield line_value(raw, Origin(kinds.file, line))
    return following


def _keep_freed_memory() -> None:
    """Let the C library keep memory that is freed, where it otherwise takes new pages for each block of lines.

    glibc raises its thresholds to the largest piece that was ever freed (mallopt(3), ``M_MMAP_THRESHOLD``); other
    libraries do nothing. The piece is never written to, so that it takes no memory.
    """
    bytes(LONGEST)  # of zeros that the system gives; a `bytearray` writes its own


_keep_freed_memory()
