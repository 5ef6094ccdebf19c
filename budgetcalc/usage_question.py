"""What one run of ``price`` asks: which rows count, how they are grouped, what undated and unnamed ones take."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, date, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Literal

from budgetcalc.aggregation import Aggregation
from budgetcalc.dimensions import DIMENSIONS, PERIODS, PROPERTY, REPORTED, is_dimension
from budgetcalc.errors import UnknownModelError, UsageError
from budgetcalc.locations import printable
from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass
from budgetcalc.row_filters import RowFilter

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from budgetcalc.aggregation import GroupKey
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.usage import ReportedCost, UsageRow

type Sort = Literal["usd", "key"]

MODELS = "models"
"""Inner dimension: the models of a row as spelled, so that a group by model can count its rows."""

UTC_DAY = "utc_day"
"""Inner dimension: the day whose price applies, which cost reports are compared by."""


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    """What is asked of usage rows.

    Attributes:
        catalogue: models and prices.
        undated: the day that rows without one take.
        undated_origin: where that day came from: ``flag``, ``config`` or ``today``.
        model: fills in where a report names none.
        model_origin: where that came from, where it stands in no flag: rows that take it are a warning.
        by: dimensions of the groups, in their order.
        zone: the time zone of days; a report's buckets keep their UTC day.
        since: the first day that counts.
        until: the last day that counts.
        where: dimensions and the values they must have.
        sort: the order of the groups; by default time in its order, then the dearest first.
        top: how many groups people see, the dearest; the others are one row for them.
        lines: show the lines behind each amount.
        timeline: keep days apart for a chart over time, whatever the groups are.
        reconciles: keep UTC days apart, for a comparison with a cost report.
        fail_over: what the total may be at most.
    """

    catalogue: Catalogue
    undated: date
    undated_origin: str = "today"
    model: str | None = None
    model_origin: str = ""
    by: tuple[str, ...] = ()
    zone: tzinfo = UTC
    since: date | None = None
    until: date | None = None
    where: tuple[tuple[str, str], ...] = ()
    sort: Sort | None = None
    top: int | None = None
    lines: bool = False
    timeline: bool = False
    reconciles: bool = False
    fail_over: Decimal | None = None
    canonical: Callable[[str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise UsageError(f"--since {self.since} is after --until {self.until}: no day is left")

        if (self.sort or self.top) and not self.by:
            raise UsageError(
                "--sort and --top are about groups, and there are none", hint="group with --by, as --by model"
            )

        @cache
        def canonical(name: str) -> str:
            try:
                return self.catalogue.find(name).model.id
            except UnknownModelError:
                return name

        object.__setattr__(self, "canonical", canonical)

    def aggregation(self, keep: RowFilter | None = None) -> Aggregation:
        """Return an empty aggregation that answers this question of the rows that pass the filter."""
        return Aggregation(
            self.catalogue,
            self.undated,
            model=self.model,
            model_origin=self.model_origin,
            group_by=self._grouping(),
            keep=keep or self.row_filter(),
            looks_at=frozenset((*self.by, *(name for name, _ in self.where))),
        )

    def day_of(self, row: UsageRow) -> date | None:
        """Return a row's day in the time zone; a bucket cannot be cut, so it keeps its UTC day."""
        if row.moment is not None and row.unit == "call" and self.zone is not UTC:
            try:
                return row.moment.astimezone(self.zone).date()
            except OverflowError:  # the first or last day there is
                return row.day
        return row.day

    def value(self, row: UsageRow, dimension: str) -> str:
        """Return a row's value of a dimension; empty where it has none."""
        if dimension in PERIODS:
            day = self.day_of(row)
            return day.strftime(PERIODS[dimension]) if day is not None else ""
        match dimension:
            case "service_tier":
                return row.service_tier
            case "file":
                return row.file
            case "format":
                return row.format
            case "utc_day":
                return row.day.isoformat() if row.day is not None else ""
            case "models":
                return "\n".join(charge.model or self.model or "" for charge in row.charges)
        missing = row.format if dimension == "source" else ""
        return next((value for name, value in row.dimensions if name == dimension), missing)

    def wants_model(self, model: str) -> bool:
        """Return whether charges of this model count."""
        return all(self.canonical(value) == model for name, value in self.where if name == "model")

    def wants_cost(self, cost: ReportedCost) -> bool:
        """Return whether a reported amount is about what counts, as far as it says."""
        if self.since is not None and cost.day is not None and cost.day < self.since:
            return False
        if self.until is not None and cost.day is not None and cost.day > self.until:
            return False
        if cost.model is not None and not self.wants_model(self.canonical(cost.model)):
            return False
        said = dict(cost.dimensions)
        return all(said.get(name, value) == value for name, value in self.where if name != "model")

    def _grouping(self) -> Callable[[UsageRow], GroupKey]:
        """Return the finest grouping that the answer needs; the report joins groups again."""
        wanted = [MODELS if name == "model" else name for name in self.by]
        extra = [name for name, needed in (("day", self.timeline), (UTC_DAY, self.reconciles)) if needed]
        names = tuple(dict.fromkeys((*wanted, "format", *extra)))
        return lambda row: tuple((name, self.value(row, name)) for name in names)

    def row_filter(self) -> RowFilter:
        """Return a filter that knows no row yet."""
        return RowFilter(
            lambda row: self.day_of(row) or self.undated,
            self._values,
            self._has_value,
            self.since,
            self.until,
            self.where,
        )

    def _values(self, row: UsageRow, name: str) -> list[str]:
        if name == "model":
            return [self.canonical(charge.model or self.model or "") for charge in row.charges]
        return [self.value(row, name)]

    def _has_value(self, row: UsageRow, name: str, value: str) -> bool:
        if name == "model":
            return any(map(self.wants_model, self._values(row, name)))
        return self.value(row, name) == value


def parse_where(text: str) -> tuple[str, str]:
    """Return the dimension and the value of ``key=value``.

    Raises:
        UsageError: there is no ``=``, or no report tells rows apart by that key: a filter that nothing passes
            would make any bill nothing.
    """
    name, sign, value = text.partition("=")
    name = name.strip()
    keys = f"keys are {', '.join(DIMENSIONS)}; of some reports also {', '.join(REPORTED)}, {PROPERTY}NAME"
    if not sign or not name:
        raise UsageError(f"--where {printable(repr(text), limit=60)} is not key=value", hint=keys)
    if not is_dimension(name):
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), (*DIMENSIONS, *REPORTED), n=1)
        hint = f"did you mean {near[0]}?" if near else keys
        raise UsageError(f"--where has no key {printable(repr(name), limit=60)}", hint=hint)
    if name in PERIODS and not _PERIOD_FORMS[name].fullmatch(value):
        raise UsageError(f"--where {name}={value!r} is no {name}", hint="write it as the report does")
    return name, value


_PERIOD_FORMS = {
    "day": pattern(r"\d{4}-\d\d-\d\d"),
    "week": pattern(r"\d{4}-W\d\d"),
    "month": pattern(r"\d{4}-\d\d"),
}


def time_zone(name: str) -> tzinfo:
    """Return a time zone of the system's database.

    Raises:
        UsageError: there is none of that name.
    """
    if name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        hint = "write it as Europe/Berlin or America/New_York"
        raise UsageError(f"no time zone is named {name!r}", hint=hint) from error
