"""Fast mode where it is not offered.

## What it does

Finds `speed: "fast"` on models without fast mode on that day, and any `speed` inside a batch. Where the model
takes the parameter but runs and bills at standard, it is only a warning.

## Why it matters

The API answers 400: ``'claude-sonnet-4-6' does not support the `speed` parameter.``

## Example

Over, on Claude Sonnet 4.6:

    {"speed": "fast"}

Within: the same on Claude Opus 5.

## How to fix

Leave it out, or take a model that has fast mode.

## Source

Fast mode, https://platform.claude.com/docs/en/build-with-claude/fast-mode (2026-08-22); release notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC461"
NAME = "speed-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for fast mode where there is none."""
    request = context.request
    speed = request.body.get("speed")
    if speed is None:
        return
    fast = context.model.fast_period(context.on)
    severity: Severity = "error"
    if request.batch:
        message = "the speed parameter is not supported in a batch"
    elif speed != "fast":
        return
    elif fast is None and context.model.fast_outside == "standard":
        severity = "warning"
        message = f"speed has no effect: {context.model.id} runs and bills at standard speed"
    elif fast is None:
        message = f"{context.model.id} does not support the speed parameter on {context.on.isoformat()}"
    else:
        return
    yield Finding(ID, NAME, severity, message, path="/speed", hint="leave speed out")
