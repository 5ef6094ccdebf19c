"""A property of a tool has a name the API refuses.

## What it does

Checks the keys of `input_schema.properties` against `^[a-zA-Z0-9_.-]{1,64}$`. Letters of other scripts are a
warning, as a report of 2026 has them accepted. Properties further inside are not judged.

## Why it matters

The API answers 400: `Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'`. Typical of MCP tools that
are passed on as they are.

## Example

Over:

    {"properties": {"$filter": {"type": "string"}}}

Within:

    {"properties": {"filter": {"type": "string"}}}

## How to fix

Rename the property, and map it back when the tool is called.

## Source

Quoted in many public repositories (2025 to 2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import pointer, printable
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC436"
NAME = "tool-schema-property-key"
SEVERITY: Severity = "error"

_PATTERN = pattern(r"[a-zA-Z0-9_.-]{1,64}")
_ANY_SCRIPT = pattern(r"[\w.-]{1,64}")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each tool, at the first such key of the more severe kind."""
    for tool in context.request.tools:
        schema = tool.input_schema
        properties = schema.get("properties") if tool.is_custom and isinstance(schema, dict) else None
        wrong = (
            [key for key in properties or () if not _PATTERN.fullmatch(key)]
            if isinstance(properties, dict)
            else []
        )
        if not wrong:
            continue
        refused = [key for key in wrong if not _ANY_SCRIPT.fullmatch(key)]
        severity: Severity = "error" if refused else "warning"
        first = (refused or wrong)[0]
        message = (
            f"{len(wrong):,} of {len(properties or ()):,} property keys should match"
            f" '^[a-zA-Z0-9_.-]{{1,64}}$', as '{printable(first, limit=64)}'"
        )
        path = f"{tool.path}/input_schema/properties{pointer(first)}"
        yield Finding(ID, NAME, severity, message, path, "rename the property")
