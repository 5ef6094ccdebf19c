"""A cache breakpoint the API cannot read, or in a place that takes none.

## What it does

Each `cache_control` is an object of `type: "ephemeral"` and perhaps a `ttl` of `5m` or `1h`. A
`cache_control` of the whole request must not contradict the one on the last block. One inside `citations`,
the `configs` of a toolset, or an entry that only sets the effort is a warning.

## Why it matters

The API answers 400: `cache_control.ttl: Input should be '5m' or '1h'`. An inner place is documented as not
taken, without a message.

## Example

Over:

    {"cache_control": {"type": "ephemeral", "ttl": "30m"}}

Within:

    {"cache_control": {"type": "ephemeral", "ttl": "1h"}}

## How to fix

Use `{"type": "ephemeral"}`, with `"ttl": "1h"` where an hour is worth twice the price of a write.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching#edge-cases (2026-08-22);
Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21). `scope`, which a beta
adds, is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import block_objects, is_effort_only, message_objects
from budgetcalc.locations import pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import CacheControl, Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC444"
NAME = "cache-control-invalid"
SEVERITY: Severity = "error"

_KEYS = {"type", "ttl", "scope"}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each breakpoint that is wrong."""
    request = context.request
    for path, value in _marks(request):
        problem = _problem(value)
        if problem:
            hint = 'use {"type": "ephemeral"}, with a ttl of 5m or 1h'
            yield Finding(ID, NAME, "error", problem, f"{path}/cache_control", hint)
    last = request.messages[-1].blocks[-1:] if request.messages else ()
    for block in last:
        if request.auto_cache is not None and block.cache is not None and block.cache != request.auto_cache:
            both = f"{_shown(request.auto_cache)}, that of the last block {_shown(block.cache)}"
            message = f"the ttl of the request's cache_control is {both}"
            yield Finding(ID, NAME, "error", message, "/cache_control/ttl", "give both the same ttl")
    for path in _inner_marks(request):
        yield Finding(
            ID, NAME, "warning", "cache_control is not taken here", path, "put it on the block itself"
        )


def _shown(cache: CacheControl) -> str:
    return printable(cache.ttl, limit=20)


def _marks(request: Request) -> Iterator[tuple[str, object]]:
    yield "", request.body.get("cache_control")
    for tool in request.tools:
        yield tool.path, tool.raw.get("cache_control")
    for path, block in block_objects(request.body):
        yield path, block.get("cache_control")


def _problem(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict):
        return "cache_control should be an object"
    if value.get("type") != "ephemeral":
        return "cache_control.type should be 'ephemeral'"
    if value.get("ttl") not in (None, "5m", "1h"):
        return "cache_control.ttl should be '5m' or '1h'"
    other = next((key for key in value if key not in _KEYS), None)
    return (
        "" if other is None else f"cache_control.{printable(other, limit=40)}: Extra inputs are not permitted"
    )


def _inner_marks(request: Request) -> Iterator[str]:
    for tool in request.tools:
        configs = tool.raw.get("configs")
        for name, config in configs.items() if isinstance(configs, dict) else ():
            if isinstance(config, dict) and config.get("cache_control") is not None:
                yield f"{tool.path}/configs{pointer(name)}/cache_control"
    for path, block in block_objects(request.body):
        citations = block.get("citations")
        each = enumerate(citations) if isinstance(citations, list) else [("", citations)]
        for index, citation in each:
            if isinstance(citation, dict) and citation.get("cache_control") is not None:
                yield f"{path}/citations{pointer(index) if index != '' else ''}/cache_control"
    for path, message in message_objects(request.body):
        if is_effort_only(message) and message.get("cache_control") is not None:
            yield f"{path}/cache_control"
