"""A `custom_id` that is missing, malformed or used twice.

## What it does

Each item of a batch needs a `custom_id` of 1 to 64 letters, digits, `_` and `-`, and one of its own: in a
batch document, and among the lines of one JSONL file.

## Why it matters

The API answers 400 to the whole batch.

## Example

Over:

    {"custom_id": "ticket/4711", "params": {…}}

Within:

    {"custom_id": "ticket-4711", "params": {…}}

## How to fix

Give each item a short id of its own, and keep the mapping to yours.

## Source

Batch processing, https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC212"
NAME = "batch-custom-id-invalid"
SEVERITY: Severity = "error"

_PATTERN = pattern(r"[a-zA-Z0-9_-]{1,64}")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for an id the API does not take."""
    place = context.request.batch_item
    if place is None:
        return
    if place.custom_id is None:
        message = "custom_id: a text is required for each item of a batch"
    elif not _PATTERN.fullmatch(place.custom_id):
        length = len(place.custom_id)
        message = f"the custom_id ({length:,} characters) should match '^[a-zA-Z0-9_-]{{1,64}}$'"
    elif place.is_repeated:
        message = f"the custom_id '{place.custom_id}' is used twice in the batch"
    else:
        return
    hint = "give each item a short id of its own"
    yield Finding(ID, NAME, "error", message, hint=hint)
