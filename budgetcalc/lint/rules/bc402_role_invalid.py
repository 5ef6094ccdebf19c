"""A message has a role the API does not know.

## What it does

Finds roles other than `user`, `assistant` and `system` (for the last one see BC403).

## Why it matters

The API answers 400: `messages.1.role: Input should be 'user' or 'assistant'`. Roles such as `tool`,
`function` and `developer` belong to other vendors' APIs.

## Example

Over:

    {"role": "tool", "content": "…"}

Within:

    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "…", "content": "…"}]}

## How to fix

Put tool results into a user message, instructions into the top-level `system`.

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
from budgetcalc.locations import printable

ID = "BC402"
NAME = "role-invalid"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each message with an unknown role."""
    for message in context.request.messages:
        if message.role not in {"user", "assistant", "system"}:
            text = f"the role is '{printable(message.role, limit=30)}' and should be 'user' or 'assistant'"
            hint = "tool results go into a user message, instructions into system"
            yield Finding(ID, NAME, "error", text, path=f"{message.path}/role", hint=hint)
