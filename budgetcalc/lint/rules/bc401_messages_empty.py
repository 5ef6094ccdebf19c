"""The conversation has no messages.

## What it does

Finds an empty `messages` list.

## Why it matters

The API answers 400: `messages: at least one message is required`.

## Example

Over:

    {"messages": []}

Within:

    {"messages": [{"role": "user", "content": "…"}]}

## How to fix

Send at least one message; a system prompt alone is no request.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC401"
NAME = "messages-empty"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for an empty list of messages."""
    if not context.request.messages:
        hint = "send at least one user message"
        yield Finding(
            ID, NAME, "error", "messages: at least one message is required", path="/messages", hint=hint
        )
