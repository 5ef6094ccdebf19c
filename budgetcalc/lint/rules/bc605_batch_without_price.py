"""A batch of a model, or of a day, for which no batch price is known.

## What it does

Looks for the model's batch price on the request's day.

## Why it matters

The Batches API came in October 2024 and not to every model. The standard price is shown then, not half of it.

## Example

Over: a batch item for `claude-2.1`.

Within: the same item for a current model.

## How to fix

Check model and date; `budgetcalc models MODEL` shows since when there is a batch price.

## Source

Batch processing, https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22); release
notes of 2024-10-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.catalogue import holds_on
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC605"
NAME = "batch-without-price"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for a batch item that has no batch price."""
    batch = context.model.batch
    if context.request.batch and (batch is None or not holds_on(batch, context.on)):
        day = context.on.isoformat()
        message = f"no batch price of {context.model.id} is known for {day}: the standard price is shown"
        yield Finding(ID, NAME, "warning", message, hint="check the model and the date")
