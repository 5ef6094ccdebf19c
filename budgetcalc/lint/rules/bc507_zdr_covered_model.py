"""The model is not served with zero data retention.

## What it does

If the config says `zero_retention: true` under `defaults`, finds models that are not offered with it.

## Why it matters

The API answers 400.

## Example

Over, with zero data retention: Claude Fable 5. Within: Claude Opus 5.

## How to fix

Take another model.

## Source

Migration guide, https://platform.claude.com/docs/en/about-claude/models/migration-guide, and thinking
troubleshooting (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC507"
NAME = "zdr-covered-model"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a model that needs retention."""
    if context.request.zero_retention and not context.model.accepts.zero_retention:
        message = f"{context.model.id} is not served to organisations with zero data retention"
        yield Finding(ID, NAME, "error", message, path="/model", hint="take another model")
