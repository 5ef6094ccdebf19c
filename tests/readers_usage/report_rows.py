"""Small ways from a report to rows and money that the tests of the report readers share."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.aggregation import Aggregation
from budgetcalc.library import load_catalogue
from budgetcalc.readers.usage.fields import Origin
from budgetcalc.usage import InvalidRow, ReportPage, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

CATALOGUE = load_catalogue()
ON = date(2026, 11, 1)

SCALARS: tuple[Any, ...] = (None, True, -1, 1.5, 10**16, "", "x", [], {}, [[]], "1", float("1e300"), [{}])
"""Values that a broken report may hold anywhere."""


def rows(module: ModuleType, value: Any, line: int | None = None) -> list[Any]:
    """Return everything a reader makes of a value."""
    return list(module.read(json.loads(json.dumps(value)), Origin("report.json", line)))


def only(found: Iterable[Any]) -> UsageRow:
    """Return the one usage row."""
    (row,) = [each for each in found if not isinstance(each, ReportPage)]
    assert isinstance(row, UsageRow), row
    return row


def refused(found: Iterable[Any]) -> str:
    """Return the message of the one row, which is invalid."""
    (row,) = [each for each in found if not isinstance(each, ReportPage)]
    assert isinstance(row, InvalidRow), row
    return row.message


def tokens(row: UsageRow) -> UsageTokens:
    """Return the tokens of a row of one charge."""
    (charge,) = row.charges
    return charge.tokens


def lines(*texts: str) -> Iterator[str]:
    """Return lines as a file gives them."""
    return iter([line + "\n" for text in texts for line in text.split("\n")])


def aggregated(found: Iterable[Any], *, by_day: bool = False) -> Aggregation:
    """Return the aggregation of the usage rows and the invalid ones."""

    def day_of(row: UsageRow) -> tuple[tuple[str, str], ...]:
        return (("day", row.day.isoformat() if row.day else ""),) if by_day else ()

    result = Aggregation(CATALOGUE, ON, group_by=day_of)
    result.add_all(each for each in found if isinstance(each, UsageRow | InvalidRow))
    result.finish()
    return result


def usd(found: Iterable[Any]) -> Decimal:
    """Return what the rows cost."""
    groups = aggregated(found).groups.values()
    sums = [sums.usd(key) for group in groups for key, sums in group.sums.items()]
    return money.total([*sums, *(group.web_search_usd for group in groups)])


def broken_copies(value: Any) -> Iterator[Any]:
    """Yield copies of a value with each part replaced by each odd value, and with each part missing."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: each for name, each in value.items() if name != key}
            for odd in (*SCALARS, *broken_copies(part)):
                yield {**value, key: odd}
    elif isinstance(value, list):
        for index, part in enumerate(value):
            for odd in (*SCALARS, *broken_copies(part)):
                yield [*value[:index], odd, *value[index + 1 :]]
