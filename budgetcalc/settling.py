"""Held calls become sums: most of one shape and day differ in their counts alone, and are summed as integers.

What a day's calls of one shape have in common (whether they count, their group, their price) is found out once,
from calls that could be. Calls that it does not hold for are settled one by one.
"""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.packed_calls import (
    INDEX,
    KIND,
    KNOWS_THINKING,
    LARGEST_PROMPT,
    NO_DAY,
    PLAIN,
    SUMMED,
    SUMMED_AT,
)
from budgetcalc.records import dataclass, replace
from budgetcalc.usage import Charge, UsageRow, UsageTokens
from budgetcalc.usage_prices import PriceKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
        rows: calls summed.
        repeats: further rows that told of them.
        fresh, five, hour, read, output: tokens.
        thinking: known thinking, and one more for each call that knows it.
        searches: none.
    """

    rows: int
    repeats: int
    fresh: int
    five: int
    hour: int
    read: int
    output: int
    thinking: int
    searches: int


class Summed(NamedTuple):
    """What is the same for calls that are summed.

    Attributes:
        group: their group.
        key: their price.
        warnings: what is said of each.
        knows_thinking: whether they say how much of their output was thinking.
        is_undated: whether they have no day.
    """

    group: GroupKey
    key: PriceKey
    warnings: tuple[str, ...]
    knows_thinking: bool
    is_undated: bool


_LEFT_OUT = -1


@dataclass(slots=True)
class Settling:
    """Sums of calls, found by their kind, day and flags: shapes are of one kind if they differ in what nobody looks at.

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
    _summed: list[Summed] = field(default_factory=list)
    _places: dict[tuple[GroupKey, int, tuple[str, ...], bool, bool], int] = field(default_factory=dict)
    _is_one: dict[int, bool] = field(default_factory=dict)
    _prices: dict[tuple[object, ...], PriceKey | None] = field(default_factory=dict)

    def sums(
        self, begun: Callable[[Summed], None], other: Callable[[Entry], None]
    ) -> Iterable[tuple[Summed, Totals]]:
        """Return the sums of the calls that can be summed.

        Args:
            begun: is told of sums before their first call.
            other: gets the other calls; both are called in the order of the calls.
        """
        kinds = b"".join(map(INDEX.pack, self._kinds()))
        totals = _settle(len(self.calls))(
            self.calls.entries(), kinds, self._place, lambda place: begun(self._summed[place]), other
        )
        return zip(self._summed, map(Totals._make, totals), strict=True)

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

    def _place(self, at: int, day: int, flags: int) -> int | None:
        """Return where calls of a shape, day and flags are summed; nothing where they have to be told apart."""
        shape = self.calls.shapes[at]
        if not flags & PLAIN or len(shape.models) != 1 or shape.unbilled or shape.unit != "call" or day == 1:
            return None
        start = datetime.combine(date.fromordinal(day), _MIDNIGHT) if day != NO_DAY else None
        first = _row(shape, start)
        if not self.keep(first):
            moments = (start + _NOON, start + _LAST) if start else ()
            return None if any(self.keep(_row(shape, moment)) for moment in moments) else _LEFT_OUT
        group, key = self.group_by(first), self._price(first)
        if start and day not in self._is_one:
            last = _row(shape, start + _LAST)
            self._is_one[day] = self.keep(last) and group == self.group_by(last)
        if key is None or not self._is_one.get(day, True):
            return None
        knows_thinking = bool(flags & KNOWS_THINKING)
        alike = (group, id(key), shape.warnings, knows_thinking, start is None)
        if alike not in self._places:
            self._places[alike] = len(self._summed)
            self._summed.append(Summed(group, key, shape.warnings, knows_thinking, start is None))
        return self._places[alike]

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


def settle_in_python(
    calls: Iterable[Any],
    kinds: bytes,
    find: Callable[[int, int, int], int | None],
    begin: Callable[[int], object],
    other: Callable[[Any], object],
) -> list[tuple[int, ...]]:
    """Sum calls that are alike, as ``native/calls.c`` does.

    Args:
        calls: as they are held.
        kinds: for each shape, packed as an index, a number that shapes have in common whose calls can be summed.
        find: returns the place of the sum for calls of a shape, day and flags: from 0 on one after the other; -1
            where calls are left out, ``None`` where they are told apart.
        begin: is told of a place before its first call.
        other: gets calls that are not summed, all in their order.

    Returns:
        By place how many calls were summed, their repeats and their counts.
    """
    kind_of_shape = [kind for (kind,) in INDEX.iter_unpack(kinds)]
    places: dict[tuple[int, int, int], int | None] = {}
    rows: list[int] = []
    packed: list[int] = []
    read, number = KIND.unpack_from, int.from_bytes
    for entry in calls:
        if type(entry) is not bytes:
            other(entry)
            continue
        shape, day, flags = read(entry)
        key = kind_of_shape[shape], day, flags
        try:
            place = places[key]
        except KeyError:
            place = places[key] = find(shape, day, flags)
        if place is None:
            other(entry)
        elif place >= 0:
            if place == len(rows):
                begin(place)
                rows.append(0)
                packed.append(0)
            rows[place] += 1
            packed[place] += number(entry[SUMMED_AT:], "little")  # all numbers in one step: see `PLAIN`
    return [
        (count, *SUMMED.unpack(sums.to_bytes(SUMMED.size, "little")))
        for count, sums in zip(rows, packed, strict=True)
    ]


def _settle(calls: int) -> Callable[..., list[tuple[int, ...]]]:
    """Return the loop that is soonest done with so many calls."""
    if calls <= A_FEW:
        return settle_in_python
    from budgetcalc.native import load

    compiled = load("calls")
    return compiled.settle if compiled is not None else settle_in_python


A_FEW = 1_000
"""Calls that are summed in Python before compiled code is loaded."""


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
