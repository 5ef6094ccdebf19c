"""The system prompt holds something else than text.

## What it does

Finds blocks of `system` that are no `text` blocks. An empty string is accepted; a number or an object is
refused as the file is read.

## Why it matters

The API answers 400: `system.0.type: Input should be 'text'`.

## Example

Over:

    {"system": [{"type": "image", "source": {…}}]}

Within:

    {"system": [{"type": "text", "text": "…"}]}

## How to fix

Move images and documents into the first user message.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC413"
NAME = "system-shape"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each block that is no text."""
    for block in context.request.system:
        if not isinstance(block, Text):
            message = "system takes text blocks only: type should be 'text'"
            yield Finding(ID, NAME, "error", message, f"{block.path}/type", "move it into a user message")
