"""A tool result stands behind other content.

## What it does

In the user turn after tool calls, finds blocks before a `tool_result` that are none. Results that come a turn
too late are found by BC420 and BC421.

## Why it matters

The API answers 400, with the same text as for a missing result: ``messages.1: `tool_use` ids were found
without `tool_result` blocks immediately after``.

## Example

Over:

    [{"type": "text", "text": "Here it is"}, {"type": "tool_result", …}]

Within:

    [{"type": "tool_result", …}, {"type": "text", "text": "Here it is"}]

## How to fix

Put the results first, and what you have to say behind them.

## Source

Handle tool calls, https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls
(2026-08-22).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC424"
NAME = "tool-result-misplaced"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each turn whose results do not come first."""
    for calls, answer in pairwise(turns(context.request.messages)):
        wanted = {block.id for block in calls.blocks if isinstance(block, ToolUse)}
        if calls.role != "assistant" or answer.role != "user" or not wanted:
            continue
        results = [
            index
            for index, block in enumerate(answer.blocks)
            if isinstance(block, ToolResult) and block.tool_use_id in wanted
        ]
        last = results[-1] if results else 0
        first = next((block for block in answer.blocks[:last] if not isinstance(block, ToolResult)), None)
        if first is not None:
            message = "a block stands before the tool_result blocks, which must come first"
            yield Finding(ID, NAME, "error", message, first.path, "put the results first, text after them")
