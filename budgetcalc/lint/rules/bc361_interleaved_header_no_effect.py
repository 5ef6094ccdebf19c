"""The interleaved-thinking header does nothing here.

## What it does

Finds the beta `interleaved-thinking-2025-05-14` on models that do not know it (adaptive thinking interleaves
by itself), without tools, or without manual thinking.

## Why it matters

The header is accepted and ignored: the budget must then be below `max_tokens`, and the model does not think
between tool calls because of it.

## Example

Over: the header on Claude Haiku 4.5, or on a request without tools.
Within: the header with manual thinking and tools on Claude Sonnet 4.5.

## How to fix

Drop the header.

## Source

Extended thinking, https://platform.claude.com/docs/en/build-with-claude/extended-thinking (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import INTERLEAVED_BETA, interleaves_by_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC361"
NAME = "interleaved-header-no-effect"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note when the header is sent and changes nothing."""
    if INTERLEAVED_BETA not in context.betas or interleaves_by_header(context):
        return
    if context.model.thinking.interleaved != "header":
        why = f"{context.model.id} does not use it"
    else:
        why = "it needs manual thinking and at least one tool"
    yield Finding(ID, NAME, "note", f"the beta {INTERLEAVED_BETA} has no effect: {why}", hint="drop it")
