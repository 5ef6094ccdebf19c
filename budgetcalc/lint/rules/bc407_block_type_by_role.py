"""A block stands in a message of the wrong role.

## What it does

Finds `tool_use`, thinking and server tool calls in user messages, and `tool_result` and images in assistant
messages.

## Why it matters

The API answers 400: ``messages.1: `tool_result` blocks can only be in `user` messages``. For an image in an
assistant message there is one report only, so a warning.

## Example

Over:

    {"role": "assistant", "content": [{"type": "tool_result", …}]}

Within:

    {"role": "user", "content": [{"type": "tool_result", …}]}

## How to fix

Give the message the other role, or move the block.

## Source

Migration guide, https://platform.claude.com/docs/en/api/migration-2026-10-21; quoted in several public
repositories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Image, RedactedThinking, ServerTool, Thinking, ToolResult, ToolUse
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC407"
NAME = "block-type-by-role"
SEVERITY: Severity = "error"

_ASSISTANT_ONLY = {
    ToolUse: "tool_use",
    Thinking: "thinking",
    RedactedThinking: "redacted_thinking",
    ServerTool: "server_tool_use",
}
_USER_ONLY = {ToolResult: "tool_result", Image: "image"}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each block in a message of the wrong role."""
    misplaced = {"user": _ASSISTANT_ONLY, "assistant": _USER_ONLY}
    right_role = {"user": "assistant", "assistant": "user"}
    for message in context.request.messages:
        for block in message.blocks:
            kind = misplaced.get(message.role, {}).get(type(block))
            if kind is None or (isinstance(block, ServerTool) and block.type != kind):
                continue
            severity: Severity = "warning" if kind == "image" else "error"
            role = right_role[message.role]
            text = f"`{kind}` blocks can only be in `{role}` messages"
            yield Finding(
                ID, NAME, severity, text, path=block.path, hint=f"move it to a message of the {role}"
            )
