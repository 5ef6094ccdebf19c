"""Nothing will be cached: the marked prefix is shorter than the model's minimum.

## What it does

Compares the tokens up to the last cache breakpoint with the shortest prefix the model caches. Earlier,
shorter breakpoints are harmless when a later one is long enough. Where measurements and documentation disagree about
the minimum, as for Claude Sonnet 4.6, a prefix between the two is said to be in doubt.

## Why it matters

The API says nothing: both cache figures of the usage stay 0 and every call pays the full price.

## Example

Over, with a minimum of 1,024 tokens: `cache_control` on a system prompt of 300 tokens.
Within: on a system prompt of 2,000 tokens.

## How to fix

Mark a longer prefix (tools, system prompt and documents together), or drop the marker.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.caching import find_breakpoints
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC610"
NAME = "cache-prefix-below-minimum"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning when the longest marked prefix is too short."""
    minimum, marks = context.model.min_cacheable_tokens, find_breakpoints(context.request, context.counted)
    if minimum is None or not marks:
        return
    last, surely = marks[-1], max(minimum.tokens, minimum.high or 0)
    if last.prefix_tokens >= surely:
        return
    consequence, limit = "it is not cached", minimum.tokens
    if last.prefix_tokens >= minimum.tokens:
        consequence, limit = "it may not be cached, whatever the documentation says", surely
    yield Finding(
        ID,
        NAME,
        "warning",
        f"the prefix marked for the cache has {last.prefix_tokens:,} tokens, under the minimum of"
        f" {limit:,}: {consequence}",
        path=last.path,
        hint="mark a longer prefix, or drop cache_control",
        measured=last.prefix_tokens,
        limit=limit,
    )
