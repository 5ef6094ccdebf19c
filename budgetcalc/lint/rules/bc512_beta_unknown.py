"""A beta header that nobody knows, or that the API refuses.

## What it does

Finds names in `anthropic-beta` that are not in the table of `pricing.yaml`, and those the API is known to
refuse.

## Why it matters

The API answers 400: ``Unexpected value(s) `x` for the `anthropic-beta` header``. The table may be older than
the header, so it is a warning.

## Example

Over: `anthropic-beta: interleaved-thinking-2025-05-15`. Within: `anthropic-beta:
interleaved-thinking-2025-05-14`.

## How to fix

Correct the name or drop it; a new one can be added with `--pricing`.

## Source

Beta headers, https://platform.claude.com/docs/en/api/beta-headers (2026-08-22); anthropic 2.12.0 (Python
SDK). Headers of 2024 that recordings show accepted are in the table.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC512"
NAME = "beta-unknown"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each header that is unknown or refused."""
    known = context.catalogue.betas
    for name in sorted(context.request.betas):
        beta = known.get(name)
        if beta is None:
            near = get_close_matches(name, known, n=1)
            message = f"the beta header {printable(name, limit=60)} is not known"
            hint = f"did you mean {near[0]}?" if near else "drop it, or add it with --pricing"
            yield Finding(ID, NAME, "warning", message, hint=hint)
        elif beta.effect == "refused":
            message = f"the beta header {name} is refused by the API"
            yield Finding(ID, NAME, "warning", message, hint=beta.note or "drop it")
