"""From rows to the answer: pages and buckets are kept apart from calls, then everything is totalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.overlaps import COSTS_REPEATED, each_once
from budgetcalc.records import replace
from budgetcalc.report_buckets import unfinished
from budgetcalc.usage import ReportedCost
from budgetcalc.usage_question import UTC_DAY
from budgetcalc.usage_report import report_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from budgetcalc.aggregation import Aggregation
    from budgetcalc.packed_calls import PackedCalls
    from budgetcalc.reconciliation import Reconciliation
    from budgetcalc.usage import InvalidRow, ReportPage, UsageRow
    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_report import FailedInput, PricedUsage

type Row = UsageRow | InvalidRow | ReportPage
type CostRow = ReportedCost | InvalidRow | ReportPage

MORE_PAGES = "has_more: the last page given says that more follow, fetch them"


NOTHING_FOUND = "no row of usage was found in the inputs"
NOTHING_PASSES = "no row of usage passes --since, --until and --where"


def price_rows(
    question: UsageQuestion,
    rows: Iterable[Row | PackedCalls],
    costs: Iterable[CostRow] | None = None,
    *,
    failed: Sequence[FailedInput] = (),
) -> PricedUsage:
    """Return what the rows cost together.

    Args:
        question: what is asked.
        rows: of any number of inputs, read once.
        costs: rows of cost reports to compare with, if any; read after the others.
        failed: inputs that could not be read; may grow while rows and costs are read.
    """
    aggregation = question.aggregation()
    aggregation.add_all(rows)
    aggregation.finish()
    if not aggregation.rows.read and not failed:
        filters = question.since or question.until or question.where
        aggregation.overlaps.append(NOTHING_PASSES if filters else NOTHING_FOUND)
    compared = None if costs is None else _compared(question, aggregation, costs)
    return report_usage(
        question,
        aggregation,
        failed=failed,
        notes=aggregation.overlaps,
        incomplete=tuple(f"{page.file}: {MORE_PAGES}" for page in unfinished(aggregation.pages)),
        reconciliation=None if compared is None else compared.to_dict(),
    )


def _compared(question: UsageQuestion, aggregation: Aggregation, rows: Iterable[CostRow]) -> Reconciliation:
    """Return the comparison by UTC day, which is what cost reports have."""
    from budgetcalc.reconciliation import computed_costs, reconcile

    costs = []
    for row in rows:
        if isinstance(row, ReportedCost):
            if question.wants_cost(row):
                costs.append(row)
        else:
            aggregation.add(row)
    costs, repeated = each_once(costs)
    if repeated:
        aggregation.warnings[COSTS_REPEATED] = repeated
    groups = (
        replace(group, key=(("day", dict(group.key)[UTC_DAY]),)) for group in aggregation.groups.values()
    )
    return reconcile(computed_costs(groups), costs, question.canonical)
