"""The day until which the model was promised has passed or is near.

## What it does

Notes a "not retired before" date that has been reached or is at most 60 days away, while no retirement is
announced.

## Why it matters

From that day on the model may be given a date of retirement; after it the API answers 404.

## Example

Over: Claude Haiku 4.5, promised until 2026-10-15, on 2026-08-16. Within: the same on 2026-08-15.

## How to fix

Look for a current model (`budgetcalc models`) in time.

## Source

Model deprecations, https://platform.claude.com/docs/en/about-claude/model-deprecations (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import runs_on_other_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC505"
NAME = "model-not-before-passed"
SEVERITY: Severity = "note"

_DAYS = 60


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note when the promise has ended or ends soon."""
    model, life = context.model, context.model.lifecycle
    promised = life.not_retired_before
    if promised is None or life.retired or life.known_retired or life.deprecated:
        return
    if runs_on_other_cloud(context):
        return
    left = (promised - context.on).days
    if left > _DAYS:
        return
    what = f"is active; it may be retired any day since {promised.isoformat()}: the promise ended"
    if left > 0:
        what = f"is active, and promised until {promised.isoformat()}, {left} more days"
    hint = "look for a current model"
    yield Finding(
        ID, NAME, "note", f"{model.id} {what}", path="/model", hint=hint, measured=left, limit=_DAYS
    )
