"""The model is not known, so nothing can be measured.

## What it does

Reports requests whose model is neither an id, an alias nor a documented platform spelling, and requests that
name none where no default does. The exit code is 2.

## Why it matters

The API answers 404: `model: claude-sonnet-9`. A neighbour's tokenizer, window and prices are other ones, so
no budget can be judged.

## Example

Over: `claude-opus-4-9`; a prompt text without a model and without `defaults: {model: ...}`.
Within: `claude-opus-4-6`.

## How to fix

Correct the name (`budgetcalc models`), add the model to an overlay (`--pricing`), or give a default.

## Source

Model ids and versions, https://platform.claude.com/docs/en/about-claude/models/model-ids-and-versions
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.read_failures import failure_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC903"
NAME = "model-unknown"
SEVERITY: Severity = "error"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a finding for every request whose model is not known."""
    yield from failure_findings(context, "unknown_model", ID, NAME, SEVERITY)
