"""The automatic breakpoint sits on what differs between requests.

## What it does

Finds single requests of one file that begin alike (tools and system prompt) but end differently, with
top-level `cache_control` and no breakpoint of their own.

## Why it matters

The automatic breakpoint stands on the last block, which differs: every request writes its whole prompt to
the cache and reads nothing.

## Example

Over: two questions with one system prompt and top-level `cache_control`. Within: a breakpoint on the last
block of the system prompt.

## How to fix

Put `cache_control` at the end of what the requests share.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import live_breakpoints
from budgetcalc.lint.prefixes import tokens_before_messages
from budgetcalc.lint.request_facts import breakpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC612"
NAME = "cache-auto-on-varying-tail"
SEVERITY: Severity = "warning"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning for each later request that writes what it could read."""
    if context.kind != "shared_prefix":
        return
    automatic = [
        index
        for index, step in enumerate(context.steps)
        if step.context.request.auto_cache is not None
        and next(breakpoints(step.context.request), None) is None
        and live_breakpoints(step.context)
    ]
    for index in automatic[1:]:
        step = context.steps[index].context
        shared = tokens_before_messages(step.counted)
        minimum = step.model.min_cacheable_tokens
        if shared and minimum is not None and shared >= minimum.tokens:
            message = (
                f"{shared:,} tokens shared by {len(automatic)} requests are written to the cache by each"
            )
            hint = "put cache_control at the end of what the requests share"
            yield (
                index,
                Finding(ID, NAME, "warning", message, path="/cache_control", hint=hint, measured=shared),
            )
