"""All requests together can cost more than their budget.

## What it does

Compares the sum of the worst cases of all requests of a budget's files with `max_suite_cost_usd`. An estimate
over the limit is an error; one whose band alone reaches beyond it is BC907; from `warn_at` on it is a
warning.

## Why it matters

An evaluation suite runs as a whole, and on every pull request.

## Example

Over: $2.31 where `max_suite_cost_usd: 2.00`.
Within: $2.00.

## How to fix

Drop cases, lower `max_tokens`, run the suite as a batch, or take a cheaper model.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.lint.limits import hold, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC105"
NAME = "budget-suite-cost"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield the sum held against the limit; BC905 speaks of what is not known of it."""
    budget, limit = context.budget, context.budget.max_suite_cost_usd
    if limit is None:
        return
    requests = list(context.requests)
    usd = money.total([request.cost_usd for request in requests if request.cost_usd is not None])
    doubt = money.total([request.doubt_usd for request in requests if request.cost_usd is not None])
    what = f"worst case of {len(requests):,} request{'' if len(requests) == 1 else 's'}:"
    place = (context.config_file, budget.line)
    most = money.total([usd, doubt])
    yield hold(budget, "max_suite_cost_usd", what, (usd, most, limit), file=place[0], line=place[1])


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(
        ID, NAME, hold_limit(context), "drop cases, lower max_tokens, or run the suite as a batch"
    )
