"""The model thinks although nobody asked it to.

## What it does

Notes a request without `thinking` on a model that thinks by default; not where a forced tool call keeps it from
thinking (BC332).

## Why it matters

Output tokens, and the bill, include the thinking, and `max_tokens` caps thinking and answer together.

## Example

Over, on such a model: a request without `thinking`.
Within:

    {"thinking": {"type": "adaptive"}}

## How to fix

Nothing is broken. Say `adaptive` if it is meant, lower the effort, or switch thinking off where the model
allows it.

## Source

Thinking, https://platform.claude.com/docs/en/build-with-claude/thinking (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import has_thinking_in_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC370"
NAME = "thinking-on-by-default"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note when thinking is on by default."""
    request = context.request
    if request.thinking is not None or not request.max_tokens or not has_thinking_in_output(context):
        return
    always = " always" if context.model.thinking.always_on else ""
    off = "lower output_config.effort" if always else "lower output_config.effort, or switch thinking off"
    message = f"{context.model.id}{always} thinks by default: output tokens include the thinking"
    yield Finding(ID, NAME, "note", message, hint=f"to spend less, {off}")
