"""A tool call has no result in the next message.

## What it does

For each assistant turn, compares the ids of its `tool_use` blocks with the `tool_result` blocks of the turn
that follows at once (neighbouring messages of one role are one turn). A bare list of messages, which is no
request yet, may end with a call.

## Why it matters

The API answers 400: ``messages.1: `tool_use` ids were found without `tool_result` blocks immediately after``.
It is the most frequent error of agents that are interrupted or trim their history.

## Example

Over:

    {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", …}]}
    {"role": "user", "content": "…"}

Within:

    {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", …}]}
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", …}]}

## How to fix

Give one result for each call, with `is_error: true` for those that were skipped.

## Source

Troubleshooting tool use,
https://platform.claude.com/docs/en/agents-and-tools/tool-use/troubleshooting-tool-use (2026-08-22);
https://github.com/anthropics/claude-code/issues/1237.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_transcript, turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC420"
NAME = "tool-use-without-result"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each assistant turn with unanswered calls."""
    merged = turns(context.request.messages)
    for index, turn in enumerate(merged):
        is_last = index == len(merged) - 1
        if turn.role != "assistant" or (is_last and is_transcript(context.request)):
            continue
        following = () if is_last else merged[index + 1].blocks
        answered = {block.tool_use_id for block in following if isinstance(block, ToolResult)}
        calls = [block for block in turn.blocks if isinstance(block, ToolUse)]
        missing = [call for call in calls if call.id not in answered]
        if missing:
            yield Finding(
                ID,
                NAME,
                "error",
                f"{len(missing):,} of {len(calls):,} tool_use blocks have no tool_result in the next message",
                path=missing[0].path,
                hint="give each call a tool_result, with is_error for those that were skipped",
                measured=len(missing),
                limit=0,
            )
