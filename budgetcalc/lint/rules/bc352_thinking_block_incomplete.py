"""A thinking block without what makes it readable.

## What it does

Finds `thinking` blocks without a `signature` and `redacted_thinking` blocks without `data`, as broken streams
and other vendors leave them. In a bare list of messages, which is no request yet, it is only a warning.

## Why it matters

The API answers 400: `messages.1.content.0.thinking.signature: Field required`.

## Example

Over:

    {"type": "thinking", "thinking": "…"}

Within:

    {"type": "thinking", "thinking": "…", "signature": "EqQB…"}

## How to fix

Send blocks back as they came, or drop the block.

## Source

litellm 1.109.1 and pydantic-ai 2.68.0 (both repair it before sending); Create a Message,
https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import RedactedThinking, Thinking
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC352"
NAME = "thinking-block-incomplete"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each thinking block that lacks its signature or data."""
    severity: Severity = "warning" if is_transcript(context.request) else "error"
    hint = "send thinking blocks back as they came, or drop them"
    for _, block in context.request.blocks():
        if isinstance(block, Thinking) and not block.signature:
            message = "thinking.signature: Field required in a thinking block"
        elif isinstance(block, RedactedThinking) and not block.data:
            message = "redacted_thinking.data: Field required in a redacted thinking block"
        else:
            continue
        yield Finding(ID, NAME, severity, message, path=block.path, hint=hint)
