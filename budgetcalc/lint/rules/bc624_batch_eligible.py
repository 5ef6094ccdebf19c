"""Many independent requests could go in a batch, for half the price.

## What it does

Finds files with 20 or more single requests that do not stream, on models with a batch price. Says what their
input alone would cost less.

## Why it matters

Batches cost half, and most are done within an hour.

## Example

Over: a JSONL file of 100 questions. Within: the same as a batch.

## How to fix

Use the Batches API if the answers can wait.

## Source

Batch processing, https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.catalogue import holds_on
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import price_tokens
from budgetcalc.lint.request_facts import expects_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC624"
NAME = "batch-eligible"
SEVERITY: Severity = "note"

_MANY = 20


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield one note at the first request of a file of many."""
    if context.kind != "suite":
        return
    saved = []
    first = None
    for index, step in enumerate(context.steps):
        judged = step.context
        request, batch = judged.request, judged.model.batch
        if request.batch or request.body.get("stream") is True or not expects_answer(request):
            continue
        if batch is None or not holds_on(batch, judged.on) or request.body.get("speed") == "fast":
            continue
        price = price_tokens(judged, "uncached_input", judged.counted.total.tokens)
        if price is not None:
            first = index if first is None else first
            saved.append(money.times(price, 1 - batch.factor))
    if first is not None and len(saved) >= _MANY:
        total = money.for_people(money.total(saved))
        message = (
            f"{len(saved)} single requests could go in a batch: their input alone would cost {total} less"
        )
        hint = "use the Batches API if the answers can wait"
        yield first, Finding(ID, NAME, "note", message, hint=hint, measured=len(saved), limit=_MANY)
