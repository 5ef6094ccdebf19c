"""A file has grown more over the baseline than its budget allows.

## What it does

Compares the input tokens of each file's largest request with the baseline's plus `max_growth`, a share of it
or tokens. A file that the baseline does not hold is new and not judged. An estimate over the limit is an
error; one whose band alone reaches beyond it is BC907; from `warn_at` on it is a warning.

## Why it matters

A limit that is far away does not notice a prompt that grows by 40 % in one change.

## Example

Over: 8,600 tokens where the baseline says 8,000 and `max_growth: 5%`.
Within: 8,400 tokens.

## How to fix

Undo the growth, or accept it: `budgetcalc lint --write-baseline`.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from budgetcalc.lint.limits import hold, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC108"
NAME = "budget-growth"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield every file that the baseline holds, its largest request held against the limit."""
    budget, growth = context.budget, context.budget.max_growth
    if growth is None:
        return
    for file in context.files:
        earlier = context.baseline.get(file.file)
        largest = max(file.requests, key=lambda request: request.input.tokens, default=None)
        if earlier is None or largest is None:
            continue
        limit = earlier.input_tokens + floor(growth.of(earlier.input_tokens))
        note = f" ({earlier.input_tokens:,} in the baseline + {growth})"
        count = largest.input
        # The same uncertainty was in the baseline, so that the band decides nothing here.
        yield hold(
            budget, "max_growth", "input tokens:", (count.tokens, count.tokens, limit),
            file=file.file, line=largest.line, id=largest.id, note=note,
            base=earlier.input_tokens,
        )  # fmt: skip


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(
        ID, NAME, hold_limit(context), "undo the growth, or accept it with --write-baseline"
    )
