"""More requests than one batch may hold.

## What it does

Counts the items of a batch document, or the lines with a `custom_id` of a JSONL file: 100,000 at most. A
batch without any is refused as it is read.

## Why it matters

The API answers 400 to the whole batch.

## Example

Over: 100,001 items.

Within: 100,000 items.

## How to fix

Split the batch.

## Source

Create a Message Batch, https://platform.claude.com/docs/en/api/messages/batches/create (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC211"
NAME = "batch-too-many-requests"
SEVERITY: Severity = "error"

_LIMIT = 100_000


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error at the first item that is too many."""
    place = context.request.batch_item
    if place is not None and place.index == _LIMIT:
        message = f"this is item {_LIMIT + 1:,} of its batch; a batch takes {_LIMIT:,}"
        yield Finding(ID, NAME, "error", message, hint="split it", measured=_LIMIT + 1, limit=_LIMIT)
