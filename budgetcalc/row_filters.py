"""Which rows of usage count, and what was there instead where none did."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from budgetcalc.usage import UsageRow

MOST_VALUES = 5
"""Values that are named where the wanted one is not there."""


@dataclass(slots=True)
class RowFilter:
    """Whether a row counts; it remembers what it has seen.

    Attributes:
        day_of: returns a row's day, an undated one's too.
        values_of: returns a row's values of a dimension; a call of several models has as many.
        has_value: whether a row has this value of a dimension.
        since: the first day that counts.
        until: the last day that counts.
        where: dimensions and the values they must have.
        has_seen_rows: whether there was any row.
    """

    day_of: Callable[[UsageRow], date]
    values_of: Callable[[UsageRow, str], list[str]]
    has_value: Callable[[UsageRow, str, str], bool]
    since: date | None = None
    until: date | None = None
    where: tuple[tuple[str, str], ...] = ()
    has_seen_rows: bool = False
    _met: set[tuple[str, str]] = field(default_factory=set)
    _instead: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)  # a set in its order

    def __call__(self, row: UsageRow) -> bool:
        """Return whether the row counts."""
        self.has_seen_rows = True
        if self.since is not None and self.day_of(row) < self.since:
            return False
        if self.until is not None and self.day_of(row) > self.until:
            return False
        for name, value in self.where:
            if not self.has_value(row, name, value):
                others = self._instead.setdefault((name, value), {})
                if len(others) <= MOST_VALUES:
                    others.update(dict.fromkeys(self.values_of(row, name)))
                return False
            self._met.add((name, value))
        return True

    def missed(self) -> Iterator[str]:
        """Yield what is said of each wanted value that no row has: the values that are there."""
        for (name, value), others in self._instead.items():
            if (name, value) not in self._met:
                shown = ", ".join(other or "(none)" for other in list(others)[:MOST_VALUES])
                more = ", ..." if len(others) > MOST_VALUES else ""
                yield f"--where {name}={value} matches no row: there is {shown}{more}"
