"""A forced tool call on a model that takes none.

## What it does

Finds `tool_choice` `any` or `tool` on models that refuse it whatever the thinking; count_tokens refuses it
too.

## Why it matters

The API answers 400: `tool_choice: type "tool" and "any" are not supported for this model.`

## Example

Over, on such a model:

    {"tool_choice": {"type": "any"}}

Within:

    {"tool_choice": {"type": "auto"}}

## How to fix

Use `auto` with `strict: true` tools, or `output_config.format`.

## Source

Errors, https://platform.claude.com/docs/en/api/errors#forced-tool-use-not-supported (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import forces_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC333"
NAME = "forced-tool-choice-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a forced tool on a model that takes none."""
    if forces_tool(context.request) and not context.model.accepts.forced_tool_choice:
        message = f"tool_choice: types tool and any are not supported for {context.model.id}"
        hint = "use tool_choice auto with strict tools, or output_config.format"
        yield Finding(ID, NAME, "error", message, path="/tool_choice/type", hint=hint)
