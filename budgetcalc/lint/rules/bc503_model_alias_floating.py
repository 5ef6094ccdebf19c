"""The model is named by an alias that can move.

## What it does

In `lint`, notes `-latest` names and undated names of models whose own id has a date.

## Why it matters

An alias points at another snapshot one day, and counts, prices and answers change without a change of yours.
From Claude 4.6 on ids have no date and do not move.

## Example

Over:

    {"model": "claude-sonnet-4-5"}

Within:

    {"model": "claude-sonnet-4-5-20250929"}

## How to fix

Name the dated id.

## Source

Model ids and versions, https://platform.claude.com/docs/en/about-claude/models/model-ids-and-versions
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC503"
NAME = "model-alias-floating"
SEVERITY: Severity = "note"

_DATE = pattern(r"20[0-9]{6}|20[0-9]{2}-[0-9]{2}-[0-9]{2}")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for an undated name of a dated model; an estimate is of today in any case."""
    asked, model = context.match.requested, context.model.id
    if context.command == "lint" and _DATE.search(model) and not _DATE.search(asked):
        message = f"'{printable(asked)}' is an alias that can move, now {model}"
        yield Finding(ID, NAME, "note", message, path="/model", hint=f"name {model}")
