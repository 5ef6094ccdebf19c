"""More messages than one request may hold.

## What it does

Counts the entries of `messages`: 100,000 at most.

## Why it matters

The API answers 400.

## Example

Over: a conversation of 100,001 messages.

Within: one of 100,000.

## How to fix

Compact the conversation, or start a new one from a summary.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21): "limit of 100,000
messages in a single request".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC210"
NAME = "too-many-messages"
SEVERITY: Severity = "error"

_LIMIT = 100_000


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error above the limit."""
    count = len(context.request.messages)
    if count > _LIMIT:
        message = f"the request holds {count:,} messages, more than {_LIMIT:,}"
        hint = "compact the conversation"
        yield Finding(ID, NAME, "error", message, "/messages", hint, measured=count, limit=_LIMIT)
