"""The count is too uncertain to say whether the request fits.

## What it does

Warns when the request fits the window with the low end of its count and does not with the high end.

## Why it matters

The verdict `tight` is no answer. The width of the band comes from what cannot be counted exactly: another
vendor's tokenizer, files and URLs of unknown size, encrypted thinking.

## Example

Over: between 195,000 and 205,000 tokens needed of 200,000.
Within: between 190,000 and 199,000.

## How to fix

Lower `max_tokens` until the high end fits, or count the request with the API's count_tokens.

## Source

How the band is made: docs/architecture.md, Decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC902"
NAME = "count-too-uncertain"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning when the band straddles the window."""
    count, budget = context.counted.total, context.budget
    if budget.verdict != "tight":
        return
    low, high = (end + (budget.max_tokens or 0) for end in (count.low, count.high))
    yield Finding(
        ID,
        NAME,
        "warning",
        f"between {low:,} and {high:,} tokens needed of {budget.context_window:,}: too uncertain to decide",
        hint="leave more room, or count with the API's count_tokens",
        measured=high,
        limit=budget.context_window,
    )
