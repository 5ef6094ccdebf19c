"""Thinking stands behind other blocks of its message.

## What it does

With manual thinking, finds assistant messages that hold thinking but do not start with it.

## Why it matters

Reported to be answered 400: ``If an assistant message contains any thinking blocks, the first block must be
`thinking` or `redacted_thinking`. Found `text`.`` One report only, so a warning.

## Example

Over:

    [{"type": "text", …}, {"type": "thinking", …}]

Within:

    [{"type": "thinking", …}, {"type": "text", …}]

## How to fix

Keep the blocks in the order of the response.

## Source

https://github.com/anthropics/claude-code/issues/20691 (2026-01-25).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import RedactedThinking, Thinking
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import Turn, is_manual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC351"
NAME = "thinking-block-not-first"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each assistant message whose thinking is not first."""
    if not is_manual(context):
        return
    for message in context.request.messages:
        if message.role != "assistant" or Turn(message.role, message.blocks).starts_with_thinking:
            continue
        if any(isinstance(block, Thinking | RedactedThinking) for block in message.blocks):
            yield Finding(
                ID,
                NAME,
                "warning",
                "an assistant message holds thinking blocks, but does not start with one",
                path=message.path,
                hint="keep the blocks in the order of the response",
            )
