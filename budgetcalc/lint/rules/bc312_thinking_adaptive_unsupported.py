"""Adaptive thinking on a model that only thinks with a budget.

## What it does

Finds `thinking.type: "adaptive"` on models from Claude 3.7 to 4.5.

## Why it matters

The API answers 400: `adaptive thinking is not supported on this model`.

## Example

Over, on such a model:

    {"thinking": {"type": "adaptive"}}

Within:

    {"thinking": {"type": "enabled", "budget_tokens": 4096}}

## How to fix

Use `enabled` with a budget.

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

ID = "BC312"
NAME = "thinking-adaptive-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for adaptive thinking on a model that thinks, but not adaptively."""
    if is_refused(context, "adaptive"):
        yield Finding(
            ID,
            NAME,
            "error",
            f"adaptive thinking is not supported on {context.model.id}",
            path="/thinking/type",
            hint="use thinking.type enabled with budget_tokens",
        )
