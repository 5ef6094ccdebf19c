"""Structured output is asked for in a wrong form, or of a model without it.

## What it does

Checks `output_config.format` (and the older top-level `output_format`): `type` is `json_schema`, `schema` is
an object, only one of both is given. Warns of the older form, and finds structured output and `strict` tools
on models that do not have them.

## Why it matters

The API answers 400. The top-level `output_format` is still accepted but deprecated; the Python SDK refuses
it since 1.0.

## Example

Over:

    {"output_config": {"format": {"type": "json_object"}}}

Within:

    {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object", …}}}}

## How to fix

Use `output_config.format` with a JSON schema, on Claude 4.5 or later.

## Source

Structured outputs, https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-08-22);
migration guide. That both forms together are refused rests on one
report: a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested
from budgetcalc.lint.strict_schemas import output_formats, strict_tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC463"
NAME = "output-format-invalid"
SEVERITY: Severity = "error"

_BETA = "structured-outputs-2025-11-13"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each thing wrong with the form."""
    request, model = context.request, context.model
    formats = list(output_formats(request))
    for path, value in formats:
        if not isinstance(value, dict) or value.get("type") != "json_schema":
            message = "the output format's type is not json_schema"
            yield Finding(ID, NAME, "error", message, path=path, hint="use json_schema with a schema")
        elif not isinstance(nested(value, "schema"), dict):
            message = "the output format has no schema object"
            yield Finding(ID, NAME, "error", message, path=path, hint="give the JSON schema of the answer")
        if not model.accepts.structured_output:
            message = f"{model.id} has no structured output"
            yield Finding(ID, NAME, "error", message, path=path, hint="take Claude 4.5 or later")
        elif path == "/output_format" and _is_superseded(context):
            both = len(formats) > 1
            message = (
                "output_format and output_config.format are both given"
                if both
                else "output_format is deprecated for output_config.format"
            )
            yield Finding(ID, NAME, "warning", message, path=path, hint="keep output_config.format only")
    for tool in () if model.accepts.structured_output else strict_tools(request):
        message = f"{model.id} has no strict tools"
        hint = "drop strict, or take Claude 4.5 or later"
        yield Finding(ID, NAME, "error", message, path=f"{tool.path}/strict", hint=hint)


def _is_superseded(context: RuleContext) -> bool:
    """Return whether structured output has left its beta, in which the older form was the only one."""
    beta = context.catalogue.betas.get(_BETA)
    return beta is not None and beta.general is not None and beta.general <= context.on
