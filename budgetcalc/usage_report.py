"""What ``price`` answers: totals and groups of recorded usage, and everything that qualifies them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.dimensions import PERIODS
from budgetcalc.plurals import plural
from budgetcalc.records import dataclass
from budgetcalc.usage import CUT_OFF
from budgetcalc.usage_spend import LIST_VALUE_FORMATS, Spend, cells_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from budgetcalc.aggregation import Aggregation, RowCounts
    from budgetcalc.catalogue import Fee
    from budgetcalc.usage import InvalidRow
    from budgetcalc.usage_question import Sort, UsageQuestion
    from budgetcalc.usage_spend import Cell

PRICE_SCHEMA = "budgetcalc/price/v1"
LIST_VALUE = "API list value, not your bill"

type Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """The usage of one value of each dimension."""

    key: Key
    spend: Spend
    others: int = 0
    """Groups that are shown as this one."""

    @property
    def names(self) -> list[str]:
        """What it is told apart by, a word a dimension."""
        if self.others:
            return [plural(self.others, "other"), *[""] * (len(self.key) - 1)]
        return [value or "(none)" for _, value in self.key]

    @property
    def label(self) -> str:
        """The values of the key in one text."""
        return " · ".join(filter(None, self.names))


@dataclass(frozen=True, slots=True)
class UnpricedRows:
    """Rows without a price, and why."""

    model: str
    rows: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's object."""
        return {"model": self.model or None, "rows": self.rows, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class FailedInput:
    """A whole input that could not be read, or that is refused."""

    file: str
    message: str
    hint: str = ""
    location: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the same object as ``estimate`` has for a failed request."""
        result = {"source": {"file": self.file}, "message": self.message, "hint": self.hint}
        return result | ({"location": self.location} if self.location else {})


@dataclass(frozen=True, slots=True)
class PricedUsage:
    """What recorded usage cost.

    Attributes:
        question: what was asked.
        rows: what became of the rows.
        spend: everything that was priced.
        groups: by the dimensions asked for: time in its order, the rest dearest first.
        timeline: by day and model, where a chart needs it.
        by_model: by model.
        formats: kinds of reports that were priced.
        unpriced: rows without a price.
        unbilled: why rows cost nothing, and how many they are.
        invalid: rows that could not be read; only the first ones, ``rows`` counts them all.
        failed: inputs that could not be read at all.
        warnings: what had to be assumed.
        incomplete: why the reports do not hold everything.
        cut_off_rows: rows of streams whose final counts are missing: their cost is a lower bound.
        undated_rows: rows that took the undated day.
        reported_usd: money the reports give themselves; shown beside, never mixed in.
        reconciliation: the comparison with a cost report, as it stands in the document.
    """

    question: UsageQuestion
    rows: RowCounts
    spend: Spend
    groups: tuple[UsageGroup, ...] = ()
    timeline: tuple[UsageGroup, ...] = ()
    by_model: tuple[UsageGroup, ...] = ()
    formats: tuple[str, ...] = ()
    unpriced: tuple[UnpricedRows, ...] = ()
    unbilled: tuple[tuple[str, int], ...] = ()
    invalid: tuple[InvalidRow, ...] = ()
    failed: tuple[FailedInput, ...] = ()
    warnings: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()
    cut_off_rows: int = 0
    undated_rows: int = 0
    reported_usd: Decimal | None = None
    reconciliation: dict[str, Any] | None = field(default=None, hash=False)

    @property
    def total_usd(self) -> Decimal | None:
        """What the priced rows cost; ``None`` when nothing was priced."""
        return self.spend.usd if self.rows.priced else None

    @property
    def complete(self) -> bool:
        """Whether the total covers everything that was given."""
        return not (self.rows.unpriced or self.rows.invalid or self.incomplete or self.failed)

    @property
    def shown_groups(self) -> tuple[UsageGroup, ...]:
        """The groups as people see them: the dearest that were asked for, the others as one, which is the last."""
        top = self.question.top
        if top is None or len(self.groups) <= top + 1:
            return self.groups
        dearest = {group.key for group in sorted(self.groups, key=_by_usd)[:top]}
        others = [group.spend for group in self.groups if group.key not in dearest]
        rest = UsageGroup(tuple((name, "") for name in self.question.by), Spend.joined(others), len(others))
        return (*(group for group in self.groups if group.key in dearest), rest)

    @property
    def label(self) -> str:
        """What kind of amount the total is, where that is not a bill."""
        return LIST_VALUE if LIST_VALUE_FORMATS.intersection(self.formats) else ""

    @property
    def over_limit(self) -> bool:
        """Whether the total is over the limit given by flag."""
        limit, total = self.question.fail_over, self.total_usd
        return limit is not None and total is not None and total > limit

    def says_no(self, *, lenient: bool = False, strict: bool = False) -> bool:
        """Return whether the answer is "no": over the limit, or not everything has a price."""
        gaps = self.rows.unpriced or self.rows.invalid or self.incomplete
        return self.over_limit or (bool(gaps) and not lenient) or (strict and bool(self.warnings))

    @property
    def prices_checked(self) -> date:
        """The day on which the oldest source of the prices that were taken was last checked."""
        return self.question.catalogue.checked_on(
            {line.source for line in self.spend.lines(self.search_fee())}
        )

    def search_fee(self) -> Fee | None:
        """Return the fee of web searches."""
        return self.question.catalogue.fee("web_search", self.question.undated)

    def to_dict(self) -> dict[str, Any]:
        """Return the document of ``price --format json``."""
        result: dict[str, Any] = {
            "schema": PRICE_SCHEMA,
            "total_usd": _amount(self.total_usd),
            "complete": self.complete,
            "prices": self._prices(),
            "rows": {"read": self.rows.read, **_counts(self.rows)},
            "tokens": self.spend.tokens_dict(),
            "groups": [self.group_dict(group) for group in self.groups],
            "unpriced": [each.to_dict() for each in self.unpriced],
            "warnings": [*self.incomplete, *self.warnings],
            **self._details(),
        }
        if self.question.lines:
            result["lines"] = self._lines(self.spend)
        if self.question.fail_over is not None:
            result["limits"] = [self._limit()]
        if self.reconciliation is not None:
            result["reconcile"] = self.reconciliation
        return result

    def group_dict(self, group: UsageGroup) -> dict[str, Any]:
        """Return a group of the document; a value that rows do not have is null."""
        result: dict[str, Any] = {
            "key": {name: value or None for name, value in group.key},
            "rows": group.spend.rows,
            "tokens": group.spend.tokens_dict(),
            "web_search_requests": group.spend.web_searches,
            "usd": money.plain(group.spend.usd),
        }
        return result | ({"lines": self._lines(group.spend)} if self.question.lines else {})

    def _prices(self) -> dict[str, Any]:
        catalogue = self.question.catalogue
        return {
            "on": self.question.undated.isoformat() if self.undated_rows else None,
            "checked": self.prices_checked.isoformat(),
            "source": catalogue.origin,
            "sha256": catalogue.sha256,
        }

    def _details(self) -> dict[str, Any]:
        thinking, cache, spend = self.spend.thinking, self.spend.cache, self.spend
        return {
            "label": self.label or None,
            "thinking": {
                "known_usd": money.plain(thinking.known_usd),
                "usd_at_most": money.plain(thinking.usd_at_most),
            },
            "web_search": {"requests": spend.web_searches, "usd": money.plain(spend.web_search_usd)},
            "cache": {
                "write_usd": money.plain(cache.write_usd),
                "read_usd": money.plain(cache.read_usd),
                "uncached_usd": money.plain(cache.uncached_usd),
                "saved_usd": money.plain(cache.saved_usd),
            },
            "batch": {"would_save_usd": money.plain(spend.batch_saving_usd)},
            "reported_usd": _amount(self.reported_usd),
            "unbilled": [{"rows": rows, "reason": reason} for reason, rows in self.unbilled],
            "undated_rows": self.undated_rows,
            "formats": list(self.formats),
            "invalid": [{"source": _place(each), "message": each.message} for each in self.invalid],
            "errors": [each.to_dict() for each in self.failed],
        }

    def _lines(self, spend: Spend) -> list[dict[str, Any]]:
        return [line.to_dict() for line in spend.lines(self.search_fee())]

    def _limit(self) -> dict[str, Any]:
        return {
            "limit": "fail_over_usd",
            "allowed": _amount(self.question.fail_over),
            "measured": _amount(self.total_usd),
            "exceeded": self.over_limit,
        }


def report_usage(
    question: UsageQuestion,
    aggregation: Aggregation,
    *,
    failed: Sequence[FailedInput] = (),
    notes: Sequence[str] = (),
    incomplete: Sequence[str] = (),
    reconciliation: dict[str, Any] | None = None,
) -> PricedUsage:
    """Return the answer of a finished aggregation.

    Args:
        question: what was asked.
        aggregation: after its last row.
        failed: inputs that could not be read.
        notes: warnings about whole reports.
        incomplete: why reports do not hold everything.
        reconciliation: the comparison with a cost report.
    """
    cut_off = aggregation.warnings.get(CUT_OFF, 0)
    cells = [cell for cell in cells_of(aggregation.groups.values()) if question.wants_model(cell.key.model)]
    return PricedUsage(
        question=question,
        rows=aggregation.rows,
        spend=Spend.of(cells),
        groups=_grouped(cells, question.by, question.sort),
        timeline=_grouped(cells, ("day", "model")) if question.timeline else (),
        by_model=_grouped(cells, ("model",)),
        formats=tuple(sorted({dict(cell.group.key).get("format", "") for cell in cells} - {""})),
        unpriced=tuple(
            UnpricedRows(model, rows, reason)
            for (model, reason), rows in sorted(aggregation.unpriced.items())
        ),
        unbilled=tuple(sorted(aggregation.unbilled.items())),
        invalid=tuple(aggregation.invalid),
        failed=tuple(failed),
        warnings=(
            *_undated(question, aggregation.undated_rows),
            *(
                f"{rows_of(count)}: {warning}"
                for warning, count in sorted(aggregation.warnings.items())
                if warning != CUT_OFF
            ),
            *notes,
        ),
        incomplete=(*incomplete, *([f"{rows_of(cut_off)}: {CUT_OFF}"] if cut_off else [])),
        cut_off_rows=cut_off,
        undated_rows=aggregation.undated_rows,
        reported_usd=aggregation.reported_usd,
        reconciliation=reconciliation,
    )


def rows_of(count: int) -> str:
    """Return ``1 row`` or ``2 rows``."""
    return plural(count, "row")


def _by_usd(group: UsageGroup) -> tuple[Decimal, Key]:
    return -group.spend.usd, group.key


def _grouped(cells: Iterable[Cell], by: tuple[str, ...], sort: Sort | None = None) -> tuple[UsageGroup, ...]:
    """Return the cells by these dimensions: by default time in its order, then the dearest, then by name."""
    if not by:
        return ()
    members: dict[Key, list[Cell]] = {}
    for cell in cells:
        named = dict(cell.group.key)
        key = tuple((name, cell.key.model if name == "model" else named.get(name, "")) for name in by)
        members.setdefault(key, []).append(cell)
    groups = [UsageGroup(key, Spend.of(own)) for key, own in members.items()]

    def order(group: UsageGroup) -> tuple[Any, ...]:
        match sort:
            case "usd":
                return _by_usd(group)
            case "key":
                return group.key
        return [value for name, value in group.key if name in PERIODS], *_by_usd(group)

    return tuple(sorted(groups, key=order))


def _undated(question: UsageQuestion, count: int) -> tuple[str, ...]:
    if not count:
        return ()
    origin = {"flag": "--on", "config": "the project's config", "today": "today, UTC"}[
        question.undated_origin
    ]
    return (f"{rows_of(count)} without a date took the prices of {question.undated.isoformat()} ({origin})",)


def _counts(rows: RowCounts) -> dict[str, int]:
    return {
        name: getattr(rows, name) for name in ("priced", "deduplicated", "unbilled", "unpriced", "invalid")
    }


def _place(row: InvalidRow) -> dict[str, Any]:
    return {"file": row.file} | ({"line": row.line} if row.line is not None else {})


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else money.plain(amount)
