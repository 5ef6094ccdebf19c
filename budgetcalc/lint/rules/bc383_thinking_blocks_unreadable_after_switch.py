"""The model was changed for one that cannot read the earlier thinking.

## What it does

In a conversation, finds a change of model after which thinking blocks of the earlier model are sent to one
that cannot read them.

## Why it matters

The blocks are dropped silently: the model loses that reasoning, and the cache starts anew.

## Example

Over: a conversation begun on Claude Fable 5.1 and continued on Claude Opus 5. Within: continued on Claude
Fable 5.2.

## How to fix

Stay with the model until the task is done, or say in text what matters.

## Source

Preserved thinking, https://platform.claude.com/docs/en/build-with-claude/preserved-thinking (2026-10-08).
Whether dropped blocks are billed: the page of October says no, that of August yes. Public issues report 400
on some switches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import RedactedThinking, Thinking
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC383"
NAME = "thinking-blocks-unreadable-after-switch"
SEVERITY: Severity = "warning"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning for each such change of model."""
    for index, before, after in context.pairs:
        old, new = before.context.model, after.context.model
        unreadable = old.thinking.unreadable_by
        if old.id == new.id or not (new.id in unreadable or new.generation in unreadable):
            continue
        blocks = [
            block.path
            for _, block in after.context.request.blocks()
            if isinstance(block, Thinking | RedactedThinking)
        ]
        if blocks:
            message = f"{new.id} cannot read the {len(blocks)} thinking blocks of {old.id} and drops them"
            hint = "stay with the model until the task is done"
            yield index, Finding(ID, NAME, "warning", message, path=blocks[0], hint=hint)
