"""The prompt speaks of a thinking budget that the request does not have.

## What it does

Finds, in the system prompt and the user's text, an upper limit on tokens of thinking ("think for at most
5,000 tokens") that is over `budget_tokens`, or lies under the least thinking budget of the API (1,024
tokens).

## Why it matters

A model does not count its tokens: what holds is `budget_tokens` and `max_tokens`. A budget under 1,024
cannot be had.

## Example

Over, with `"budget_tokens": 2048`: "Think for at most 4,000 tokens." Within: with `"budget_tokens": 4096`.

## How to fix

Set `budget_tokens` (or effort) and leave the number out of the prompt.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_manual
from budgetcalc.lint.stated_budgets import prompt_budgets
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC390"
NAME = "prompt-thinking-budget-contradicts"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each stated thinking budget that contradicts the request's or cannot be had."""
    rules = context.model.thinking
    if not rules.types:
        return
    asked = (
        context.request.thinking.budget_tokens if context.request.thinking and is_manual(context) else None
    )
    for stated in prompt_budgets(context.request):
        if stated.of != "thinking":
            continue
        if stated.tokens < rules.min_budget_tokens:
            limit = rules.min_budget_tokens
            message = f"the prompt gives thinking {plural(stated.tokens, 'token')}, under the API's least of {limit:,}"
        elif asked is not None and stated.tokens > asked:
            limit = asked
            message = (
                f"the prompt gives thinking {plural(stated.tokens, 'token')}, budget_tokens is {limit:,}"
            )
        else:
            continue
        hint = "set the budget in the request and leave the number out of the prompt"
        yield Finding(
            ID, NAME, "warning", message, path=stated.path, hint=hint, measured=stated.tokens, limit=limit
        )
