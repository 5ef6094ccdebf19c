"""Small checks of JSON Schema: is it one of draft 2020-12, and does a value fit it.

They find what the API refuses, in linear time and without recursion over what somebody else has written. Keywords
they do not know pass, and whatever cannot be decided cheaply is no violation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from budgetcalc.locations import pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


def is_number(value: object) -> bool:
    """Return whether a JSON value is a number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: object) -> bool:
    return is_number(value) and value >= 0 and value == value // 1  # type: ignore[operator]


def _is_type(value: object) -> bool:
    if isinstance(value, list):
        named = [name for name in value if isinstance(name, str) and name in TYPES]
        return 0 < len(value) == len(named) == len(set(named))
    return isinstance(value, str) and value in TYPES


def _are_names(value: object) -> bool:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return False
    return len(set(value)) == len(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


_VALUES: dict[str, tuple[Callable[[object], bool], str]] = {
    "type": (_is_type, f"one of {', '.join(sorted(TYPES))}, or a list of some"),
    "enum": (_is_list, "a list"),
    "examples": (_is_list, "a list"),
    "required": (_are_names, "a list of different names"),
    "multipleOf": (lambda value: is_number(value) and value > 0, "a number above 0"),  # type: ignore[operator]
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"), (is_number, "a number")),
    **dict.fromkeys(
        (
            *("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"),
            *("maxContains", "minContains"),
        ),
        (_is_size, "a whole number of at least 0"),
    ),
    **dict.fromkeys(
        ("$ref", "$id", "$schema", "$anchor", "$comment", "title", "description", "format", "pattern"),
        (_is_text, "a text"),
    ),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), (_is_truth, "true or false")),
}
_SCHEMA = frozenset(
    {
        *("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames"),
        *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
    }
)
_SCHEMA_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SCHEMA_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})


type _Path = tuple[_Path, str | int] | None
"""Steps from the root, the last one first: most places are never named, and a text for each costs their depth."""


def _pointer(path: _Path) -> str:
    steps = []
    while path is not None:
        path, step = path
        steps.append(step)
    return pointer(*reversed(steps))


def schema_problems(schema: object) -> Iterator[tuple[str, str]]:
    """Yield the pointer and the description of each place where this is no schema of draft 2020-12."""
    for path, node in _schemas(schema):
        if not isinstance(node, dict | bool):
            yield _pointer(path), "a schema should be an object, true or false"
        for key, value in node.items() if isinstance(node, dict) else ():
            problem = _problem(key, value)
            if problem:
                yield _pointer((path, key)), f"{key} should be {problem}"


def dead_references(schema: object) -> Iterator[str]:
    """Yield the pointer of each ``$ref`` into the same schema that leads nowhere."""
    nodes = [(path, node) for path, node in _schemas(schema) if isinstance(node, dict)]
    # An inner $id starts a document of its own, and references count from there.
    if any(path and "$id" in node for path, node in nodes):
        return
    anchors = {f"#{anchor}" for _, node in nodes if isinstance(anchor := node.get("$anchor"), str)}
    for path, node in nodes:
        ref = node.get("$ref")
        if (
            isinstance(ref, str)
            and ref.startswith("#")
            and ref not in anchors
            and not is_resolved(schema, ref)
        ):
            yield _pointer((path, "$ref"))


def _schemas(schema: object) -> Iterator[tuple[_Path, object]]:
    """Yield a schema and all that are inside it, with their places, in the order of the text."""
    stack: list[tuple[_Path, object]] = [(None, schema)]
    while stack:
        path, node = stack.pop()
        yield path, node
        if isinstance(node, dict):
            for key in reversed(node):
                stack.extend(_inner((path, key), key, node[key]))


def _problem(key: str, value: object) -> str:
    """Return what the value of a keyword should be, if it is not."""
    if key in _VALUES:
        is_right, wanted = _VALUES[key]
        return "" if is_right(value) else wanted
    if key in _SCHEMA_LISTS:
        return "" if isinstance(value, list) and value else "a list of at least one schema"
    if key in _SCHEMA_MAPS:
        return "" if isinstance(value, dict) else "an object of schemas"
    if key in _SCHEMA:
        return "" if isinstance(value, dict | bool) else "a schema"
    return ""


def _inner(path: _Path, key: str, value: object) -> list[tuple[_Path, object]]:
    """Return the schemas that stand under a keyword, last one first."""
    if key in _SCHEMA and isinstance(value, dict):
        return [(path, value)]
    if key in _SCHEMA_LISTS and isinstance(value, list):
        return [((path, index), value[index]) for index in range(len(value) - 1, -1, -1)]
    if key in _SCHEMA_MAPS and isinstance(value, dict):
        return [((path, name), value[name]) for name in reversed(value)]
    return []


_NOWHERE = object()


def _resolve(schema: object, ref: str) -> object:
    node: Any = schema
    for step in unquote(ref[1:]).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isascii() and name.isdigit() and len(name) < 8:
            node = node[int(name)] if int(name) < len(node) else _NOWHERE
        else:
            return _NOWHERE
    return node


def is_resolved(schema: object, ref: str) -> bool:
    """Return whether a reference into the same schema (``#…``) leads somewhere."""
    return ref == "#" or (ref.startswith("#/") and _resolve(schema, ref) is not _NOWHERE)


MOST_STEPS = 20_000
"""Steps after which a value is taken to fit: references and alternatives can make a small schema endless."""


def misfit(value: object, schema: object) -> str | None:
    """Return the pointer of the first place of a value that cannot fit a schema; ``None`` if there is none.

    Alternatives (``anyOf``, ``oneOf``, ``if``), patterns and unknown keywords are taken to fit.
    """
    stack: list[tuple[_Path, object, object, int]] = [(None, value, schema, 0)]
    for _ in range(MOST_STEPS):
        if not stack:
            return None
        path, here, wanted, hops = stack.pop()
        if wanted is False:
            return _pointer(path)
        if not isinstance(wanted, dict):
            continue
        ref = wanted.get("$ref")
        if isinstance(ref, str) and hops < _MOST_HOPS and is_resolved(schema, ref):
            stack.append((path, here, schema if ref == "#" else _resolve(schema, ref), hops + 1))
        if not _fits(here, wanted):
            return _pointer(path)
        every = wanted.get("allOf")
        stack.extend((path, here, part, hops + 1) for part in (every if isinstance(every, list) else ()))
        if isinstance(here, dict):
            excluded = _excluded_key(here, wanted)
            if excluded is not None:
                return _pointer((path, excluded))
            inner = wanted.get("properties")
            known = inner if isinstance(inner, dict) else {}
            stack.extend(((path, k), here[k], known[k], 0) for k in reversed(here) if k in known)
        if isinstance(here, list) and "prefixItems" not in wanted and isinstance(wanted.get("items"), dict):
            last = min(len(here), MOST_STEPS) - 1
            stack.extend(((path, i), here[i], wanted["items"], 0) for i in range(last, -1, -1))
    return None


_MOST_HOPS = 50


def _excluded_key(value: dict[str, object], schema: dict[str, object]) -> str | None:
    """Return a key that ``additionalProperties: false`` excludes."""
    if schema.get("additionalProperties") is not False or "patternProperties" in schema:
        return None
    known = schema.get("properties")
    return next((key for key in value if not isinstance(known, dict) or key not in known), None)


_PYTHON_TYPES: dict[str, Callable[[object], bool]] = {
    "array": _is_list,
    "boolean": _is_truth,
    "null": lambda value: value is None,
    "number": is_number,
    "integer": lambda value: is_number(value) and value == value // 1,  # type: ignore[operator]
    "object": lambda value: isinstance(value, dict),
    "string": _is_text,
}
_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
_SIZES: dict[str, tuple[type, str]] = {
    "minLength": (str, "minimum"),
    "maxLength": (str, "maximum"),
    "minItems": (list, "minimum"),
    "maxItems": (list, "maximum"),
    "minProperties": (dict, "minimum"),
    "maxProperties": (dict, "maximum"),
}


def _fits(value: object, schema: dict[str, object]) -> bool:
    """Return whether a value fits the keywords of a schema that look at nothing inside it."""
    types = schema.get("type")
    names = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    known = [name for name in names if isinstance(name, str) and name in _PYTHON_TYPES]
    if known and len(known) == len(names) and not any(_PYTHON_TYPES[name](value) for name in known):
        return False
    choices = schema.get("enum")
    if isinstance(choices, list) and value not in choices:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    required = schema.get("required")
    wanted = required if isinstance(value, dict) and isinstance(required, list) else []
    if isinstance(value, dict) and any(isinstance(name, str) and name not in value for name in wanted):
        return False
    bounds = ((schema.get(key), is_within, value) for key, is_within in _BOUNDS.items() if is_number(value))
    sizes = (
        (schema.get(key), _BOUNDS[bound], len(value))  # type: ignore[arg-type]
        for key, (kind, bound) in _SIZES.items()
        if isinstance(value, kind)
    )
    return all(
        is_within(measured, limit) for limit, is_within, measured in (*bounds, *sizes) if is_number(limit)
    )
