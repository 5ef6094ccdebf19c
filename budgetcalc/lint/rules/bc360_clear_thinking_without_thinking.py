"""Earlier thinking is to be cleared while thinking is off.

## What it does

Finds a `clear_thinking_20251015` edit in `context_management` of a call that does not think.

## Why it matters

The API answers 400: ``clear_thinking_20251015 strategy requires `thinking` to be enabled or adaptive``.

## Example

Over:

    {"context_management": {"edits": [{"type": "clear_thinking_20251015"}]}}

Within:

    {"thinking": {"type": "adaptive"}, "context_management": {"edits": [{"type": "clear_thinking_20251015"}]}}

## How to fix

Drop the edit, or switch thinking on.

## Source

Context editing, https://platform.claude.com/docs/en/build-with-claude/context-editing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import edit_types
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import thinking_in_effect, thinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC360"
NAME = "clear-thinking-without-thinking"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when thinking is cleared in a call that does not think."""
    clears = any(kind.startswith("clear_thinking") for kind in edit_types(context.request.body))
    if not clears or thinking_in_effect(context) is None or thinks(context):
        return
    message = "clear_thinking requires thinking to be enabled or adaptive, and thinking is off"
    hint = "drop the edit, or switch thinking on"
    yield Finding(ID, NAME, "error", message, path="/context_management/edits", hint=hint)
