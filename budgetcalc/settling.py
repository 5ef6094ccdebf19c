"""Held calls become sums: most of one shape and day differ in their counts alone, and are summed as integers.

What a day's calls of one shape have in common (whether they count, their group, their price) is found out once,
from calls that could be. Calls that it does not hold for are settled one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from budgetcalc.packed_calls import ONE_CHARGE
from budgetcalc.usage import Charge, UsageRow, UsageTokens
from budgetcalc.usage_prices import PriceKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from budgetcalc.aggregation import GroupKey
    from budgetcalc.calls import Calls, Entry
    from budgetcalc.packed_calls import Shape

LARGEST_PROMPT = 200_000
"""A prompt up to here is priced like the smallest one, or the calls of its kind are settled one by one."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_DAY = 24 * 60 * 60 * 1_000_000
_MIDNIGHT = time(tzinfo=UTC)
_NOON, _LAST = timedelta(hours=12), timedelta(days=1, microseconds=-1)
"""Moments of a UTC day: days of a time zone follow each other, so that no day lies between two moments of one."""

_TOKENS = (UsageTokens(1, 1, 1, 1, 1), UsageTokens(LARGEST_PROMPT - 3, 1, 1, 1, 1))


@dataclass(slots=True)
class Sums:
    """Calls of one group and price.

    Attributes:
        group: their group.
        key: their price; ``None`` when they do not count.
        warnings: what is said of each.
        fresh, five, hour, read, output: sums of tokens.
        thinking: sum of known thinking.
        unknown: output of calls that do not say how much of it was thinking.
        rows: calls summed.
        repeats: further rows that told of them.
    """

    group: GroupKey
    key: PriceKey | None
    warnings: tuple[str, ...]
    fresh: int = 0
    five: int = 0
    hour: int = 0
    read: int = 0
    output: int = 0
    thinking: int = 0
    unknown: int = 0
    rows: int = 0
    repeats: int = 0


_DROPPED = Sums((), None, ())


@dataclass(slots=True)
class Settling:
    """Sums of calls, found by their shape and day.

    Attributes:
        calls: the calls.
        keep: whether a row counts.
        group_by: returns a row's group.
        price: the key of a row's charge, or anything else where it has none.
        _is_one: whether a UTC day is of one day of the time zone, as far as groups and filters tell days apart: all
            calls that count at its beginning are alike in that.
    """

    calls: Calls
    keep: Callable[[UsageRow], bool]
    group_by: Callable[[UsageRow], GroupKey]
    price: Callable[[UsageRow], object]
    _sums: dict[tuple[int, int], Sums | None] = field(default_factory=dict)
    _of_group: dict[tuple[GroupKey, int, tuple[str, ...]], Sums] = field(default_factory=dict)
    _is_one: dict[int, bool] = field(default_factory=dict)
    _prices: dict[tuple[object, ...], PriceKey | None] = field(default_factory=dict)

    def rest(self, begun: Callable[[Sums], None]) -> Iterator[Entry]:
        """Sum the calls that can be, and yield the others.

        Args:
            begun: is told of sums with their first call, so that order stays that of the calls.
        """
        known, size, unpack = self._sums, ONE_CHARGE.size, ONE_CHARGE.unpack
        for entry in self.calls.entries():
            if len(entry) != size or isinstance(entry, tuple):
                yield entry
                continue
            at, _, moment, day, _, repeats, _, fresh, five, hour, read, output, thinking, searches = unpack(
                entry
            )
            try:
                sums = known[at, day]
            except KeyError:
                sums = known[at, day] = self._new(at, day)
            if (
                sums is None
                or searches
                or moment // _DAY + _EPOCH_DAY != day
                or fresh + five + hour + read > LARGEST_PROMPT
            ):
                yield entry
                continue
            if sums.key is None:
                continue
            if not sums.rows:
                begun(sums)
            sums.rows += 1
            sums.repeats += repeats
            sums.fresh += fresh
            sums.five += five
            sums.hour += hour
            sums.read += read
            sums.output += output
            if thinking:
                sums.thinking += thinking - 1
            else:
                sums.unknown += output

    def sums(self) -> Iterator[Sums]:
        """Yield all sums of calls that count."""
        return (each for each in self._of_group.values() if each.rows)

    def _new(self, index: int, day: int) -> Sums | None:
        """Return the sums of a shape and day, or nothing where its calls have to be told apart."""
        shape = self.calls.shapes[index]
        if len(shape.models) != 1 or shape.unbilled or shape.unit != "call" or day <= 1:
            return None
        start = datetime.combine(date.fromordinal(day), _MIDNIGHT)
        first = _row(shape, start)
        if not self.keep(first):
            moments = (start + _NOON, start + _LAST)
            return None if any(self.keep(_row(shape, moment)) for moment in moments) else _DROPPED
        group, key = self.group_by(first), self._price(first)
        if day not in self._is_one:
            last = _row(shape, start + _LAST)
            self._is_one[day] = self.keep(last) and group == self.group_by(last)
        if key is None or not self._is_one[day]:
            return None
        place = (group, id(key), shape.warnings)
        if place not in self._of_group:
            self._of_group[place] = Sums(group, key, shape.warnings)
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


def _row(shape: Shape, moment: datetime) -> UsageRow:
    """Return a call of a shape without counts."""
    ((model, long_context),) = shape.models
    return UsageRow(
        shape.file,
        None,
        shape.format,
        (Charge(model, _TOKENS[0], long_context=long_context),),
        day=moment.date(),
        moment=moment,
        service_tier=shape.service_tier,
        us_only=shape.us_only,
        fast=shape.fast,
        dimensions=shape.dimensions,
    )
