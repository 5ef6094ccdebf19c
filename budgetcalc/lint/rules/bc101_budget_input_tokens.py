"""A request's input is larger than its budget.

## What it does

Compares the input tokens of every request of a budget's files with `max_input_tokens`. An estimate over the
limit is an error; one whose band alone reaches beyond it is BC907; from `warn_at` on it is a warning.

## Why it matters

Prompts grow a sentence at a time. Every call pays for all of it, and a longer prompt is followed less
closely.

## Example

Over: 8,300 tokens where `max_input_tokens: 8000`.
Within: 8,000 tokens.

## How to fix

Shorten the prompt, move what is rarely needed behind a tool or a file, or raise the limit on purpose.

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

ID = "BC101"
NAME = "budget-input-tokens"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield every request held against the limit."""
    limit = context.budget.max_input_tokens
    if limit is None:
        return
    for request in context.requests:
        count = request.input
        yield hold_request(
            context.budget, "max_input_tokens", "input tokens:", (count.tokens, count.high, limit), request
        )


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(ID, NAME, hold_limit(context), "shorten the prompt, or raise the limit on purpose")
