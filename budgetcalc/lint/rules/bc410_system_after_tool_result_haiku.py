"""A system message right after a tool result may be taken for its output.

## What it does

On models of which the documentation says so (Claude Haiku 5.5), finds system messages behind a user turn that
ends in a `tool_result`.

## Why it matters

The request is accepted; the model may not obey the message.

## Example

Over, on Claude Haiku 5.5:

    a user turn of one `tool_result`, then {"role": "system", "content": "…"}

Within: the same with a text block behind the `tool_result`.

## How to fix

End the user turn with a text block.

## Source

Mid-conversation system messages,
https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages#placement-after-tool-results
(2026-08-22); pydantic-ai 2.68.0.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolResult
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC410"
NAME = "system-after-tool-result-haiku"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each such message."""
    if not context.model.accepts.system_messages or context.model.accepts.system_after_tool_result:
        return
    for before, message in pairwise(message for message in context.request.messages if message.blocks):
        if message.role == "system" and before.role == "user" and isinstance(before.blocks[-1], ToolResult):
            text = f"{context.model.id} may take a system message right after a tool result for its output"
            yield Finding(ID, NAME, "warning", text, message.path, "end the user turn with a text block")
