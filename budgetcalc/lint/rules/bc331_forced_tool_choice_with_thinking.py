"""A forced tool call while the model thinks with a budget.

## What it does

Finds `tool_choice` `any` or `tool` with a kind of thinking that does not allow it: manual thinking, on every
model that has it.

## Why it matters

The API answers 400: `Thinking may not be enabled when tool_choice forces tool use.`

## Example

Over:

    {"thinking": {"type": "enabled", "budget_tokens": 2048}, "tool_choice": {"type": "any"}}

Within:

    {"thinking": {"type": "enabled", "budget_tokens": 2048}, "tool_choice": {"type": "auto"}}

## How to fix

Use `auto` and ask for the tool in the prompt, or switch thinking off for this call.

## Source

Thinking, https://platform.claude.com/docs/en/build-with-claude/thinking (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import forces_tool, thinking_in_effect, thinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC331"
NAME = "forced-tool-choice-with-thinking"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when this kind of thinking does not go with a forced tool."""
    model, mode = context.model, thinking_in_effect(context)
    if not forces_tool(context.request) or not model.accepts.forced_tool_choice or not thinks(context):
        return
    if mode not in model.thinking.forced_tool_choice:
        message = f"thinking ({mode}) may not be on when tool_choice forces tool use"
        hint = "use tool_choice auto, or switch thinking off"
        yield Finding(ID, NAME, "error", message, path="/tool_choice/type", hint=hint)
