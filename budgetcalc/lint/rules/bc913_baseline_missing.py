"""A budget limits growth, and there is no baseline to have grown from.

## What it does

Looks for budgets with `max_growth` in a run without a baseline.

## Why it matters

Such a budget passes whatever the size of its files.

## Example

Over, without a file `.budgetcalc-baseline.json`:

    {name: support agent, files: ["prompts/*.json"], max_growth: 5%}

Within, with one:

    {name: support agent, files: ["prompts/*.json"], max_growth: 5%}

## How to fix

Run `budgetcalc lint --write-baseline` and commit the file.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC913"
NAME = "baseline-missing"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield one warning, at the first budget that waits for a baseline."""
    if context.has_baseline:
        return
    waiting = [each.budget for each in context.budgets if each.budget.max_growth is not None]
    if waiting:
        first = waiting[0]
        name = printable(first.name or first.files[0], limit=60)
        others = f" and {plural(len(waiting) - 1, 'other')}" if len(waiting) > 1 else ""
        message = f"max_growth of budget {name}{others} has no baseline to compare with"
        hint = "run `budgetcalc lint --write-baseline` and commit the file"
        yield Finding(ID, NAME, SEVERITY, message, hint=hint, file=context.config_file, line=first.line)
