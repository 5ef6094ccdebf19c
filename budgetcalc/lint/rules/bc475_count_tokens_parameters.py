"""A count is asked for with parameters that only a message has.

## What it does

Finds `stream`, `metadata`, `stop_sequences` or `mcp_servers` in a body for the token counting endpoint, that
is one without `max_tokens`.

## Why it matters

The endpoint answers 400: `The mcp_servers parameter is not supported on the count_tokens endpoint`. A body
without `max_tokens` may also be an unfinished message, so it is a warning.

## Example

Over:

    {"model": "claude-opus-5", "messages": […], "stream": true}

Within: the same without `stream`.

## How to fix

Send the counting endpoint only what is counted.

## Source

Count tokens in a Message, https://platform.claude.com/docs/en/api/messages/count_tokens (2026-08-21);
pydantic-ai-slim 2.68.0. Server tools in a count: the documentation refuses them, pydantic-ai measured on
2026-10-27 that they are counted; not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC475"
NAME = "count-tokens-parameters"
SEVERITY: Severity = "warning"

_PARAMETERS = ("stream", "metadata", "stop_sequences", "mcp_servers")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each parameter the counting endpoint does not take."""
    request = context.request
    if request.form != "count_tokens" or request.max_tokens is not None:
        return
    for parameter in _PARAMETERS:
        if request.body.get(parameter) is not None:
            message = f"{parameter} is not supported on the count_tokens endpoint"
            hint = f"leave {parameter} out, or set max_tokens if this is no count"
            yield Finding(ID, NAME, "warning", message, path=f"/{parameter}", hint=hint)
