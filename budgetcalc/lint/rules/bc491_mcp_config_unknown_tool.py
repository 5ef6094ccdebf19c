"""`configs` names a tool the MCP server does not have.

## What it does

Where an `mcp_toolset` holds the server's listing (`tools`), finds names in `configs` that are not in it.
Without a listing nobody knows the server's tools here.

## Why it matters

The setting has no effect; the API only logs a warning.

## Example

Over:

    {"type": "mcp_toolset", "mcp_server_name": "shop",
     "tools": [{"name": "find"}], "configs": {"fnid": {"enabled": false}}}

Within: with `"configs": {"find": {"enabled": false}}`.

## How to fix

Correct the name.

## Source

MCP connector, https://platform.claude.com/docs/en/agents-and-tools/mcp-connector (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import objects
from budgetcalc.locations import pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC491"
NAME = "mcp-config-unknown-tool"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for each setting of a tool that is not listed."""
    for tool in context.request.tools:
        configs, listing = tool.raw.get("configs"), tool.raw.get("tools")
        if tool.type != "mcp_toolset" or not isinstance(configs, dict) or not isinstance(listing, list):
            continue
        listed = {name for _, entry in objects(listing) if isinstance(name := entry.get("name"), str)}
        for name in configs:
            if name not in listed:
                message = f"configs names {printable(name, limit=64)}, which the server does not list"
                path = f"{tool.path}/configs{pointer(name)}"
                yield Finding(ID, NAME, "note", message, path=path, hint="correct the name, or drop it")
