"""A forced tool call makes an adaptive model skip its thinking.

## What it does

Finds `tool_choice` `any` or `tool` while adaptive thinking is on, asked for or by default.

## Why it matters

The request is accepted, but the call is begun for the model, so it does not think before it: you get the
answer of a model that did not think.

## Example

Over:

    {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "tool", "name": "search"}}

Within:

    {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "auto"}}

## How to fix

Use `auto` and ask for the tool in the prompt, or structured output.

## Source

pydantic-ai 2.68.0 (measured on three models); the documentation says that the combination is accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import skips_thinking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC332"
NAME = "forced-tool-choice-skips-thinking"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning when a forced tool keeps an adaptive model from thinking."""
    if skips_thinking(context):
        message = "tool_choice forces a tool, so the model does not think although adaptive thinking is on"
        hint = "use tool_choice auto, or structured output"
        yield Finding(ID, NAME, "warning", message, path="/tool_choice/type", hint=hint)
