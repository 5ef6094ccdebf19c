"""`between_tools` on a model that does not know it.

## What it does

Finds `thinking.type: "between_tools"` on any thinking model that does not take it.

## Why it matters

The API answers 400: `"thinking.type.between_tools" is not supported for this model.`

## Example

Over, on Claude Sonnet 5:

    {"thinking": {"type": "between_tools"}}

Within:

    {"thinking": {"type": "disabled"}}

## How to fix

Use `disabled` where the model takes it, or leave `thinking` out.

## Source

Errors, https://platform.claude.com/docs/en/api/errors (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC315"
NAME = "thinking-between-tools-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for ``between_tools`` where the model does not take it."""
    if is_refused(context, "between_tools"):
        yield Finding(
            ID,
            NAME,
            "error",
            f"thinking.type.between_tools is not supported for {context.model.id}",
            path="/thinking/type",
            hint="use thinking.type disabled"
            if "disabled" in context.model.thinking.types
            else "leave thinking out",
        )
