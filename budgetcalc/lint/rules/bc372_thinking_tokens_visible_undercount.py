"""The thinking in the conversation is not what was billed.

## What it does

Notes thinking blocks in a conversation with a model that returns a summary of its thinking, or none of it.

## Why it matters

The full thinking was billed as output. Counting the text that is shown gives too little.

## Example

Over: a `thinking` block of Claude Sonnet 4.5, which is a summary.
Within: a `thinking` block of Claude Sonnet 3.7, which is the full text.

## How to fix

Take the figure from `usage.output_tokens` of the response (`budgetcalc price`).

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Thinking
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC372"
NAME = "thinking-tokens-visible-undercount"
SEVERITY: Severity = "note"

_SHOWN = {"summary": "a summary of the thinking", "omitted": "no or summarised thinking"}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield one note when the conversation shows less thinking than was billed."""
    shown = _SHOWN.get(context.model.thinking.returned_as)
    paths = [block.path for _, block in context.request.blocks() if isinstance(block, Thinking)]
    if shown is None or not paths:
        return
    message = (
        f"{len(paths):,} thinking blocks: {context.model.id} returns {shown}, the full thinking was billed"
    )
    hint = "for what was billed, price the usage of the responses"
    yield Finding(ID, NAME, "note", message, path=paths[0], hint=hint)
