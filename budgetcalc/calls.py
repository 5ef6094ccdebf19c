"""The calls seen so far, one for each identity: a later line or file may complete or repeat any of them.

What many calls share (file, models, project, session, …) is kept once; what is a call's own is packed to some
90 bytes, so that a call takes about 250 bytes however long its line was.
"""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, cast

from budgetcalc.money import plain
from budgetcalc.packed_calls import (
    COUNTS,
    DAY_AND_FLAGS,
    HEAD,
    INDEX,
    LINE,
    MOMENT_AND_REQUEST,
    NO_DAY,
    NO_MOMENT,
    PARTS,
    REPEATS,
    Shape,
    fingerprint,
    flags,
    identity,
)
from budgetcalc.records import dataclass, replace
from budgetcalc.usage import Charge, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from budgetcalc.packed_calls import PackedCalls

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_OWN_DIMENSION = "custom_id"
"""A dimension that no two calls share."""

_SAME_IN_COPIES = (DAY_AND_FLAGS, MOMENT_AND_REQUEST, slice(REPEATS.stop, None))

Entry = bytes | tuple[UsageRow, int]
"""A call, and how many more rows told of it: packed, or as it is."""


@dataclass(slots=True)
class Calls:
    """Rows with an identity, merged as they come."""

    shapes: list[Shape] = field(default_factory=list)
    _held: dict[bytes, Entry | list[Entry]] = field(default_factory=dict)
    _has_several: bool = False
    _index: dict[Shape, int] = field(default_factory=dict)
    _first: dict[tuple[int, int], int | None] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many identities are held."""
        return len(self._held)

    def add(self, row: UsageRow) -> None:
        """Take in a row with an identity."""
        self._take(identity(row.call_id or ""), self._packed(row, 0))

    def add_packed(self, packed: PackedCalls) -> None:
        """Take in what a fast reader packed."""
        heads = b"".join([INDEX.pack(self._index_of(shape)) for shape in packed.shapes])
        for key, entry in _hold()(self._held, heads, packed.calls):
            self._take(key, entry)

    def _take(self, key: bytes, new: Entry) -> None:
        known = self._held.get(key)
        if known is None:
            self._held[key] = new
            return
        copied = self._copied(known, new)
        if copied is not None:
            self._held[key] = copied
            return
        entries = known if isinstance(known, list) else [known]
        row, more = self.row(new)
        for at, entry in enumerate(entries):
            other, repeats = self.row(entry)
            if _request(other) == _request(row):
                entries[at] = self._packed(merged(other, row), repeats + more + 1)
                break
        else:
            entries.append(new)
            self._has_several = True
        self._held[key] = entries if len(entries) > 1 else entries[0]

    def _copied(self, known: Entry | list[Entry], new: Entry) -> bytes | None:
        """Return the one call of two that differ in nothing but where they were read, as in copies of a session.

        It is what :func:`merged` makes of them, found without making rows. Nothing of any other two.
        """
        if not (isinstance(known, bytes) and isinstance(new, bytes)) or any(
            known[part] != new[part] for part in _SAME_IN_COPIES
        ):
            return None
        pair = one, two = (INDEX.unpack_from(known)[0], INDEX.unpack_from(new)[0])
        if pair not in self._first:
            self._first[pair] = self._described_by(one, two)
        first = self._first[pair]
        if first is None:
            return None
        is_first = first == one if one != two else _number(known, LINE) <= _number(new, LINE)
        described = known if is_first else new
        repeats = _number(known, REPEATS) + _number(new, REPEATS) + 1
        return described[: REPEATS.start] + repeats.to_bytes(8, "little") + described[REPEATS.stop :]

    def _described_by(self, one: int, two: int) -> int | None:
        """Return which of two shapes describes a call of both; nothing where they differ in what it costs."""
        shapes = self.shapes[one], self.shapes[two]
        alike = {shape._replace(file="", dimensions=()) for shape in shapes}
        if len(alike) > 1 or shapes[0].unit != "call" or len(shapes[0].models) != 1:
            return None
        return min((one, two), key=lambda at: (self.shapes[at].dimensions, self.shapes[at].file))

    def settled(self) -> Iterator[tuple[UsageRow, int]]:
        """Yield each call, and how many more rows told of it."""
        return map(self.row, self.entries())

    def entries(self) -> Iterable[Entry]:
        """Return each call as it is held; :meth:`row` unpacks it.

        Different requests under one id are different calls, unless one of the rows stands for any request.
        """
        return self._each() if self._has_several else cast("Iterable[Entry]", self._held.values())

    def _each(self) -> Iterator[Entry]:
        for known in self._held.values():
            if not isinstance(known, list):
                yield known
                continue
            rows = [self.row(entry) for entry in known]
            if any(row.request_id is None for row, _ in rows):
                whole = reduce(merged, (row for row, _ in rows))
                yield whole, sum(repeats for _, repeats in rows) + len(rows) - 1
            else:
                yield from known

    def _packed(self, row: UsageRow, repeats: int) -> Entry:
        """Return the row in few bytes; one that says more than most do is rare and stays as it is."""
        if row.reported_usd is not None or row.rivals or any(map(_is_rare, row.charges)):
            return row, repeats
        own = next((value for name, value in row.dimensions if name == _OWN_DIMENSION), "")
        shape = Shape(
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
        counts = [_counts(charge) for charge in row.charges]
        day = row.moment.date() if row.moment is not None else None
        is_one = len(counts) == 1 and not own and row.day == day
        head = HEAD.pack(
            self._index_of(shape),
            row.day.toordinal() if row.day else NO_DAY,
            flags(sum(counts[0][:4]), *counts[0][4:]) if is_one else 0,
            row.line or 0,
            NO_MOMENT if row.moment is None else (row.moment - _EPOCH) // timedelta(microseconds=1),
            _request(row),
            repeats,
        )
        return b"".join([head, *(COUNTS.pack(*each) for each in counts), own.encode(errors="replace")])

    def _index_of(self, shape: Shape) -> int:
        index = self._index.setdefault(shape, len(self.shapes))
        if index == len(self.shapes):
            self.shapes.append(shape)
        return index

    def row(self, entry: Entry) -> tuple[UsageRow, int]:
        """Return a held call as a row, and how many more rows told of it."""
        if isinstance(entry, tuple):
            return entry
        index, day, _, line, microseconds, request, repeats = HEAD.unpack_from(entry)
        shape = self.shapes[index]
        end = HEAD.size + COUNTS.size * len(shape.models)
        own = entry[end:].decode()
        row = UsageRow(
            file=shape.file,
            line=line or None,
            format=shape.format,
            charges=tuple(
                _charge(model, long_context, COUNTS.unpack_from(entry, HEAD.size + COUNTS.size * at))
                for at, (model, long_context) in enumerate(shape.models)
            ),
            day=date.fromordinal(day) if day != NO_DAY else None,
            moment=_EPOCH + timedelta(microseconds=microseconds) if microseconds != NO_MOMENT else None,
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


def _number(entry: bytes, part: slice) -> int:
    return int.from_bytes(entry[part], "little")


def hold_in_python(held: dict[bytes, Any], heads: bytes, calls: bytes) -> list[tuple[bytes, bytes]]:
    """Hold calls under their identities, as ``native/calls.c`` does.

    Args:
        held: gets calls whose identity it has not, as they are held: without the identity.
        heads: for each shape that the calls name, the index that it is held by, packed.
        calls: one :data:`~budgetcalc.packed_calls.RECORD` after the other.

    Returns:
        Identities that were held already, with the calls, which are not held.
    """
    each_head = [heads[at : at + INDEX.size] for at in range(0, len(heads), INDEX.size)]
    met_again = []
    for key, shape, rest in PARTS.iter_unpack(calls):
        if key in held:
            met_again.append((key, each_head[shape] + rest))
        else:
            held[key] = each_head[shape] + rest
    return met_again


@cache
def _hold() -> Callable[[dict[bytes, Any], bytes, bytes], list[tuple[bytes, bytes]]]:
    from budgetcalc.native import load

    compiled = load("calls")
    return compiled.hold if compiled is not None else hold_in_python


def merged(known: UsageRow, other: UsageRow) -> UsageRow:
    """Return one row of two of the same call, the same in whatever order rows are merged (formats.md §5.1).

    Counts are the field-wise maximum, as the last line of a streamed call has all of it; the earliest time decides
    the day; a warning stays where every row has it. A row that is billed beats one that is not, and one with more
    charges one that lacks some. Where records of one charge name different models, that of the most output is taken,
    of equal ones the last by name, and the others are kept as rivals. What it is grouped by is taken from a row that
    is no replay. A session's results each tell of all models up to then, so that every model of any of them counts.
    """
    one, two = sorted((known, other), key=_rank)
    charges, rivals = two.charges, two.rivals
    if one.unit == two.unit == "session" and not one.unbilled and not two.unbilled:
        charges = _united(one.charges, two.charges)
        rivals = _others((*one.rivals, *two.rivals, _cost(one), _cost(two)), _cost(max(one, two, key=_usd)))
    elif _kind(one) == _kind(two):
        charges = tuple(_merged_charge(a, b) for a, b in zip(one.charges, two.charges, strict=True))
        names = [charge.model or "" for charge in (*one.charges, *two.charges)]
        rivals = _others((*one.rivals, *two.rivals, *names), *(charge.model or "" for charge in charges))
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
        rivals=rivals,
    )


def _united(one: tuple[Charge, ...], two: tuple[Charge, ...]) -> tuple[Charge, ...]:
    """Return the charges of both, those of one model merged, in the order of the models' names."""
    united: dict[str, Charge] = {}
    for charge in (*one, *two):
        name = charge.model or ""
        united[name] = _merged_charge(united[name], charge) if name in united else charge
    return tuple(united[name] for name in sorted(united))


def _others(said: tuple[str, ...], *taken: str) -> tuple[str, ...]:
    """Return what was said and not taken."""
    return tuple(sorted({*said} - {*taken, ""}))


def _usd(row: UsageRow) -> Decimal:
    return Decimal(0) if row.reported_usd is None else row.reported_usd


def _cost(row: UsageRow) -> str:
    return "" if row.reported_usd is None else plain(row.reported_usd)


def _merged_charge(one: Charge, two: Charge) -> Charge:
    since = (one.billed_from, two.billed_from)
    return replace(
        max(one, two, key=lambda charge: (charge.tokens.output, charge.model or "")),
        tokens=one.tokens.merged(two.tokens),
        web_search_requests=max(one.web_search_requests, two.web_search_requests),
        reported_usd=_most(one.reported_usd, two.reported_usd),
        billed_from=None if None in since else _least(*since),
    )


def _kind(row: UsageRow) -> tuple[Any, ...]:
    """Order rows by how much of a call they tell; only those of one kind have counts to compare."""
    is_one = len(row.charges) == 1
    models = [
        (
            charge.model is not None if is_one else charge.model or "",
            charge.long_context is not None,
            bool(charge.long_context),
        )
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
    return fingerprint(row.request_id)


def _is_rare(charge: Charge) -> bool:
    return charge.reported_usd is not None or charge.billed_from is not None


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
