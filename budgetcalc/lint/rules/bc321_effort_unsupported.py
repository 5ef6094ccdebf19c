"""An effort this model does not take.

## What it does

Finds `output_config.effort` on models without the parameter, and levels the model does not have.

## Why it matters

The API answers 400: `This model does not support the effort parameter.` or
`output_config.effort: Input should be 'low', 'medium', 'high' …`.

## Example

Over, on Claude Opus 4.5:

    {"output_config": {"effort": "max"}}

Within:

    {"output_config": {"effort": "high"}}

## How to fix

Use a level the model has, or leave it out. `minimal`, `none` and `adaptive` are no levels of this API.

## Source

Effort, https://platform.claude.com/docs/en/build-with-claude/effort (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC321"
NAME = "effort-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for an effort the model does not take."""
    effort, efforts = context.request.effort, context.model.thinking.efforts
    if effort is None or effort in efforts:
        return
    if efforts:
        shown = printable(effort, limit=30)
        message = f"output_config.effort '{shown}' is not supported for {context.model.id}"
        hint = f"use one of {', '.join(efforts)}"
    else:
        message, hint = f"{context.model.id} does not support the effort parameter", "leave effort out"
    yield Finding(ID, NAME, "error", message, path="/output_config/effort", hint=hint)
