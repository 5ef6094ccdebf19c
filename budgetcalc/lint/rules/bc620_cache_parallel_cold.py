"""Requests that start together all write the cache.

## What it does

Finds single requests with the same cached prefix that are sent in the same second, or in one batch. Says
what the repeated writes cost.

## Why it matters

An entry can be read only after the first answer has begun: until then each request writes it again. In a
batch, hits are a matter of luck.

## Example

Over: ten requests with one long system prompt and `cache_control`, all at 10:15:00. Within: the first at
10:15:00, the others from 10:15:10 on.

## How to fix

Send one request first, or warm the cache with `"max_tokens": 0`; use `"ttl": "1h"` in batches.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching; Batch processing
(2026-08-22).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import live_breakpoints, price_tokens
from budgetcalc.lint.prefixes import tokens_before_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.catalogue import Bucket
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext, Step

ID = "BC620"
NAME = "cache-parallel-cold"
SEVERITY: Severity = "note"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a note at the last of the requests that start together."""
    if context.kind != "shared_prefix":
        return
    for _, together in groupby(enumerate(context.steps), key=_start):
        group = list(together)
        last, step = group[-1]
        judged = step.context
        shared = tokens_before_messages(judged.counted)
        marks = [m for m in live_breakpoints(judged) if m.prefix_tokens <= shared]
        if len(group) < 2 or not marks or _start(group[0]) is None:
            continue
        tokens = marks[-1].prefix_tokens * (len(group) - 1)
        bucket: Bucket = "cache_write_1h" if marks[-1].ttl == "1h" else "cache_write_5m"
        write = price_tokens(judged, bucket, tokens)
        read = price_tokens(judged, "cache_read", tokens)
        if write is not None and read is not None:
            message = (
                f"{len(group)} requests that start together each write {marks[-1].prefix_tokens:,} tokens to the"
                f" cache: up to {money.for_people(write - read)} more than reading them"
            )
            hint = "send one first, or warm the cache with max_tokens 0"
            yield last, Finding(ID, NAME, "note", message, path=marks[-1].path, hint=hint)


def _start(indexed: tuple[int, Step]) -> object:
    """Return what requests that start together share; ``None`` when that is not known."""
    step = indexed[1]
    if step.context.request.batch:
        return "batch"
    return None if step.sent_at is None else int(step.sent_at.timestamp())
