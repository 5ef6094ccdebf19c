"""Thinking was switched in the middle of a tool loop.

## What it does

Compares how the request that was answered with a tool call thinks and how the one with the tool's result
does: on, off, or of another type.

## Why it matters

Nothing fails with adaptive thinking: it is silently off for that request, and earlier thinking may be
removed. With manual thinking BC350 tells of the error.

## Example

Over: a request with adaptive thinking, then its tool results with `"thinking": {"type": "disabled"}`.
Within: the change with the next message of the user.

## How to fix

Change thinking only when a new turn begins.

## Source

Thinking, https://platform.claude.com/docs/en/build-with-claude/thinking (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import thinking_in_effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC384"
NAME = "thinking-toggled-mid-loop"
SEVERITY: Severity = "warning"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning where the kind of thinking differs within a loop."""
    for index, before, after in context.pairs:
        messages = after.context.request.messages
        if not messages or not messages[-1].is_tool_results:
            continue
        was, now = thinking_in_effect(before.context), thinking_in_effect(after.context)
        if was != now and was is not None and now is not None:
            message = f"thinking changes from {was} to {now} in the middle of a tool loop"
            hint = "change thinking only when a new turn begins"
            yield index, Finding(ID, NAME, "warning", message, path="/thinking", hint=hint)
