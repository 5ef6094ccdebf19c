"""One call can cost more than its budget.

## What it does

Compares the worst case of every request of a budget's files, input as uncached or cache write and
`max_tokens` of output, with `max_cost_usd`. An estimate over the limit is an error; one whose band alone
reaches beyond it is BC907; from `warn_at` on it is a warning.

## Why it matters

The worst case is what a retry loop or a long answer really costs.

## Example

Over: $0.0612 where `max_cost_usd: 0.05`.
Within: $0.05.

## How to fix

Lower `max_tokens`, shorten the prompt, or take a cheaper model.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.lint.limits import hold_request, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC104"
NAME = "budget-call-cost"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield every request with a known worst case held against the limit; BC905 speaks of the others."""
    limit = context.budget.max_cost_usd
    if limit is None:
        return
    for request in context.requests:
        if request.cost_usd is not None:
            figures = (request.cost_usd, money.total([request.cost_usd, request.doubt_usd]), limit)
            yield hold_request(context.budget, "max_cost_usd", "worst case of one call:", figures, request)


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(
        ID, NAME, hold_limit(context), "lower max_tokens, shorten the prompt, or change the model"
    )
