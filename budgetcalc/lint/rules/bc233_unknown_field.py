"""A field the API does not know.

## What it does

Looks at the keys of the body, of messages, tools, blocks, `thinking`, `tool_choice` and `output_config`.
Fields of other vendors' APIs are an error; any other unknown key is a warning, as it may be newer than this
version. `metadata` and `cache_control` have rules of their own. A body in another vendor's form, or a bare
list of messages, is not judged; one for a router earns warnings only.

## Why it matters

The objects of a request are closed. The API answers 400: `seed: Extra inputs are not permitted`.

## Example

Over:

    {"model": "…", "max_tokens": 1024, "messages": […], "seed": 7}

Within:

    {"model": "…", "max_tokens": 1024, "messages": […]}

## How to fix

Remove it; or correct the spelling, which the hint knows where one is near.

## Source

Quoted in several public repositories; https://code.claude.com/docs/en/errors; the fields are those of
anthropic 2.12.0.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.known_fields import (
    BLOCKS,
    BODY,
    CUSTOM_TOOL,
    MESSAGES,
    MESSAGES_OF_OTHER_APIS,
    OTHER_APIS,
    SDK_OPTIONS,
    SETTINGS,
    TOOLS_OF_OTHER_APIS,
)
from budgetcalc.lint.request_facts import block_objects, is_transcript, message_objects
from budgetcalc.locations import pointer, printable
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC233"
NAME = "unknown-field"
SEVERITY: Severity = "error"

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A key that an object may not have."""

    key: str
    path: str
    where: str
    known: frozenset[str]
    of_other_apis: frozenset[str] = frozenset()


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each unknown key, once for all objects of a kind."""
    if is_transcript(context.request):
        return
    found: dict[tuple[str, str], _Unknown] = {}
    for unknown in _unknown_keys(context.request):
        found.setdefault((unknown.where, unknown.key), unknown)
    for unknown in islice(found.values(), _MOST_SHOWN):
        yield _finding(unknown, is_routed=context.match.platform == "openrouter")
    if len(found) > _MOST_SHOWN:
        message = f"{len(found) - _MOST_SHOWN:,} more unknown fields"
        yield Finding(ID, NAME, "warning", message, hint="see the API reference")


def _finding(unknown: _Unknown, *, is_routed: bool) -> Finding:
    is_foreign = unknown.key in unknown.of_other_apis and not is_routed
    shown = printable(unknown.key, limit=40)
    if unknown.key in SDK_OPTIONS and not unknown.where:
        hint = "it is an argument of the SDK's method, not a field of the body"
    else:
        near = () if is_foreign else _near(unknown.key[:40], unknown.known)
        hint = f"did you mean {near[0]}?" if near else "remove it"
    said = "Extra inputs are not permitted" if is_foreign else "no field this version knows"
    message = f"{unknown.where}{shown}: {said}"
    return Finding(ID, NAME, "error" if is_foreign else "warning", message, unknown.path, hint)


def _near(key: str, known: frozenset[str]) -> list[str]:
    from difflib import get_close_matches  # most requests have no unknown field

    return get_close_matches(key, sorted(known), n=1)


def _unknown_keys(request: Request) -> Iterator[_Unknown]:
    body = request.body
    yield from _of(body, "", "", BODY, OTHER_APIS)
    for path, message in message_objects(body):
        role = message.get("role")
        known = MESSAGES.get(role if isinstance(role, str) else "", MESSAGES["system"])
        if not message.keys() <= known:
            yield from _of(message, path, "messages[].", known, MESSAGES_OF_OTHER_APIS)
    for path, block in block_objects(body):
        kind = block.get("type")
        if isinstance(kind, str) and kind in BLOCKS:
            yield from _of(block, path, f"{kind} block: ", BLOCKS[kind])
    for tool in request.tools:
        # The fields of Anthropic's own tools differ by type and version; those of other vendors do not.
        known = CUSTOM_TOOL if tool.is_custom else frozenset(tool.raw) - TOOLS_OF_OTHER_APIS
        yield from _of(tool.raw, tool.path, "tools[].", known, TOOLS_OF_OTHER_APIS)
    for name, known in SETTINGS.items():
        setting = body.get(name)
        if isinstance(setting, dict):
            yield from _of(setting, f"/{name}", f"{name}.", known)


def _of(
    obj: Mapping[str, Any],
    path: str,
    where: str,
    known: frozenset[str],
    of_other_apis: frozenset[str] = frozenset(),
) -> Iterator[_Unknown]:
    for key, value in obj.items():
        if key not in known and value is not None:
            yield _Unknown(key, path + pointer(key), where, known, of_other_apis)
