"""Computed cost against reported cost: the difference, explained line by line.

A line is what both sides can tell apart: a day, a model and a kind of usage; what no reported amount says is not
told apart. Differences are computed minus reported.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from budgetcalc import money
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from budgetcalc.aggregation import Group
    from budgetcalc.usage import ReportedCost

type Reason = Literal["", "rounding", "discount", "not reported", "not computed", "unexplained"]

WEB_SEARCH = "web_search"


class LineKey(NamedTuple):
    """What a line is about; ``None`` where the reports do not tell it apart."""

    day: date | None
    model: str | None
    kind: str | None


class ComputedCost(NamedTuple):
    """A computed amount; the model is a canonical id, the kind a bucket's name or ``web_search``."""

    day: date | None
    model: str | None
    kind: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """One comparison.

    Attributes:
        key: what is compared.
        reported_usd: as reported; ``None`` when nothing was.
        computed_usd: exact; ``None`` when no row was priced for it.
        difference_usd: computed minus reported, a missing side being 0.
        tolerance_usd: what rounding of the reported amounts can make: half of the last digit of each.
        reason: why they differ; ``""`` when they do not.
    """

    key: LineKey
    reported_usd: Decimal | None
    computed_usd: Decimal | None
    difference_usd: Decimal
    tolerance_usd: Decimal
    reason: Reason

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the line."""
        return {
            "day": self.key.day.isoformat() if self.key.day else None,
            "model": self.key.model,
            "kind": self.key.kind,
            "reported_usd": _plain(self.reported_usd),
            "computed_usd": _plain(self.computed_usd),
            "difference_usd": money.plain(self.difference_usd),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The comparison of both totals, and of every line."""

    lines: tuple[ReconciliationLine, ...]

    @property
    def reported_usd(self) -> Decimal:
        """Everything reported."""
        return money.total([line.reported_usd for line in self.lines if line.reported_usd is not None])

    @property
    def computed_usd(self) -> Decimal:
        """Everything computed."""
        return money.total([line.computed_usd for line in self.lines if line.computed_usd is not None])

    @property
    def difference_usd(self) -> Decimal:
        """Computed minus reported."""
        return money.total([line.difference_usd for line in self.lines])

    @property
    def agrees(self) -> bool:
        """Whether rounding explains every difference."""
        return all(line.reason in ("", "rounding") for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's ``reconcile`` object."""
        return {
            "reported_usd": money.plain(self.reported_usd),
            "computed_usd": money.plain(self.computed_usd),
            "difference_usd": money.plain(self.difference_usd),
            "lines": [line.to_dict() for line in self.lines],
        }


@dataclass(slots=True)
class _Side:
    """What is known of one line while it is collected."""

    reported: list[ReportedCost] = field(default_factory=list)
    computed: list[Decimal] = field(default_factory=list)


def computed_costs(groups: Iterable[Group]) -> Iterator[ComputedCost]:
    """Yield the amounts of an aggregation whose groups have ``day`` in their key, as an ISO date."""
    for group in groups:
        named = dict(group.key).get("day", "")
        day = date.fromisoformat(named) if named else None
        for key, sums in group.sums.items():
            for bucket, tokens in sums.tokens.items():
                if tokens:
                    yield ComputedCost(day, key.model, bucket, key.usd(bucket, tokens))
        if group.web_search_usd:
            yield ComputedCost(day, None, WEB_SEARCH, group.web_search_usd)


def reconcile(
    computed: Iterable[ComputedCost],
    reported: Iterable[ReportedCost],
    canonical: Callable[[str], str] = lambda name: name,
) -> Reconciliation:
    """Return the comparison, by day, model and kind.

    Args:
        computed: exact amounts, see ``computed_costs``.
        reported: rows of cost reports.
        canonical: returns the id of a model as a report spells it: the Console writes display names.
    """
    costs = list(reported)
    tells_models, tells_kinds = any(each.model for each in costs), any(each.kind for each in costs)

    def key(day: date | None, model: str | None, kind: str | None) -> LineKey:
        # Searches are charged apart from the model that asked for them.
        has_model = tells_models and model is not None and kind != WEB_SEARCH
        return LineKey(day, canonical(model) if has_model and model else None, kind if tells_kinds else None)

    sides: dict[LineKey, _Side] = {}
    for cost in costs:
        sides.setdefault(key(cost.day, cost.model, cost.kind), _Side()).reported.append(cost)
    for amount in computed:
        sides.setdefault(key(amount.day, amount.model, amount.kind), _Side()).computed.append(amount.usd)
    return Reconciliation(tuple(_line(name, sides[name]) for name in sorted(sides, key=_order)))


def _line(key: LineKey, side: _Side) -> ReconciliationLine:
    reported = money.total([cost.usd for cost in side.reported]) if side.reported else None
    computed = money.total(side.computed) if side.computed else None
    tolerance = money.times(money.total([cost.step for cost in side.reported]), Decimal("0.5"))
    difference = money.total([computed or Decimal(0), -(reported or Decimal(0))])
    return ReconciliationLine(
        key, reported, computed, difference, tolerance, _reason(side, computed, difference, tolerance)
    )


def _reason(side: _Side, computed: Decimal | None, difference: Decimal, tolerance: Decimal) -> Reason:
    if difference == 0:
        return ""
    if abs(difference) <= tolerance:
        return "rounding"
    if computed is None:
        return "not computed"
    if not side.reported:
        return "not reported"
    listed = money.total([cost.usd if cost.list_usd is None else cost.list_usd for cost in side.reported])
    is_discounted = listed > money.total([cost.usd for cost in side.reported])
    explains = abs(money.total([computed, -listed])) <= tolerance
    return "discount" if is_discounted and explains else "unexplained"


def _order(key: LineKey) -> tuple[str, str, str]:
    return key.day.isoformat() if key.day else "", key.model or "", key.kind or ""


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else money.plain(amount)
