"""The model is retired on the day the request is judged at.

## What it does

Compares the day with the model's retirement: an error in `lint`, a warning in `estimate`, as old
conversations are priced too. A request that says itself that it was sent on that very day gets a warning, as the
hour is not announced. Other clouds keep dates of their own, so there it is only a note.

## Why it matters

The API answers 404: `model: claude-3-7-sonnet-20250219`.

## Example

Over: `claude-3-7-sonnet-20250219` on 2026-02-19.
Within: the same on 2026-02-18.

## How to fix

Take a current model (`budgetcalc models`), and check limits and prompts against it.

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

ID = "BC501"
NAME = "model-retired"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for a model the API no longer serves."""
    model, on = context.model, context.on
    retired = model.lifecycle.retired
    if not model.is_retired(on):
        return
    severity: Severity = "error" if context.command == "lint" else "warning"
    if retired is None:
        message = f"{model.id} is retired; since when is not in the sources"
    else:
        message = f"{model.id} was retired on {retired.isoformat()}, before {on.isoformat()}"
    if retired == on:
        message = f"{model.id} is retired from {retired.isoformat()} on"
        if context.is_dated:
            # Recorded: an answer in the first hours (UTC) of that day.
            severity = "warning"
            message += ", at an hour that is not announced"
    if runs_on_other_cloud(context):
        severity = "note"
        message += f" on the Claude API; {context.match.platform} keeps dates of its own"
    yield Finding(ID, NAME, severity, message, path="/model", hint="take a current model")
