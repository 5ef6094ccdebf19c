"""A long prefix is sent several times and never cached.

## What it does

Finds conversations, and single requests that begin alike, whose common prefix is 5,000 tokens or more while
none of them has `cache_control`. Says what reading it from a cache would save.

## Why it matters

A cache read costs a tenth of the price of input or less.

## Example

Over: five questions to one document of 20,000 tokens in the system prompt, without `cache_control`. Within:
the same with a breakpoint on the document.

## How to fix

Put `cache_control` at the end of what is common.

## Source

Pricing, https://platform.claude.com/docs/en/about-claude/pricing (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.caching import find_breakpoints
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import price_tokens
from budgetcalc.lint.prefixes import tokens_before_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC619"
NAME = "cache-none-on-long-prefix"
SEVERITY: Severity = "note"

_LONG = 5_000


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield one note at the last request of a group that caches nothing."""
    steps = context.steps
    if context.kind == "suite" or len(steps) < 2:
        return
    if any(find_breakpoints(step.context.request, step.context.counted) for step in steps):
        return
    first = steps[0].context
    if context.kind == "conversation":
        # Each request begins with all of the one before it.
        shared = [before.context.counted.total.tokens for _, before, _ in context.pairs]
    else:
        shared = [tokens_before_messages(first.counted)] * (len(steps) - 1)
    if max(shared) < _LONG or first.model.min_cacheable_tokens is None:
        return
    tokens = sum(shared)
    prices = [price_tokens(first, bucket, tokens) for bucket in ("uncached_input", "cache_read")]
    if prices[0] is None or prices[1] is None:
        return
    saved = money.for_people(prices[0] - prices[1])
    message = (
        f"{len(steps)} requests send a common prefix of up to {max(shared):,} tokens without a cache:"
        f" reading it would save up to {saved}"
    )
    hint = "put cache_control at the end of what is common"
    yield len(steps) - 1, Finding(ID, NAME, "note", message, hint=hint, measured=max(shared), limit=_LONG)
