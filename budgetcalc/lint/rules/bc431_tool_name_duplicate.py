"""Two tools have one name.

## What it does

Compares the names of all entries of `tools`. A toolset takes the name of its family: `computer`, `browser`.

## Why it matters

The API answers 400: `tools: Tool names must be unique.`

## Example

Over:

    {"tools": [{"name": "search", …}, {"name": "search", …}]}

Within:

    {"tools": [{"name": "search_web", …}, {"name": "search_files", …}]}

## How to fix

Rename or drop one of them.

## Source

Tool reference, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext
from budgetcalc.locations import printable

ID = "BC431"
NAME = "tool-name-duplicate"
SEVERITY: Severity = "error"

_FAMILIES = ("computer", "browser")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each tool that repeats a name."""
    seen: set[str] = set()
    for tool in context.request.tools:
        # A toolset has no name of its own; its tools are called by that of the family.
        name = tool.name or next(
            (family for family in _FAMILIES if tool.type.startswith(f"{family}_toolset_")), ""
        )
        if name and name in seen:
            message = f"tool names must be unique: '{printable(name, limit=64)}' is given twice"
            yield Finding(
                ID, NAME, "error", message, path=f"{tool.path}/name", hint="rename or drop one of them"
            )
        seen.add(name)
