"""An ignore suppresses nothing.

## What it does

Warns of entries of `ignores` that took no finding away in a run over the whole tree with all rules.

## Why it matters

What was to be ignored is gone, and the entry would hide the next thing.

## Example

Over: an ignore of BC501 for files whose model is current.
Within: an ignore of BC501 for a file with a retired model.

## How to fix

Delete the entry.

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

ID = "BC909"
NAME = "ignore-stale"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a warning for every ignore without an effect; an expired one has a rule of its own."""
    if context.suppressed is None:
        return
    for ignore, taken in zip(context.config.ignores, context.suppressed, strict=True):
        if not taken and (ignore.until is None or ignore.until >= context.today):
            message = (
                f"the ignore of {ignore.rule or 'every rule'} for {printable(ignore.file)} suppresses nothing"
            )
            yield Finding(
                ID, NAME, SEVERITY, message, hint="delete it", file=context.config_file, line=ignore.line
            )
