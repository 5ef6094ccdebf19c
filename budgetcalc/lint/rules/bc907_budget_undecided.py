"""A count is too uncertain to say whether it is within the budget.

## What it does

Warns when an estimate is within a limit and its band reaches beyond it.

## Why it matters

The band comes from what cannot be counted exactly: files and URLs of unknown size, encrypted thinking,
another vendor's tokenizer. A pass would be a guess.

## Example

Over: 7,900 tokens, perhaps 8,100, where `max_input_tokens: 8000`.
Within: 7,900 tokens exactly.

## How to fix

Leave more room, say what the band spans (`betas` under `defaults`), or count with the API's count_tokens.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.limits import finding_about, held_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC907"
NAME = "budget-undecided"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a finding for every limit that only the band passes."""
    for budget in context.budgets:
        for held in held_limits(budget):
            if held.verdict == "undecided":
                yield finding_about(held, ID, NAME, "leave more room, or count with the API's count_tokens")
