"""The schemas of a request that the API compiles into a grammar, and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.lint.body_values import nested
from budgetcalc.locations import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetcalc.conversation import Request, Tool

_BY_NAME = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
_LISTS = ("anyOf", "allOf", "oneOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_DEFINITIONS = ("$defs", "definitions")


def strict_tools(request: Request) -> list[Tool]:
    """Return the tools whose calls must follow their schema."""
    return [tool for tool in request.tools if tool.raw.get("strict") is True]


def output_formats(request: Request) -> Iterator[tuple[str, Any]]:
    """Yield the place and value of each output format, the deprecated top-level one last."""
    for path, value in (
        ("/output_config/format", nested(request.body, "output_config", "format")),
        ("/output_format", request.body.get("output_format")),
    ):
        if value is not None:
            yield path, value


def strict_schemas(request: Request) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the place and schema of each strict tool and output format."""
    for tool in strict_tools(request):
        if isinstance(tool.input_schema, dict):
            yield f"{tool.path}/input_schema", tool.input_schema
    for path, value in output_formats(request):
        schema = nested(value, "schema")
        if isinstance(schema, dict):
            yield f"{path}/schema", schema


def subschemas(
    schema: Mapping[str, Any], path: str, *, with_definitions: bool = True
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the schema and every schema in it; ``$ref`` is not followed, definitions are left out if asked."""
    waiting: list[tuple[str, Any]] = [(path, schema)]
    while waiting:
        place, part = waiting.pop()
        if not isinstance(part, dict):
            continue
        yield place, part
        for key, value in part.items():
            if key in _DEFINITIONS and not with_definitions:
                continue
            if key in _BY_NAME and isinstance(value, dict):
                waiting += [(place + pointer(key, name), inner) for name, inner in value.items()]
            elif key in _LISTS and isinstance(value, list):
                waiting += [(place + pointer(key, index), inner) for index, inner in enumerate(value)]
            elif key in _SINGLE:
                waiting.append((place + pointer(key), value))


def is_object(schema: Mapping[str, Any]) -> bool:
    """Return whether the schema is that of an object."""
    kind = schema.get("type")
    return kind == "object" or (isinstance(kind, list) and "object" in kind) or "properties" in schema


def has_reference_cycle(schema: Mapping[str, Any]) -> bool:
    """Return whether a ``$ref`` of the schema leads back to a part that holds it."""
    from graphlib import CycleError, TopologicalSorter

    parts = dict(subschemas(schema, ""))
    referred = {target for part in parts.values() if (target := _target(part)) is not None}
    # Of each part that is referred to, and of the whole: where the references inside it lead.
    leads = {
        place: {
            target for _, inner in subschemas(parts[place], place) if (target := _target(inner)) is not None
        }
        for place in referred & parts.keys() | {""}
    }
    try:
        TopologicalSorter(leads).prepare()
    except CycleError:
        return True
    return False


def _target(part: Mapping[str, Any]) -> str | None:
    """Return the place within the schema that a part refers to."""
    reference = part.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    return reference.removeprefix("#").rstrip("/")
