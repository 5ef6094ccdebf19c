"""A file cannot be measured.

## What it does

Reports files that a budget's glob or the command line names and that cannot be read as requests, prompt
texts, lists of tools or, for `max_total_cost_usd`, usage reports; and files come upon in a folder that are called JSON
and that nobody can read, or that have the look of a request (a `model` beside `max_tokens`, `system`, `tools` or a
misspelt `messages`) and are none. The exit code is 2. Other JSON in a folder is passed over, and counted.

## Why it matters

A file that cannot be measured is never a pass: a prompt broken by a merge would get through every budget.

## Example

Over: a request file that ends in the middle.
Within: a request file.

## How to fix

Repair the file, or take it out of the glob with another one that starts with `!`.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.read_failures import failure_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC904"
NAME = "file-unreadable"
SEVERITY: Severity = "error"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a finding for every file, or request in it, that cannot be read."""
    yield from failure_findings(context, "unreadable", ID, NAME, SEVERITY)
