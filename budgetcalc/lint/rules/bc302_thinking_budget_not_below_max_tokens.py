"""A thinking budget leaves nothing of `max_tokens` for the answer.

## What it does

With `thinking.type: "enabled"`, `budget_tokens` must be below `max_tokens`. The one exception is interleaved
thinking (beta header `interleaved-thinking-2025-05-14` and at least one tool, on the models that know the
header), where the budget spans all calls of a turn; there it only should not exceed the context window.

## Why it matters

The API answers 400: `max_tokens must be greater than thinking.budget_tokens`.

## Example

Over:

    {"max_tokens": 4096, "thinking": {"type": "enabled", "budget_tokens": 4096}}

Within:

    {"max_tokens": 8192, "thinking": {"type": "enabled", "budget_tokens": 4096}}

## How to fix

Raise `max_tokens` to the budget plus the longest answer you expect.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22);
https://github.com/anthropics/claude-code/issues/8756.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import interleaves_by_header, is_manual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC302"
NAME = "thinking-budget-not-below-max-tokens"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when the budget is not below ``max_tokens``; without one nothing is judged."""
    thinking, max_tokens = context.request.thinking, context.request.max_tokens
    if thinking is None or thinking.budget_tokens is None or max_tokens is None or not is_manual(context):
        return
    budget, window = thinking.budget_tokens, context.budget.context_window
    if interleaves_by_header(context):
        if budget > window:
            yield Finding(
                ID,
                NAME,
                "warning",
                f"thinking.budget_tokens is {budget:,}, more than the window of {window:,} tokens can hold",
                path="/thinking/budget_tokens",
                hint="lower the budget: a turn is bounded by the window",
                measured=budget,
                limit=window,
            )
    elif budget >= max_tokens:
        yield Finding(
            ID,
            NAME,
            "error",
            f"max_tokens ({max_tokens:,}) must be greater than thinking.budget_tokens ({budget:,})",
            path="/thinking/budget_tokens",
            hint="raise max_tokens to the budget plus the answer, or lower the budget",
            measured=budget,
            limit=max_tokens - 1,
        )
