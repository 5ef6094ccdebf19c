"""Calls in few bytes: what many calls share is a shape, what is a call's own is packed to some 60 bytes.

Fast readers write packed calls themselves and never make rows of them.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.digests import short_digest
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from datetime import datetime

HEAD = Struct("<IiBIqQQ")
"""Shape, day, flags, line, microseconds, request, repeats."""

DAY_AND_FLAGS, LINE, MOMENT_AND_REQUEST, REPEATS = slice(4, 9), slice(9, 13), slice(13, 29), slice(29, 37)
"""Where these are in ``HEAD``."""

COUNTS = Struct("<7Q")
"""The counts of a charge: four kinds of input, output, thinking + 1, searches."""

RECORD = Struct("<33pIiBIqQQ7Q")
"""A call of :class:`PackedCalls`: its identity, then as it is held, ``HEAD`` and one charge. Its shape is the number
among those of the same :class:`PackedCalls`."""

PARTS = Struct("<33pI89s")
"""A ``RECORD`` as identity, shape, and the rest."""

INDEX = Struct("<I")

KIND = Struct("<IiB")
"""The beginning of ``HEAD``: calls that are equal in it, and plain, differ in nothing but counts."""

SUMMED = Struct("<8Q")
"""The end of a call of one charge: repeats and counts. Read as one large number, they are added in one step."""

SUMMED_AT = HEAD.size + COUNTS.size - SUMMED.size

PLAIN, KNOWS_THINKING = 1, 2
"""Flags. A call is plain if it has one charge, no searches, the day of its moment or neither, and a prompt and an
output so small that they decide no price and no sum of them overflows."""

LARGEST_PROMPT = 200_000
"""A prompt up to here is priced like the smallest one, or the calls of its kind are settled one by one."""

NO_MOMENT = -(2**63)
NO_DAY = 0
LARGEST_SMALL = 2**32 - 2

_DIGEST = 32
"""Bytes of a long identity; those that are shorter stand for themselves and collide with none."""


class Shape(NamedTuple):
    """What many rows have in common."""

    file: str
    format: str
    models: tuple[tuple[str | None, bool | None], ...]
    period_end: datetime | None
    unit: Any
    service_tier: str
    us_only: bool
    fast: bool
    unbilled: str
    dimensions: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackedCalls:
    """Many calls of one file in the place of a row: only an aggregation takes them.

    Attributes:
        file: where they were read.
        rows: how many rows they were.
        shapes: what the calls share.
        calls: one ``RECORD`` after the other.
    """

    file: str
    rows: int
    shapes: tuple[Shape, ...]
    calls: bytes


def flags(prompt: int, output: int, thinking: int, searches: int) -> int:
    """Return the flags of a charge: of the sum of its input, and of counts as in ``COUNTS``."""
    if searches or prompt > LARGEST_PROMPT or output > LARGEST_SMALL:
        return 0
    return PLAIN | KNOWS_THINKING if thinking else PLAIN


def identity(call_id: str) -> bytes:
    """Return the key that a call is found by."""
    key = call_id.encode() if call_id.isascii() else call_id.encode(errors="surrogatepass")
    return key if len(key) < _DIGEST else short_digest(key, _DIGEST)


def fingerprint(request_id: str | None) -> int:
    """Return what tells the requests of one call id apart, 0 for any request.

    Within one run and its forks equal texts have equal hashes, and nothing but equality is asked of them.
    """
    return 0 if request_id is None else hash(request_id) & 0xFFFF_FFFF_FFFF_FFFF | 1
