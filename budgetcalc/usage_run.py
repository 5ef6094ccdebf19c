"""From rows to the answer: pages and buckets are kept apart from calls, then everything is totalled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.overlaps import COSTS_REPEATED, each_once
from budgetcalc.plurals import plural
from budgetcalc.records import replace
from budgetcalc.report_buckets import unfinished
from budgetcalc.usage import ReportedCost
from budgetcalc.usage_question import UTC_DAY
from budgetcalc.usage_report import FailedInput, report_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from budgetcalc.aggregation import Aggregation
    from budgetcalc.packed_calls import PackedCalls
    from budgetcalc.reconciliation import Reconciliation
    from budgetcalc.usage import InvalidRow, ReportPage, UsageRow
    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_report import PricedUsage

type Row = UsageRow | InvalidRow | ReportPage
type CostRow = ReportedCost | InvalidRow | ReportPage

MORE_PAGES = "has_more: the last page given says that more follow, fetch them"

NOTHING_FOUND = "no row of usage was found in the inputs"
UNEXPLAINED = "of the cost report: the difference from what was computed is not explained"
NO_GATE = f"{NOTHING_FOUND}, so the limit holds for nothing"
NO_GATE_HINT = "check the names of the inputs; without the limit, nothing to price is exit code 0"
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
    passing = question.row_filter()
    aggregation = question.aggregation(passing)
    aggregation.add_all(rows)
    aggregation.finish()
    aggregation.overlaps.extend(passing.missed())
    if not aggregation.rows.read and not failed:
        if question.fail_over is not None and not passing.has_seen_rows:
            failed = [FailedInput("--fail-over", NO_GATE, NO_GATE_HINT)]
        elif not aggregation.overlaps:
            aggregation.overlaps.append(NOTHING_PASSES if passing.has_seen_rows else NOTHING_FOUND)
    compared = None if costs is None else _compared(question, aggregation, costs)
    unexplained = sum(line.reason == "unexplained" for line in compared.lines) if compared else 0
    return report_usage(
        question,
        aggregation,
        failed=failed,
        notes=[
            *aggregation.overlaps,
            *([f"{plural(unexplained, 'line')} {UNEXPLAINED}"] if unexplained else []),
        ],
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
