"""Recorded usage cost more than its budget.

## What it does

Compares what the usage reports of a budget's files cost together, as `budgetcalc price` computes it, with
`max_total_cost_usd`. An estimate over the limit is an error; one whose band alone reaches beyond it is BC907;
from `warn_at` on it is a warning.

## Why it matters

A budget for what was really spent: by an evaluation run, an agent, a month.

## Example

Over: $112.40 where `max_total_cost_usd: 100`.
Within: $100.

## How to fix

See what costs it: `budgetcalc price REPORT --by model`.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.limits import hold, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC106"
NAME = "budget-total-cost"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield the total held against the limit; BC905 speaks of what has no price."""
    budget, usage = context.budget, context.usage
    if budget.max_total_cost_usd is None or usage is None or usage.usd is None:
        return
    what = f"cost of {len(usage.files):,} usage report{'' if len(usage.files) == 1 else 's'}:"
    figures = (usage.usd, usage.usd, budget.max_total_cost_usd)
    yield hold(budget, "max_total_cost_usd", what, figures, file=context.config_file, line=budget.line)


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(
        ID, NAME, hold_limit(context), "budgetcalc price REPORT --by model shows what costs it"
    )
