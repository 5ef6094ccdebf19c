"""The lifetime of the cache does not fit the pace of the conversation.

## What it does

Where the records say the time of each request: finds five-minute entries that had expired when the next
request came, and one-hour entries in conversations whose requests all come within five minutes.

## Why it matters

An entry of an hour costs 2 times the price of input, one of five minutes 1.25 times; an expired one is
written again. The first pays off after two reads, the second after one. The time counts from the start of a
request.

## Example

Over: `cache_control` without `ttl`, and ten minutes between two requests. Within: one minute between them.

## How to fix

Take `"ttl": "1h"` for slow conversations, the default for quick ones.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import LIFETIMES, live_breakpoints, price_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC617"
NAME = "cache-ttl-mismatch"
SEVERITY: Severity = "note"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a note for each expired entry, and one for a needlessly long lifetime."""
    gaps = []
    for index, before, after in context.pairs:
        if before.sent_at is None or after.sent_at is None:
            return
        gap = after.sent_at - before.sent_at
        gaps.append(gap)
        marks = live_breakpoints(before.context)
        if marks and marks[-1].ttl == "5m" and LIFETIMES["5m"] < gap <= LIFETIMES["1h"]:
            minutes = int(gap.total_seconds() // 60)
            message = f"{marks[-1].prefix_tokens:,} tokens cached for 5 minutes had expired after {minutes}"
            path = marks[-1].path
            yield (
                index,
                Finding(
                    ID, NAME, "note", message, path=path, hint='take "ttl": "1h"', measured=minutes, limit=5
                ),
            )
    if not gaps or max(gaps) > LIFETIMES["5m"]:
        return
    last = len(context.steps) - 1
    step = context.steps[last].context
    hours = [mark for mark in live_breakpoints(step) if mark.ttl == "1h"]
    if hours:
        tokens = hours[-1].prefix_tokens
        prices = [price_tokens(step, bucket, tokens) for bucket in ("cache_write_1h", "cache_write_5m")]
        if prices[0] is not None and prices[1] is not None:
            more = money.for_people(prices[0] - prices[1])
            message = (
                f"entries of an hour are used within 5 minutes: writing {tokens:,} tokens costs {more} more"
            )
            yield last, Finding(ID, NAME, "note", message, path=hours[-1].path, hint="leave ttl out")
