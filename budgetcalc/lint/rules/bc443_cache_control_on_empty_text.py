"""A cache breakpoint on an empty text.

## What it does

Finds `cache_control` on text blocks whose text is empty.

## Why it matters

The API answers 400: `…text: cache_control cannot be set for empty text blocks`. Typical when a marker is put
on the last block without a look at it.

## Example

Over:

    {"type": "text", "text": "", "cache_control": {"type": "ephemeral"}}

Within: the marker on the last block that has text.

## How to fix

Drop the empty block and mark the one before it.

## Source

https://github.com/anthropics/claude-code/issues/50082, https://github.com/stakpak/agent/pull/511.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC443"
NAME = "cache-control-on-empty-text"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each marked empty text."""
    for _, block in context.request.blocks():
        if isinstance(block, Text) and not block.text and block.cache is not None:
            message = "cache_control cannot be set for empty text blocks"
            path = f"{block.path}/cache_control"
            yield Finding(ID, NAME, "error", message, path=path, hint="mark the last block that has text")
