"""Held calls become sums: most of one shape and day differ in their counts alone, and are summed as integers.

What a day's calls of one shape have in common (whether they count, their group, their price) is found out once,
from calls that could be. Calls that it does not hold for are settled one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.packed_calls import KIND, KNOWS_THINKING, LARGEST_PROMPT, NO_DAY, PLAIN, SUMMED, SUMMED_AT
from budgetcalc.records import replace
from budgetcalc.usage import Charge, UsageRow, UsageTokens
from budgetcalc.usage_prices import PriceKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from budgetcalc.aggregation import GroupKey
    from budgetcalc.calls import Calls, Entry
    from budgetcalc.packed_calls import Shape

_MIDNIGHT = time(tzinfo=UTC)
_NOON, _LAST = timedelta(hours=12), timedelta(days=1, microseconds=-1)
"""Moments of a UTC day: days of a time zone follow each other, so that no day lies between two moments of one."""

_TOKENS = (UsageTokens(1, 1, 1, 1, 1), UsageTokens(LARGEST_PROMPT - 3, 1, 1, 1, 1))


class Totals(NamedTuple):
    """What calls sum up to.

    Attributes:
        repeats: further rows that told of them.
        fresh, five, hour, read, output: tokens.
        thinking: known thinking, and one more for each call that knows it.
        searches: none.
    """

    repeats: int
    fresh: int
    five: int
    hour: int
    read: int
    output: int
    thinking: int
    searches: int


@dataclass(slots=True)
class Sums:
    """Calls of one group and price.

    Attributes:
        group: their group.
        key: their price; ``None`` when they do not count.
        warnings: what is said of each.
        knows_thinking: whether they say how much of their output was thinking.
        is_undated: whether they have no day.
        rows: calls summed.
        packed: their sums, packed as in ``SUMMED``.
    """

    group: GroupKey
    key: PriceKey | None
    warnings: tuple[str, ...]
    knows_thinking: bool = False
    is_undated: bool = False
    rows: int = 0
    packed: int = 0

    def totals(self) -> Totals:
        """Return the sums."""
        return Totals(*SUMMED.unpack(self.packed.to_bytes(SUMMED.size, "little")))


_DROPPED = Sums((), None, ())


@dataclass(slots=True)
class Settling:
    """Sums of calls, found by their kind and day: shapes are of one kind if they differ in what nobody looks at.

    Attributes:
        calls: the calls.
        keep: whether a row counts.
        group_by: returns a row's group.
        price: the key of a row's charge, or anything else where it has none.
        looks_at: the dimensions that ``keep`` and ``group_by`` look at; ``None`` for any.
        _is_one: whether a UTC day is of one day of the time zone, as far as groups and filters tell days apart: all
            calls that count at its beginning are alike in that.
    """

    calls: Calls
    keep: Callable[[UsageRow], bool]
    group_by: Callable[[UsageRow], GroupKey]
    price: Callable[[UsageRow], object]
    looks_at: frozenset[str] | None = None
    _sums: dict[tuple[int, int, int], Sums | None] = field(default_factory=dict)
    _of_group: dict[tuple[GroupKey, int, tuple[str, ...], bool, bool], Sums] = field(default_factory=dict)
    _is_one: dict[int, bool] = field(default_factory=dict)
    _prices: dict[tuple[object, ...], PriceKey | None] = field(default_factory=dict)

    def rest(self, begun: Callable[[Sums], None]) -> Iterator[Entry]:
        """Sum the calls that can be, and yield the others.

        Args:
            begun: is told of sums with their first call, so that order stays that of the calls.
        """
        known, kinds, kind_of, number = self._sums, self._kinds(), KIND.unpack_from, int.from_bytes
        for entry in self.calls.entries():
            if type(entry) is not bytes:
                yield entry
                continue
            at, day, flags = kind_of(entry)
            try:
                sums = known[kinds[at], day, flags]
            except KeyError:
                sums = known[kinds[at], day, flags] = self._new(self.calls.shapes[at], day, flags)
            if sums is None:
                yield entry
            elif sums.key is not None:
                if not sums.rows:
                    begun(sums)
                sums.rows += 1
                sums.packed += number(entry[SUMMED_AT:], "little")

    def sums(self) -> Iterator[Sums]:
        """Yield all sums of calls that count."""
        return (each for each in self._of_group.values() if each.rows)

    def _kinds(self) -> list[int]:
        """Return the kind of each shape."""
        numbers: dict[Shape, int] = {}
        return [numbers.setdefault(self._seen(shape), len(numbers)) for shape in self.calls.shapes]

    def _seen(self, shape: Shape) -> Shape:
        """Return what is looked at of a shape."""
        names = self.looks_at
        if names is None:
            return shape
        return shape._replace(
            file=shape.file if "file" in names else "",
            dimensions=tuple(each for each in shape.dimensions if each[0] in names),
        )

    def _new(self, shape: Shape, day: int, flags: int) -> Sums | None:
        """Return the sums of a shape, day and flags, or nothing where the calls have to be told apart."""
        if not flags & PLAIN or len(shape.models) != 1 or shape.unbilled or shape.unit != "call" or day == 1:
            return None
        start = datetime.combine(date.fromordinal(day), _MIDNIGHT) if day != NO_DAY else None
        first = _row(shape, start)
        if not self.keep(first):
            moments = (start + _NOON, start + _LAST) if start else ()
            return None if any(self.keep(_row(shape, moment)) for moment in moments) else _DROPPED
        group, key = self.group_by(first), self._price(first)
        if start and day not in self._is_one:
            last = _row(shape, start + _LAST)
            self._is_one[day] = self.keep(last) and group == self.group_by(last)
        if key is None or not self._is_one.get(day, True):
            return None
        knows_thinking = bool(flags & KNOWS_THINKING)
        place = (group, id(key), shape.warnings, knows_thinking, start is None)
        if place not in self._of_group:
            self._of_group[place] = Sums(group, key, shape.warnings, knows_thinking, start is None)
        return self._of_group[place]

    def _price(self, row: UsageRow) -> PriceKey | None:
        """Return the price of calls like this one, or nothing where it depends on their size."""
        (charge,) = row.charges
        like = (charge.model, charge.long_context, row.service_tier, row.us_only, row.fast, row.day)
        if like not in self._prices:
            key, other = (
                self.price(replace(row, charges=(replace(charge, tokens=tokens),))) for tokens in _TOKENS
            )
            self._prices[like] = key if isinstance(key, PriceKey) and key == other else None
        return self._prices[like]


def _row(shape: Shape, moment: datetime | None) -> UsageRow:
    """Return a call of a shape without counts; without a moment it has no day either."""
    ((model, long_context),) = shape.models
    return UsageRow(
        shape.file,
        None,
        shape.format,
        (Charge(model, _TOKENS[0], long_context=long_context),),
        day=moment.date() if moment else None,
        moment=moment,
        service_tier=shape.service_tier,
        us_only=shape.us_only,
        fast=shape.fast,
        dimensions=shape.dimensions,
    )
