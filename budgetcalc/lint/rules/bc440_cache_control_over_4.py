"""More than four cache breakpoints.

## What it does

Counts the blocks with `cache_control` in tools, system and messages, those inside tool results too. A
top-level `cache_control` takes a place of its own unless the last block is marked with the same lifetime.

## Why it matters

The API answers 400: `A maximum of 4 blocks with cache_control may be provided. Found 5.` Typical when several
layers of an application add markers.

## Example

Over: `cache_control` on five messages.
Within: on the last tool, the system prompt and the last two user messages.

## How to fix

Keep the markers at the ends of what stays the same: tools, system, history.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import breakpoints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC440"
NAME = "cache-control-over-4"
SEVERITY: Severity = "error"

_LIMIT = 4


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when there are more than four breakpoints."""
    request = context.request
    marked = list(breakpoints(request))
    found = len(marked)
    if request.auto_cache is not None:
        final = request.messages[-1].blocks[-1:] if request.messages else ()
        if not any(block.cache == request.auto_cache for block in final):
            found += 1
    if found > _LIMIT:
        yield Finding(
            ID,
            NAME,
            "error",
            f"a maximum of {_LIMIT} blocks with cache_control may be provided, found {found:,}",
            path=marked[_LIMIT][0] if len(marked) > _LIMIT else "/cache_control",
            hint="mark only the ends of what stays the same: tools, system, history",
            measured=found,
            limit=_LIMIT,
        )
