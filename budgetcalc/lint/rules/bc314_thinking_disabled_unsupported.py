"""Thinking cannot be switched off this way on this model.

## What it does

Finds `thinking.type: "disabled"` on models that always think, and on those that want `between_tools` instead.

## Why it matters

The API answers 400: `"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive"
and "output_config.effort" to control thinking behavior.`

## Example

Over, on a model that always thinks:

    {"thinking": {"type": "disabled"}}

Within:

    {"output_config": {"effort": "low"}}

## How to fix

Leave `thinking` out and lower the effort; where the model takes `between_tools`, use that.

## Source

Errors, https://platform.claude.com/docs/en/api/errors#thinking-cannot-be-disabled (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC314"
NAME = "thinking-disabled-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for ``disabled`` on a model that thinks and does not take it."""
    if not is_refused(context, "disabled"):
        return
    types = context.model.thinking.types
    instead = "use thinking.type between_tools" if "between_tools" in types else "leave thinking out"
    yield Finding(
        ID,
        NAME,
        "error",
        f"thinking.type.disabled is not supported for {context.model.id}",
        path="/thinking/type",
        hint=f"{instead}, and lower output_config.effort",
    )
