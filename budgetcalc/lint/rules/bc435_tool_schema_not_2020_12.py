"""A tool's schema is no JSON Schema of draft 2020-12.

## What it does

Checks the values of the keywords of each `input_schema`. Keywords that the draft does not know, as
`nullable`, pass; formats and patterns are not judged. A `$ref` into the schema that leads nowhere is a warning.

## Why it matters

The API answers 400: `JSON schema is invalid. It must match JSON Schema draft 2020-12`. One bad tool refuses
the whole request.

## Example

Over:

    {"type": "object", "properties": {"n": {"type": "integer", "exclusiveMinimum": true}}}

Within:

    {"type": "object", "properties": {"n": {"type": "integer", "exclusiveMinimum": 0}}}

## How to fix

Write the schema for draft 2020-12: bounds are numbers, `required` a list beside `properties`, tuples are
`prefixItems`.

## Source

Quoted in several public repositories; litellm 1.109.1 (`properties: null`);
https://json-schema.org/draft/2020-12. Ten recordings with a `$ref` that leads nowhere were accepted, against
reports of a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.tool_schemas import dead_references, schema_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC435"
NAME = "tool-schema-not-2020-12"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each tool, at the first place that is wrong."""
    for tool in context.request.tools:
        if not tool.is_custom or not isinstance(tool.input_schema, dict):
            continue
        # The type at the top has a rule of its own.
        problems = (found for found in schema_problems(tool.input_schema) if found[0] != "/type")
        first = next(problems, None)
        dead = next(dead_references(tool.input_schema), None) if first is None else None
        if dead is not None:
            path = f"{tool.path}/input_schema{dead}"
            message = "a $ref leads nowhere in this schema"
            yield Finding(ID, NAME, "warning", message, path, "add what it names under $defs")
        if first is not None:
            place, said = first
            more = sum(1 for _ in problems)
            rest = f" (and {more:,} more)" if more else ""
            message = f"JSON schema is invalid for draft 2020-12: {said}{rest}"
            hint = "write the schema for JSON Schema draft 2020-12"
            yield Finding(ID, NAME, "error", message, f"{tool.path}/input_schema{place}", hint)
