"""Thinking in an open tool loop stands where the model cannot have written it.

## What it does

In the assistant's messages of a tool loop that goes on, finds a thinking block after a `tool_use` of the
same message, and a loop whose first message begins without thinking while a later one has some (manual
thinking). A model thinks before it calls a client's tool, never after.

## Why it matters

Blocks were reordered or lost. The API answers 400 for the latest message: `thinking blocks in the latest
assistant message cannot be modified`; seen from one request alone it is a warning.

## Example

Over:

    {"role": "assistant", "content": [{"type": "tool_use", …}, {"type": "thinking", …}]}

Within:

    {"role": "assistant", "content": [{"type": "thinking", …}, {"type": "tool_use", …}]}

## How to fix

Send the assistant's messages back as they came.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import RedactedThinking, Thinking, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_manual, open_tool_loop, thinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Block
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC385"
NAME = "thinking-reordered-in-tool-loop"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for a block after a call, and for a loop that lost its first thinking."""
    loop = open_tool_loop(context.request)
    if not loop or not thinks(context):
        return
    hint = "send the assistant's messages back as they came"
    starts = {turn.blocks[0].path for turn in loop}
    for message in context.request.messages:
        if message.role != "assistant" or not message.blocks or message.blocks[0].path not in starts:
            continue
        called = False
        for block in message.blocks:
            called = called or isinstance(block, ToolUse)
            if called and isinstance(block, Thinking | RedactedThinking):
                text = "a thinking block stands after a tool_use of its message"
                yield Finding(ID, NAME, "warning", text, path=block.path, hint=hint)
                break
    if (
        is_manual(context)
        and not _has_thinking(loop[0].blocks)
        and any(_has_thinking(t.blocks) for t in loop[1:])
    ):
        text = "the first message of the open tool loop has no thinking, and a later one has"
        yield Finding(ID, NAME, "warning", text, path=loop[0].blocks[0].path, hint=hint)


def _has_thinking(blocks: tuple[Block, ...]) -> bool:
    return any(isinstance(block, Thinking | RedactedThinking) for block in blocks)
