"""A thinking budget above 32,000 tokens outside a batch.

## What it does

Warns, streamed or not, when `budget_tokens` is above 32,000 and the request is no batch item.

## Why it matters

Requests that think this long run into time-outs and limits on open connections; the documentation wants
them in a batch.

## Example

Over:

    {"max_tokens": 64000, "thinking": {"type": "enabled", "budget_tokens": 40000}}

Within:

    {"max_tokens": 64000, "thinking": {"type": "enabled", "budget_tokens": 32000}}

## How to fix

Send it through the Batches API, at half the price, or lower the budget.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_manual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC303"
NAME = "thinking-budget-over-32k"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for a large budget outside a batch."""
    thinking, limit = context.request.thinking, context.model.thinking.batch_over_budget_tokens
    if thinking is None or context.request.batch or not is_manual(context):
        return
    if thinking.budget_tokens is not None and thinking.budget_tokens > limit:
        yield Finding(
            ID,
            NAME,
            "warning",
            f"thinking.budget_tokens is {thinking.budget_tokens:,}; above {limit:,} a batch is recommended",
            path="/thinking/budget_tokens",
            hint="use the Batches API, or lower the budget",
            measured=thinking.budget_tokens,
            limit=limit,
        )
