"""The conversation begins with the assistant.

## What it does

Finds a first message of the assistant.

## Why it matters

Until October 2024 the API answered 400: `messages: first message must use the "user" role`; Bedrock Converse
is reported to do so still. Today's API accepts it, so the rule is off unless it is selected.

## Example

Over:

    {"messages": [{"role": "assistant", "content": "…"}, {"role": "user", "content": "…"}]}

Within:

    {"messages": [{"role": "user", "content": "…"}]}

## How to fix

Begin with a user message.

## Source

Quoted in public repositories (2024 to 2026). The API reference of 2026 asks for no order, and recordings have
it accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC411"
NAME = "first-message-not-user"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning when the assistant speaks first."""
    messages = context.request.messages
    if messages and messages[0].role == "assistant":
        text = "the first message is the assistant's; some endpoints want the user's"
        yield Finding(ID, NAME, "warning", text, f"{messages[0].path}/role", "begin with a user message")
