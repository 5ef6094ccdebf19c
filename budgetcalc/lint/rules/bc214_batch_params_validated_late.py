"""An error in a batch item shows only when the batch is done.

## What it does

Says so once for each batch item with an error in its `params`. What is wrong with the batch as a whole is
refused at once.

## Why it matters

The batch is created all the same; the item comes back `errored`, not billed, up to a day later.

## Example

Over: an item with any error.

Within: an item without.

## How to fix

Mend the errors first; send one item as a plain request to see it checked at once.

## Source

Batch processing, https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import VerdictContext

ID = "BC214"
NAME = "batch-params-validated-late"
SEVERITY: Severity = "note"

_AT_ONCE = {"BC209", "BC211", "BC212"}


def check(verdict: VerdictContext) -> Iterator[Finding]:
    """Yield a note when anything else is an error in a batch item."""
    late = (found for found in verdict.findings if found.rule not in _AT_ONCE and found.severity == "error")
    if verdict.context.request.batch and any(late):
        message = "the batch would be created all the same: the item comes back errored when it is done"
        yield Finding(ID, NAME, "note", message, hint="mend the errors before the batch is sent")
