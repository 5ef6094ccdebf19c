"""A system prompt is larger than its budget.

## What it does

Compares the system prompt of every request of a budget's files with `max_system_tokens`. A prompt text may
become a system prompt, so all of it is compared. An estimate over the limit is an error; one whose band alone
reaches beyond it is BC907; from `warn_at` on it is a warning.

## Why it matters

The system prompt is sent with every call of a conversation.

## Example

Over: 2,100 tokens where `max_system_tokens: 2000`.
Within: 2,000 tokens.

## How to fix

Shorten it, or raise the limit on purpose.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.limits import hold_request, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC102"
NAME = "budget-system-tokens"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield every request held against the limit."""
    limit = context.budget.max_system_tokens
    if limit is None:
        return
    for request in context.requests:
        count = request.system
        yield hold_request(
            context.budget, "max_system_tokens", "system tokens:", (count.tokens, count.high, limit), request
        )


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(
        ID, NAME, hold_limit(context), "shorten the system prompt, or raise the limit on purpose"
    )
