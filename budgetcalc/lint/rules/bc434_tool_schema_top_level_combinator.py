"""`oneOf`, `anyOf` or `allOf` at the top of a tool's schema.

## What it does

Looks directly under `input_schema` of your own tools. Inside properties they are allowed; `not` and `if` pass
at the top too.

## Why it matters

The API answers 400: `input_schema does not support oneOf, allOf, or anyOf at the top level`. Typical of MCP
tools that are passed on as they are.

## Example

Over:

    {"input_schema": {"type": "object", "anyOf": [{"required": ["id"]}, {"required": ["name"]}]}}

Within:

    {"input_schema": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}}

## How to fix

Put all properties into one object and say in the description which go together, or wrap the alternatives in a
property.

## Source

https://github.com/anthropics/claude-code/issues/5319, https://github.com/anthropics/claude-code/issues/710.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC434"
NAME = "tool-schema-top-level-combinator"
SEVERITY: Severity = "error"

_COMBINATORS = ("oneOf", "anyOf", "allOf")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each combinator at the top of a schema."""
    for tool in context.request.tools:
        schema = tool.input_schema
        for name in _COMBINATORS if tool.is_custom and isinstance(schema, dict) else ():
            if name in schema:
                message = f"input_schema does not support {name} at the top level"
                path = f"{tool.path}/input_schema/{name}"
                yield Finding(ID, NAME, "error", message, path, "wrap the alternatives in a property")
