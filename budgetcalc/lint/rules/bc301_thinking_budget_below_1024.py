"""A thinking budget is missing or under the least the API takes.

## What it does

With `thinking.type: "enabled"`, compares `budget_tokens` with the model's minimum of 1,024.

## Why it matters

The API answers 400: `thinking.enabled.budget_tokens: Input should be greater than or equal to 1024`.

## Example

Over:

    {"thinking": {"type": "enabled", "budget_tokens": 512}}

Within:

    {"thinking": {"type": "enabled", "budget_tokens": 1024}}

## How to fix

Give at least 1,024 tokens, or leave thinking out.

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

ID = "BC301"
NAME = "thinking-budget-below-1024"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when manual thinking has no budget, or one that is too small."""
    thinking, least = context.request.thinking, context.model.thinking.min_budget_tokens
    if thinking is None or not is_manual(context):
        return
    budget = thinking.budget_tokens
    if budget is not None and budget >= least:
        return
    found = "missing" if budget is None else f"{budget:,}"
    yield Finding(
        ID,
        NAME,
        "error",
        f"thinking.enabled.budget_tokens is {found}; it should be greater than or equal to {least:,}",
        path="/thinking/budget_tokens",
        hint=f"give thinking at least {least:,} tokens, or leave it out",
        measured=budget,
        limit=least,
    )
