"""A schema that the answer must follow uses what the grammar does not know.

## What it does

Looks into the schemas of `output_config.format` and of tools with `strict: true`: objects without
`additionalProperties: false`, keywords that are not supported, patterns with lookaround, backreferences or
word boundaries, and schemas that refer to themselves.

## Why it matters

The API answers 400: `For 'object' type, 'additionalProperties' must be explicitly set to false`, `For
'array' type, property 'uniqueItems' is not supported`, `Unsupported regex feature in pattern field`.

## Example

Over, in such a schema:

    {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}

Within:

    {"type": "object", "properties": {"age": {"type": "integer"}}, "additionalProperties": false}

## How to fix

Leave the keyword out and say it in the description; the SDKs' schema transformation does so.

## Source

Structured outputs, https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-08-22);
litellm 1.109.1 (https://github.com/BerriAI/litellm/issues/19444). One finding for each keyword, at its first
place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import number
from budgetcalc.lint.strict_schemas import has_reference_cycle, is_object, strict_schemas, subschemas
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC465"
NAME = "strict-schema-unsupported"
SEVERITY: Severity = "error"

_UNSUPPORTED = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "maxItems",
    "uniqueItems",
    "contains",
    "prefixItems",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "if",
    "then",
    "else",
    "not",
    "oneOf",
)
_PATTERN_FEATURES = (
    ("lookaround", pattern(r"\(\?<?[=!]")),
    ("a backreference", pattern(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=")),
    ("a word boundary", pattern(r"(?<!\\)(?:\\\\)*\\[bB]")),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each kind of thing a schema may not have."""
    hint = "leave it out and say it in the description"
    for path, schema in strict_schemas(context.request):
        said: set[str] = set()
        for place, part in subschemas(schema, path):
            for problem in _problems(part):
                if problem not in said:
                    said.add(problem)
                    yield Finding(ID, NAME, "error", problem, path=place, hint=hint)
        if has_reference_cycle(schema):
            message = "the schema refers to itself, which a strict schema may not"
            yield Finding(ID, NAME, "error", message, path=path, hint="unroll it to a fixed depth")


def _problems(part: Mapping[str, Any]) -> Iterator[str]:
    if is_object(part) and part.get("additionalProperties") is not False:
        yield "additionalProperties must be false on every object of a strict schema"
    for keyword in _UNSUPPORTED:
        if keyword in part:
            yield f"{keyword} is not supported in a strict schema"
    least = number(part.get("minItems"))
    if least is not None and least > 1:
        yield "minItems over 1 is not supported in a strict schema"
    pattern = part.get("pattern")
    if isinstance(pattern, str):
        for feature, expression in _PATTERN_FEATURES:
            if expression.search(pattern):
                yield f"{feature} in a pattern is not supported in a strict schema"
