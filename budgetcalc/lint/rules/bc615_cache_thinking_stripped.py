"""A new turn removes earlier thinking, and the cache behind it is lost.

## What it does

On models that keep the thinking of the last turn only (Claude 3.7 to 4.5), finds the request in which the
user speaks again after a turn with thinking. Says how many cached tokens are paid as new, and what that
costs more.

## Why it matters

The thinking blocks are no longer part of the prompt: everything after the first of them is another prefix.

## Example

Over: a tool loop with thinking and a breakpoint at its end, then a new question. Within: the same on a model
that keeps all thinking.

## How to fix

Put a breakpoint before the turn with thinking, so that the prefix up to it is still read.

## Source

Prompt caching, thinking blocks, https://platform.claude.com/docs/en/build-with-claude/prompt-caching
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import cache_loss
from budgetcalc.lint.prefixes import tokens_before_messages
from budgetcalc.thinking import part_thinking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC615"
NAME = "cache-thinking-stripped"
SEVERITY: Severity = "warning"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning for each new turn that strips thinking which was cached."""
    for index, before, after in context.pairs:
        kept = part_thinking(before.context.request, before.context.model).kept
        stripped = part_thinking(after.context.request, after.context.model).stripped
        gone = [int(path.split("/")[2]) for path in kept & stripped]
        if not gone:
            continue
        first = min(gone)
        loss = cache_loss(before, after, tokens_before_messages(before.context.counted, first))
        if loss is not None:
            message = f"a new turn removes the thinking of {len(gone)} earlier blocks: {loss}"
            hint = "put a breakpoint before the turn with thinking"
            path = f"/messages/{first}"
            yield index, Finding(ID, NAME, "warning", message, path=path, hint=hint, measured=loss.tokens)
