"""A tool's `input_schema` is missing or describes no object.

## What it does

Looks at your own tools: `input_schema` must be an object, and its `type` must be `"object"`.

## Why it matters

The API answers 400: `tools.0.custom.input_schema: Field required`, or `…input_schema.type: Input should be
'object'`.

## Example

Over:

    {"name": "now", "description": "…"}

Within:

    {"name": "now", "description": "…", "input_schema": {"type": "object", "properties": {}}}

## How to fix

Give every tool a schema of type `object`, an empty one if it takes nothing.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC432"
NAME = "tool-schema-shape"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each tool of the client's whose schema is no object schema."""
    for tool in context.request.tools:
        path, schema = f"{tool.path}/input_schema", tool.input_schema
        if not tool.is_custom:
            continue
        if not isinstance(schema, dict):
            found = "Field required" if schema is None else "Input should be an object"
            message, hint = f"input_schema: {found}", 'give it {"type": "object", "properties": {}}'
        elif schema.get("type") != "object":
            message, hint, path = "input_schema.type should be 'object'", "set it to object", f"{path}/type"
        else:
            continue
        yield Finding(ID, NAME, "error", message, path=path, hint=hint)
