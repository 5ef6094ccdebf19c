"""The model will be retired soon, or is deprecated.

## What it does

Notes a retirement within 90 days, and a deprecation. One note at most, the more definite.

## Why it matters

After its retirement the API answers 404.

## Example

Over: a model that retires on 2026-11-30, on 2026-09-01.
Within: the same on 2026-08-31.

## How to fix

Plan the move to a current model (`budgetcalc models`).

## Source

Model deprecations, https://platform.claude.com/docs/en/about-claude/model-deprecations (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import runs_on_other_cloud
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC502"
NAME = "model-retiring"
SEVERITY: Severity = "note"

_DAYS = 90


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note when the end of the model is near or announced."""
    model, on, life = context.model, context.on, context.model.lifecycle
    if model.is_retired(on) or runs_on_other_cloud(context):
        return
    measured = limit = None
    if life.retired is not None and model.retires_within(_DAYS, on):
        measured, limit = (life.retired - on).days, _DAYS
        message = f"{model.id} retires on {life.retired.isoformat()}, in {plural(measured, 'day')}"
    elif life.deprecated is not None and life.deprecated <= on:
        end = f"retires on {life.retired.isoformat()}" if life.retired else "has no date of retirement yet"
        message = f"{model.id} is deprecated since {life.deprecated.isoformat()} and {end}"
    else:
        return
    hint = "plan the move to a current model"
    yield Finding(ID, NAME, "note", message, path="/model", hint=hint, measured=measured, limit=limit)
