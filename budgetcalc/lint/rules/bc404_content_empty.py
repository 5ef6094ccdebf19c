"""A message has no content.

## What it does

Finds messages whose content is `""` or `[]`; a final assistant message may be empty.

## Why it matters

The API answers 400: `messages.1: all messages must have non-empty content except for the optional final
assistant message`. The message stays in the history, so every later request fails in the same way.

## Example

Over:

    {"role": "user", "content": ""}

Within:

    {"role": "user", "content": "…"}

## How to fix

Drop the message, and its counterpart.

## Source

Quoted in several public repositories (2024 to 2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Block
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC404"
NAME = "content-empty"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each message without content."""
    messages = context.request.messages
    for index, message in enumerate(messages):
        path = f"{message.path}/content"
        if message.blocks and (_says_something(message.blocks[0]) or message.blocks != (Text(path, ""),)):
            continue
        if index == len(messages) - 1 and message.role == "assistant":
            continue
        if "content" in context.request.body["messages"][index]:
            text = "the message must have non-empty content"
            yield Finding(ID, NAME, "error", text, path=path, hint="drop the message, or give it content")


def _says_something(block: Block) -> bool:
    return not isinstance(block, Text) or bool(block.text)
