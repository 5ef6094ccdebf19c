"""A request could be read, but perhaps not as it is meant.

## What it does

Warns of keys that stand twice in one object, of halves of cut emoji and of what has no counterpart in a
Messages request. Notes texts whose name is of no prompt, as that of code: they are counted as plain text.

## Why it matters

The API refuses such a body or takes something else than its author, so the figures may be those of another
request.

## Example

Over: `{"max_tokens": 100, "max_tokens": 9000}`.
Within: each key once.

## How to fix

Repair what the message names.

## Source

JSON, RFC 8259 section 4 (names should be unique).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.read_failures import failure_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC911"
NAME = "read-with-doubt"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a finding for every doubt about how a request was read."""
    yield from failure_findings(context, "doubtful", ID, NAME, SEVERITY)
