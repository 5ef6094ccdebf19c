"""A query of the tool search tool was too long.

## What it does

Looks at earlier calls of tool search: a pattern over 200 characters, or a query over 500.

## Why it matters

The call was answered with an error block, and the tools were not found.

## Example

Over: a `tool_search_tool_regex` call with a pattern of 201 characters. Within: one of 200.

## How to fix

Say in the system prompt how to search briefly.

## Source

Tool search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ServerTool
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC492"
NAME = "tool-search-limits"
SEVERITY: Severity = "note"

_LIMITS = (("tool_search_tool_regex", "pattern", 200), ("tool_search_tool_bm25", "query", 500))


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for each call that was too long."""
    for _, block in context.request.blocks():
        if not isinstance(block, ServerTool) or block.type != "server_tool_use":
            continue
        for tool, key, limit in _LIMITS:
            given = nested(block.raw, "input", key) or nested(block.raw, "input", "query")
            if block.raw.get("name") == tool and isinstance(given, str) and len(given) > limit:
                message = f"a tool search of {len(given):,} characters, at most {limit} are taken"
                yield Finding(
                    ID,
                    NAME,
                    "note",
                    message,
                    path=block.path,
                    hint="ask for shorter searches in the system prompt",
                    measured=len(given),
                    limit=limit,
                )
