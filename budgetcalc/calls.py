"""The calls seen so far, one for each identity: a later line or file may complete or repeat any of them.

What many calls share (file, models, project, session, …) is kept once; what is a call's own is packed to some
60 bytes, so that a call takes about 200 bytes however long its line was.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.usage import Charge, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

_DIGEST = 15
"""Bytes of an identity: a million million calls still collide with a chance of 10^-12."""

_HEAD = struct.Struct("<IIqiQIB")
_SMALL, _LARGE = (struct.Struct(f"<7{size}") for size in "Iq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_MOMENT = -(2**63)
_NO_DAY = 0

_OWN_DIMENSION = "custom_id"
"""A dimension that no two calls share."""

_Entry = bytes | tuple[UsageRow, int]
"""A call, and how many more rows told of it: packed, or as it is."""


class _Shape(NamedTuple):
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


@dataclass(slots=True)
class Calls:
    """Rows with an identity, merged as they come."""

    _held: dict[bytes, _Entry | list[_Entry]] = field(default_factory=dict)
    _shapes: list[_Shape] = field(default_factory=list)
    _index: dict[_Shape, int] = field(default_factory=dict)

    def add(self, row: UsageRow) -> None:
        """Take in a row with an identity."""
        key = blake2b((row.call_id or "").encode(errors="replace"), digest_size=_DIGEST).digest()
        known = self._held.get(key)
        if known is None:
            self._held[key] = self._packed(row, 0)
            return
        entries = known if isinstance(known, list) else [known]
        for at, entry in enumerate(entries):
            other, repeats = self._row(entry)
            if _request(other) == _request(row):
                entries[at] = self._packed(merged(other, row), repeats + 1)
                break
        else:
            entries.append(self._packed(row, 0))
        self._held[key] = entries if len(entries) > 1 else entries[0]

    def settled(self) -> Iterator[tuple[UsageRow, int]]:
        """Yield each call, and how many more rows told of it.

        Different requests under one id are different calls, unless one of the rows stands for any request.
        """
        for known in self._held.values():
            rows = [self._row(entry) for entry in (known if isinstance(known, list) else [known])]
            if len(rows) > 1 and any(row.request_id is None for row, _ in rows):
                whole = reduce(merged, (row for row, _ in rows))
                yield whole, sum(repeats for _, repeats in rows) + len(rows) - 1
            else:
                yield from rows

    def _packed(self, row: UsageRow, repeats: int) -> _Entry:
        """Return the row in few bytes; one with reported money is rare and stays as it is."""
        if row.reported_usd is not None or any(charge.reported_usd is not None for charge in row.charges):
            return row, repeats
        own = next((value for name, value in row.dimensions if name == _OWN_DIMENSION), "")
        shape = _Shape(
            row.file,
            row.format,
            tuple((charge.model, charge.long_context) for charge in row.charges),
            row.period_end,
            row.unit,
            row.service_tier,
            row.us_only,
            row.fast,
            row.unbilled,
            tuple((n, "" if n == _OWN_DIMENSION else v) for n, v in row.dimensions)
            if own
            else row.dimensions,
            row.warnings,
        )
        index = self._index.setdefault(shape, len(self._shapes))
        if index == len(self._shapes):
            self._shapes.append(shape)
        counts = [_counts(charge) for charge in row.charges]
        numbers = _SMALL if all(count < 2**32 for each in counts for count in each) else _LARGE
        head = _HEAD.pack(
            index,
            row.line or 0,
            _NO_MOMENT if row.moment is None else (row.moment - _EPOCH) // timedelta(microseconds=1),
            row.day.toordinal() if row.day else _NO_DAY,
            _request(row),
            repeats,
            numbers is _LARGE,
        )
        return b"".join([head, *(numbers.pack(*each) for each in counts), own.encode(errors="replace")])

    def _row(self, entry: _Entry) -> tuple[UsageRow, int]:
        if isinstance(entry, tuple):
            return entry
        index, line, microseconds, day, request, repeats, is_large = _HEAD.unpack_from(entry)
        shape, numbers = self._shapes[index], _LARGE if is_large else _SMALL
        end = _HEAD.size + numbers.size * len(shape.models)
        own = entry[end:].decode()
        row = UsageRow(
            file=shape.file,
            line=line or None,
            format=shape.format,
            charges=tuple(
                _charge(model, long_context, numbers.unpack_from(entry, _HEAD.size + numbers.size * at))
                for at, (model, long_context) in enumerate(shape.models)
            ),
            day=date.fromordinal(day) if day != _NO_DAY else None,
            moment=_EPOCH + timedelta(microseconds=microseconds) if microseconds != _NO_MOMENT else None,
            period_end=shape.period_end,
            unit=shape.unit,
            service_tier=shape.service_tier,
            us_only=shape.us_only,
            fast=shape.fast,
            unbilled=shape.unbilled,
            call_id="",
            request_id=f"{request:x}" if request else None,
            dimensions=tuple(
                (name, own if name == _OWN_DIMENSION else value) for name, value in shape.dimensions
            )
            if own
            else shape.dimensions,
            warnings=shape.warnings,
        )
        return row, repeats


def merged(known: UsageRow, other: UsageRow) -> UsageRow:
    """Return one row of two of the same call, the same in whatever order rows are merged (formats.md §5.1).

    Counts are the field-wise maximum, as the last line of a streamed call has all of it; the earliest time decides
    the day; a warning stays where every row has it. A row that is billed beats one that is not, and one with more
    charges one that lacks some. What it is grouped by is taken from a row that is no replay.
    """
    one, two = sorted((known, other), key=_rank)
    charges = two.charges
    if _kind(one) == _kind(two):
        charges = tuple(_merged_charge(a, b) for a, b in zip(one.charges, two.charges, strict=True))
    described = min((known, other), key=_description)
    return replace(
        described,
        charges=charges,
        unbilled=two.unbilled,
        day=_least(one.day, two.day),
        moment=_least(one.moment, two.moment),
        service_tier=max(one.service_tier, two.service_tier, key=lambda tier: (tier != "standard", tier)),
        us_only=one.us_only or two.us_only,
        fast=one.fast or two.fast,
        reported_usd=_most(one.reported_usd, two.reported_usd),
        warnings=tuple(warning for warning in one.warnings if warning in two.warnings),
    )


def _merged_charge(one: Charge, two: Charge) -> Charge:
    return replace(
        one,
        tokens=one.tokens.merged(two.tokens),
        web_search_requests=max(one.web_search_requests, two.web_search_requests),
        reported_usd=_most(one.reported_usd, two.reported_usd),
    )


def _kind(row: UsageRow) -> tuple[Any, ...]:
    """Order rows by how much of a call they tell; only those of one kind have counts to compare."""
    models = [
        (charge.model or "", charge.long_context is not None, bool(charge.long_context))
        for charge in row.charges
    ]
    return (not row.unbilled, len(models), models)


def _rank(row: UsageRow) -> tuple[Any, ...]:
    return (*_kind(row), row.unbilled)


def _description(row: UsageRow) -> tuple[Any, ...]:
    return (row.request_id is None, row.dimensions, row.format, row.unit, row.file, row.line or 0)


def _least[Moment: (date, datetime)](one: Moment | None, two: Moment | None) -> Moment | None:
    return min((each for each in (one, two) if each is not None), default=None)


def _most(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    return max((each for each in (one, two) if each is not None), default=None)


def _request(row: UsageRow) -> int:
    """Return the request's fingerprint; 0 when the row stands for any."""
    if row.request_id is None:
        return 0
    if not row.call_id:  # unpacked
        return int(row.request_id, 16)
    return int.from_bytes(blake2b(row.request_id.encode(errors="replace"), digest_size=8).digest()) | 1


def _counts(charge: Charge) -> tuple[int, ...]:
    tokens = charge.tokens
    return (
        tokens.uncached_input,
        tokens.cache_write_5m,
        tokens.cache_write_1h,
        tokens.cache_read,
        tokens.output,
        0 if tokens.thinking is None else tokens.thinking + 1,
        charge.web_search_requests,
    )


def _charge(model: str | None, long_context: bool | None, counts: tuple[int, ...]) -> Charge:
    fresh, write_5m, write_1h, read, output, thinking, searches = counts
    tokens = UsageTokens(fresh, write_5m, write_1h, read, output, thinking - 1 if thinking else None)
    return Charge(model, tokens, searches, long_context)
