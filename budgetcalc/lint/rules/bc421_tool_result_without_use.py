"""A tool result answers no call of the message before it.

## What it does

Looks up the `tool_use_id` of each `tool_result` among the calls of the assistant turn just before.

## Why it matters

The API answers 400: ``messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks``. Typical
after trimming: the call was dropped and its result kept.

## Example

Over:

    {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", …}]}]}

Within: the assistant message with the call `toolu_1` stands just before it.

## How to fix

Drop the result with its call, or keep both.

## Source

https://github.com/anthropics/claude-code/issues/13850, https://github.com/anthropics/claude-code/issues/18947.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC421"
NAME = "tool-result-without-use"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each result whose call is not in the turn before."""
    called: set[str] = set()
    for turn in turns(context.request.messages):
        if turn.role == "user":
            for block in turn.blocks:
                if isinstance(block, ToolResult) and block.tool_use_id not in called:
                    message = (
                        "unexpected tool_use_id in a tool_result: no such tool_use in the previous message"
                    )
                    hint = "drop the result together with its call, or keep both"
                    yield Finding(ID, NAME, "error", message, path=block.path, hint=hint)
        called = {block.id for block in turn.blocks if isinstance(block, ToolUse)}
