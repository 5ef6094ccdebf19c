"""Earlier thinking is paid again with every turn.

## What it does

In conversations on models that keep all earlier thinking, adds up the tokens of thinking that each request
sends again, from 1,000 in one request on. Silent where thinking is cleared or the conversation compacted.

## Why it matters

On these models (Claude Opus 4.5, and everything from 4.6 on) thinking of earlier turns stays in the input.

## Example

Over: a conversation of many turns on Claude Opus 5 with 20,000 tokens of thinking in its history. Within:
the same with a `clear_thinking_20251015` edit.

## How to fix

Clear earlier thinking, compact, or cache the conversation.

## Source

Thinking, https://platform.claude.com/docs/en/build-with-claude/thinking (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import price_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC621"
NAME = "thinking-kept-grows-input"
SEVERITY: Severity = "note"

_LEAST = 1_000


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield one note at the last request of a conversation."""
    if context.kind != "conversation":
        return
    last = len(context.steps) - 1
    step = context.steps[last].context
    kept = step.counted.kept_thinking.tokens
    if kept < _LEAST or step.model.thinking.keeps != "all" or step.request.compacts:
        return
    if step.request.clear_thinking is not None:
        return
    tokens = sum(each.context.counted.kept_thinking.tokens for each in context.steps)
    price = price_tokens(step, "uncached_input", tokens)
    cost = "" if price is None else f", {money.for_people(price)} at the price of input"
    over = f"{tokens:,} over {len(context.steps)} requests"
    message = f"earlier thinking is {kept:,} tokens of this input and {over}{cost}"
    hint = "clear earlier thinking, compact, or cache the conversation"
    yield last, Finding(ID, NAME, "note", message, hint=hint, measured=kept, limit=_LEAST)
