"""A conversation grows without bound, and nothing keeps its cost down.

## What it does

Finds conversations of three requests or more whose input grows with each of them to over 100,000 tokens,
without context editing, compaction or `cache_control`.

## Why it matters

The whole history is paid as new input with every request.

## Example

Over: an agent whose fifth request has 120,000 tokens and no `cache_control`. Within: the same with
`cache_control`.

## How to fix

Cache the history, clear old tool results (`clear_tool_uses_20250919`), or compact it.

## Source

Context editing, https://platform.claude.com/docs/en/build-with-claude/context-editing (2026-08-22).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from budgetcalc.caching import find_breakpoints
from budgetcalc.conversation import edit_types
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC626"
NAME = "agent-history-unbounded"
SEVERITY: Severity = "note"

_LONG, _LEAST_STEPS = 100_000, 3


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield one note at the last request of a conversation that only grows."""
    steps = context.steps
    sizes = [step.context.counted.total.tokens for step in steps]
    if context.kind != "conversation" or len(steps) < _LEAST_STEPS or sizes[-1] <= _LONG:
        return
    last = steps[-1].context
    is_kept_down = edit_types(last.request.body) or last.request.body.get("compaction") is not None
    if is_kept_down or find_breakpoints(last.request, last.counted):
        return
    if all(one < other for one, other in pairwise(sizes)):
        message = f"the input grew to {sizes[-1]:,} tokens over {len(steps)} requests, all paid as new input"
        hint = "cache the history, clear old tool results, or compact it"
        yield len(steps) - 1, Finding(ID, NAME, "note", message, hint=hint, measured=sizes[-1], limit=_LONG)
