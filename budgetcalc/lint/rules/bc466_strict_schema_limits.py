"""Strict schemas are too many or too large to compile.

## What it does

Counts the tools with `strict: true` (20 at most), the optional parameters of all strict schemas together
(24) and their parameters with a union type (16, nullable ones count). Parameters behind a `$ref` are not
counted. Deep nesting and many enum values are doubted.

## Why it matters

The API answers 400: `Too many strict tools`, `Schemas contains too many optional parameters (…), which would
make grammar compilation inefficient`, `… too many parameters with union types`.

## Example

Over: 21 tools with `strict: true`. Within: 20.

## How to fix

Make parameters required, split unions, or drop `strict` where a wrong call does no harm.

## Source

Structured outputs, https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-08-22);
that parameters behind a `$ref` do not count was measured by pydantic-ai.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.strict_schemas import strict_schemas, strict_tools, subschemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC466"
NAME = "strict-schema-limits"
SEVERITY: Severity = "error"

_MOST_TOOLS, _MOST_OPTIONAL, _MOST_UNIONS = 20, 24, 16
# Doubts only: where the compiler gives up is not documented.
_DEEP, _MANY_VALUES = 8, 500


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each limit that is passed, a warning for what may be too complex."""
    request = context.request
    optional = unions = depth = values = 0
    where = ""
    for path, schema in strict_schemas(request):
        where = where or path
        for place, part in subschemas(schema, path, with_definitions=False):
            depth = max(depth, place.removeprefix(path).count("/properties/"))
            enum = part.get("enum")
            values += len(enum) if isinstance(enum, list) else 0
            parameters = part.get("properties")
            if isinstance(parameters, dict):
                required = part.get("required")
                listed = (
                    {name for name in required if isinstance(name, str)}
                    if isinstance(required, list)
                    else set()
                )
                optional += sum(name not in listed for name in parameters)
                unions += sum(_is_union(parameter) for parameter in parameters.values())
    counted = (
        (len(strict_tools(request)), _MOST_TOOLS, "strict tools", "/tools"),
        (optional, _MOST_OPTIONAL, "optional parameters in strict schemas", where),
        (unions, _MOST_UNIONS, "parameters with union types in strict schemas", where),
    )
    for measured, limit, what, path in counted:
        if measured > limit:
            message = f"{measured:,} {what}, at most {limit} are compiled"
            hint = "make parameters required, split unions, or drop strict"
            yield Finding(ID, NAME, "error", message, path=path, hint=hint, measured=measured, limit=limit)
    if depth > _DEEP or values > _MANY_VALUES:
        message = (
            f"a strict schema of {depth} levels and {values:,} enum values may be too complex to compile"
        )
        yield Finding(ID, NAME, "warning", message, path=where, hint="flatten it, or shorten its enums")


def _is_union(parameter: Any) -> bool:
    return isinstance(parameter, dict) and ("anyOf" in parameter or isinstance(parameter.get("type"), list))
