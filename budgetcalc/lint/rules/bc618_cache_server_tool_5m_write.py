"""Server tools write to the cache by themselves.

## What it does

Notes requests with `cache_control` and tools that the API runs.

## Why it matters

While such a tool works, the API writes further entries of five minutes, at 1.25 times the price of input,
that you did not ask for.

## Example

Over: `cache_control` beside web search. Within: `cache_control` beside tools of your own.

## How to fix

Nothing; expect `cache_creation_input_tokens` beyond your own breakpoints.

## Source

Tool use with prompt caching,
https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-use-with-prompt-caching (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import live_breakpoints
from budgetcalc.lint.tool_facts import is_server_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC618"
NAME = "cache-server-tool-5m-write"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for the first server tool of a cached request."""
    tool = next((tool for tool in context.request.tools if is_server_tool(tool)), None)
    if tool is not None and live_breakpoints(context):
        message = "a server tool writes cache entries of 5 minutes beyond the request's own"
        yield Finding(
            ID, NAME, "note", message, path=tool.path, hint="expect further cache writes in the usage"
        )
