"""A cache breakpoint on a thinking block.

## What it does

Finds `cache_control` on `thinking` and `redacted_thinking` blocks.

## Why it matters

The API answers 400: `…thinking.cache_control: Extra inputs are not permitted`.

## Example

Over:

    {"type": "thinking", …, "cache_control": {"type": "ephemeral"}}

Within: the marker on the block that follows.

## How to fix

Put it on the next block; thinking before a breakpoint is cached with it.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import RedactedThinking, Thinking
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC442"
NAME = "cache-control-on-thinking"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each marked thinking block."""
    for _, block in context.request.blocks():
        if isinstance(block, Thinking | RedactedThinking) and block.cache is not None:
            message = "cache_control is not permitted on a thinking block"
            path = f"{block.path}/cache_control"
            yield Finding(ID, NAME, "error", message, path=path, hint="put it on the next block")
