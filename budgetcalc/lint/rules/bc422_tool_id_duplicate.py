"""Two tool calls, or two results of one turn, share an id.

## What it does

Finds `tool_use` ids that occur twice in the request, and `tool_use_id`s that occur twice in one user turn.

## Why it matters

The API answers 400: ``messages.3.content.0: `tool_use` ids must be unique``, or `each tool_use must have a
single result`. Typical of transcripts that were merged or replayed.

## Example

Over: two `tool_use` blocks with the id `toolu_1`.
Within: every call has an id of its own.

## How to fix

Drop the repeated messages, or give the calls new ids together with their results.

## Source

https://github.com/anthropics/claude-code/issues/20508, https://github.com/BerriAI/litellm/issues/23510.
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

ID = "BC422"
NAME = "tool-id-duplicate"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each block that repeats an id."""
    calls: set[str] = set()
    hint = "drop the repeated block, or give the call and its result a new id"
    for turn in turns(context.request.messages):
        results: set[str] = set()
        for block in turn.blocks:
            if isinstance(block, ToolUse):
                seen, own, message = calls, block.id, "tool_use ids must be unique"
            elif isinstance(block, ToolResult):
                seen, own, message = (
                    results,
                    block.tool_use_id,
                    "each tool_use must have a single tool_result",
                )
            else:
                continue
            if own and own in seen:
                yield Finding(ID, NAME, "error", message, path=block.path, hint=hint)
            seen.add(own)
