"""Less of the context window is left than the budget asks for.

## What it does

Compares what is left of the window after the input and `max_tokens` with `min_headroom`, a share of the
window or tokens. An estimate over the limit is an error; one whose band alone reaches beyond it is BC907;
from `warn_at` on it is a warning.

## Why it matters

A conversation grows with every turn: one that starts close to the window soon ends in an error or a cut
answer.

## Example

Over: 12,000 of 200,000 tokens left where `min_headroom: 20%`.
Within: 40,000 tokens left.

## How to fix

Shorten the prompt, lower `max_tokens`, or take a model with a larger window.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from budgetcalc.lint.limits import hold, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC107"
NAME = "budget-headroom"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield every request held against the limit."""
    budget, least = context.budget, context.budget.min_headroom
    if least is None:
        return
    for request in context.requests:
        limit = ceil(least.of(request.context_window))
        note = f" ({least} of {request.context_window:,})" if least.percent is not None else ""
        doubt = request.input.high - request.input.tokens
        yield hold(
            budget,
            "min_headroom",
            "headroom in tokens:",
            (request.headroom, request.headroom - doubt, limit),
            file=request.file,
            line=request.line,
            id=request.id,
            whole=request.context_window,
            note=note,
        )


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(ID, NAME, hold_limit(context), "shorten the prompt, or lower max_tokens")
