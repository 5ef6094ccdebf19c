"""A cache is warmed with an answer of one token.

## What it does

Notes `max_tokens: 1` together with a cache breakpoint, since 2026.

## Why it matters

It works, and bills a token of output; `max_tokens: 0` warms the cache without one.

## Example

Over:

    {"max_tokens": 1, "system": [{…, "cache_control": {"type": "ephemeral"}}]}

Within:

    {"max_tokens": 0, "system": [{…, "cache_control": {"type": "ephemeral"}}]}

## How to fix

Send `max_tokens: 0`, outside a batch.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pre-warming-the-cache
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import WARM_UP_SINCE, breakpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC231"
NAME = "max-tokens-one-warmup"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for what looks like a warm-up."""
    request = context.request
    if request.max_tokens != 1 or request.batch or context.on < WARM_UP_SINCE:
        return
    if request.auto_cache is not None or any(True for _ in breakpoints(request)):
        message = "max_tokens is 1 with a cache breakpoint; 0 warms the cache without an answer"
        yield Finding(ID, NAME, "note", message, path="/max_tokens", hint="use max_tokens: 0")
