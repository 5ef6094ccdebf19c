"""An answer to tool results brings no new thinking.

## What it does

Notes a request with manual thinking that ends in tool results, where thinking is not interleaved.

## Why it matters

The model thinks once, at the start of its turn. After a tool result it goes on without a new thinking block
until the next user message, so a budget for this call is not used.

## Example

Over: thinking enabled and a last message of tool results on Claude Sonnet 3.7.
Within: the same with interleaved thinking (beta header, or an adaptive model).

## How to fix

Nothing is broken. Where the model knows it, the beta `interleaved-thinking-2025-05-14` makes it think between
tool calls.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import (
    INTERLEAVED_BETA,
    interleaves_by_header,
    is_manual,
    open_tool_loop,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC371"
NAME = "thinking-not-after-tool-result"
SEVERITY: Severity = "note"

_HINTS = {
    "header": f"the beta {INTERLEAVED_BETA} makes the model think between tool calls",
    "automatic": "adaptive thinking thinks between tool calls by itself",
    "none": "",
}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note when this call goes on with a turn and does not think again."""
    if not is_manual(context) or interleaves_by_header(context):
        return
    if open_tool_loop(context.request):
        hint = _HINTS[context.model.thinking.interleaved]
        message = "the request answers a tool call, so the model goes on without a new thinking block"
        yield Finding(ID, NAME, "note", message, path=context.request.messages[-1].path, hint=hint)
