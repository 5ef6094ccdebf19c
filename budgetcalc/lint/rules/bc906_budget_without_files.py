"""A budget's glob matches no file.

## What it does

Reports every glob of every budget that matches nothing in the whole tree, whichever files were asked for.

## Why it matters

A folder is renamed, the glob matches nothing any more, and the budget is green for ever.

## Example

Over: `files: [promts/**/*.json]`.
Within: `files: [prompts/**/*.json]` with one such file.

## How to fix

Correct the glob. Globs are relative to the config, `*` stops at a slash, `**` does not, and names that start
with a dot are only matched by a glob that says the dot.

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

ID = "BC906"
NAME = "budget-without-files"
SEVERITY: Severity = "error"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a finding for every glob without files."""
    for budget, glob in context.empty_globs:
        message = f"no file matches {printable(glob)} of budget {printable(budget.name)}"
        hint = "globs are relative to the config; one that is no longer needed can go"
        yield Finding(ID, NAME, SEVERITY, message, hint=hint, file=context.config_file, line=budget.line)
