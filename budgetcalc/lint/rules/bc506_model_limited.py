"""Not every organisation is admitted to the model.

## What it does

Notes models of limited availability (verification programs, previews).

## Why it matters

Without access the API answers 403 or 404.

## Example

Over: Claude Mythos 5. Within: Claude Fable 5.

## How to fix

Nothing, if your organisation is admitted; else take the general model.

## Source

Release notes, https://platform.claude.com/docs/en/release-notes/overview (2026-11-12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC506"
NAME = "model-limited"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for a model with limited access."""
    if context.command == "lint" and context.model.access == "limited":
        message = f"{context.model.id} is of limited availability"
        hint = "make sure that your organisation is admitted"
        yield Finding(ID, NAME, "note", message, path="/model", hint=hint)
