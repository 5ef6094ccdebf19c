"""A tool loop goes on without the thinking that began it.

## What it does

With manual thinking and a request that ends in tool results, the assistant's turn must begin with the
`thinking` or `redacted_thinking` block it was answered with. Adaptive thinking does not require it.

## Why it matters

The API answers 400: ``messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found
`tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block``.

## Example

Over, with thinking enabled:

    {"role": "assistant", "content": [{"type": "tool_use", …}]}
    {"role": "user", "content": [{"type": "tool_result", …}]}

Within:

    {"role": "assistant", "content": [{"type": "thinking", …}, {"type": "tool_use", …}]}
    {"role": "user", "content": [{"type": "tool_result", …}]}

## How to fix

Send the assistant's message back whole, or switch thinking off until the loop ends.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22);
https://github.com/anthropics/claude-code/issues/12894. Later calls of a loop that do not think again carry no
block of their own: one anywhere in the loop is enough here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_manual, open_tool_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC350"
NAME = "thinking-final-turn-without-block"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when no assistant turn of the open tool loop starts with thinking."""
    if not is_manual(context):
        return
    loop = open_tool_loop(context.request)
    if loop and not any(turn.starts_with_thinking for turn in loop):
        yield Finding(
            ID,
            NAME,
            "error",
            "thinking is enabled, but the open tool loop does not start with a thinking block",
            path=loop[0].blocks[0].path,
            hint="send the assistant message back whole, or switch thinking off until the loop ends",
        )
