"""Tools are deferred so that none can be found, or called by a name that is not there.

## What it does

Finds requests whose tools all have `defer_loading: true`, deferred tools with `cache_control`, and
`tool_reference`s to names that are not in `tools`. With MCP servers or toolsets the names are not known, and
not judged.

## Why it matters

The API answers 400: `At least one tool must have defer_loading=false`, `cannot have both defer_loading=true
and cache_control set`, or `Tool reference 'x' not found in available tools`.

## Example

Over:

    {"tools": [{"name": "read", …, "defer_loading": true}]}

Within:

    {"tools": [{"type": "tool_search_tool_regex_20251119", …}, {"name": "read", …, "defer_loading": true}]}

## How to fix

Leave the search tool and the most used tools undeferred; mark the last undeferred tool for the cache.

## Source

Tool search, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import block_objects
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC439"
NAME = "tool-deferral-invalid"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each of the three mistakes."""
    request = context.request
    tools = request.tools
    if tools and all(tool.defer_loading for tool in tools):
        message = "at least one tool must have defer_loading=false: all are deferred"
        yield Finding(ID, NAME, "error", message, "/tools", "leave the search tool undeferred")
    for tool in tools:
        if tool.defer_loading and tool.cache is not None:
            message = (
                f"tool '{printable(tool.name, limit=64)}' cannot have both defer_loading and cache_control"
            )
            yield Finding(ID, NAME, "error", message, f"{tool.path}/cache_control", "mark another tool")
    if not tools or request.body.get("mcp_servers") or any("toolset" in tool.type for tool in tools):
        return
    names = {tool.name for tool in tools}
    for path, block in block_objects(request.body):
        added = block.get("tool")
        if block.get("type") == "tool_addition" and isinstance(added, dict):
            definition = added.get("definition")
            names |= {str(definition.get("name"))} if isinstance(definition, dict) else set()
        name = block.get("tool_name")
        if block.get("type") == "tool_reference" and isinstance(name, str) and name not in names:
            message = f"tool reference '{printable(name, limit=64)}' not found in available tools"
            yield Finding(
                ID, NAME, "error", message, f"{path}/tool_name", "define the tool, or drop the block"
            )
