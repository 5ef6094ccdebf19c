"""A one-hour cache breakpoint comes after a five-minute one.

## What it does

Reads the breakpoints in the order tools, system, messages; an absent `ttl` means `5m`.

## Why it matters

The API answers 400: `a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block`.

## Example

Over: `{"type": "ephemeral"}` on a tool and `{"type": "ephemeral", "ttl": "1h"}` on the system prompt.
Within: `1h` on the tool, `5m` on the system prompt.

## How to fix

Give the earlier blocks the longer lifetime.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22);
https://github.com/vellum-ai/vellum-assistant/pull/22191.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import breakpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC441"
NAME = "cache-control-ttl-order"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each one-hour breakpoint behind a five-minute one."""
    seen_short = False
    for path, cache in breakpoints(context.request):
        if cache.ttl == "1h" and seen_short:
            message = "a cache_control block with ttl 1h must not come after one with ttl 5m"
            hint = "give the earlier blocks (tools, system, messages in this order) the longer lifetime"
            yield Finding(ID, NAME, "error", message, path=f"{path}/cache_control/ttl", hint=hint)
        seen_short = seen_short or cache.ttl == "5m"
