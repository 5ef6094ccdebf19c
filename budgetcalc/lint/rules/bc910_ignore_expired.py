"""An ignore has expired.

## What it does

Warns of entries of `ignores` whose `until` is over; what they suppressed is reported again. `--on` is taken
for today.

## Why it matters

The end date was a promise to look again.

## Example

Over: `until: 2026-10-31` on 2026-11-01.
Within: the same on 2026-10-31, the last day it holds.

## How to fix

Fix what was ignored and delete the entry, or give it a new date with a new reason.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC910"
NAME = "ignore-expired"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a warning for every ignore that no longer holds."""
    for ignore in context.config.ignores:
        if ignore.until is not None and ignore.until < context.today:
            until, what = ignore.until.isoformat(), ignore.rule or "every rule"
            message = f"the ignore of {what} for {printable(ignore.file)} expired: it held until {until}"
            hint = "fix what it was for and delete it, or give it a new date"
            yield Finding(ID, NAME, SEVERITY, message, hint=hint, file=context.config_file, line=ignore.line)
