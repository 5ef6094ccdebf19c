"""MCP servers and toolsets do not match.

## What it does

Finds a server that no toolset, or more than one, refers to; a toolset of a server that is not listed;
servers with one name; an address that is not https; and a type other than `url`. A body without any toolset
has the older form, in which a server brings its tools by itself, and is judged by its servers alone.

## Why it matters

The API answers 400.

## Example

Over:

    {"mcp_servers": [{"type": "url", "url": "http://example.com/mcp", "name": "shop"}]}

Within:

    {"mcp_servers": [{"type": "url", "url": "https://example.com/mcp", "name": "shop"}],
     "tools": [{"type": "mcp_toolset", "mcp_server_name": "shop"}]}

## How to fix

Give each server one `mcp_toolset`.

## Source

MCP connector, https://platform.claude.com/docs/en/agents-and-tools/mcp-connector (2026-08-22). Recordings of
2025 show servers without a toolset accepted with the header `mcp-client-2025-04-04`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import objects
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC490"
NAME = "mcp-server-unreferenced"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each server or toolset that does not fit."""
    request = context.request
    servers = list(objects(request.body.get("mcp_servers")))
    names = Counter(name for _, server in servers if isinstance(name := server.get("name"), str))
    toolsets = [tool for tool in request.tools if tool.type == "mcp_toolset"]
    used = Counter(name for tool in toolsets if isinstance(name := tool.raw.get("mcp_server_name"), str))
    for message, path, hint in (*_servers(servers), *_references(servers, used, has_sets=bool(toolsets))):
        yield Finding(ID, NAME, "error", message, path=path, hint=hint)
    for name, count in names.items():
        if count > 1:
            message = f"{count} MCP servers have the name {printable(name, limit=40)}"
            yield Finding(ID, NAME, "error", message, path="/mcp_servers", hint="give each its own name")
    for tool in toolsets:
        name = tool.raw.get("mcp_server_name")
        if not isinstance(name, str) or name not in names:
            message = "an mcp_toolset refers to a server that is not in mcp_servers"
            yield Finding(
                ID, NAME, "error", message, path=tool.path, hint="list the server, or drop the toolset"
            )


def _servers(servers: list[tuple[int, Mapping[str, Any]]]) -> Iterator[tuple[str, str, str]]:
    for index, server in servers:
        path = f"/mcp_servers/{index}"
        if server.get("type") != "url":
            yield "the type of an MCP server is not url", path, "use url"
        address = server.get("url")
        if isinstance(address, str) and not address.lower().startswith("https://"):
            yield "the address of an MCP server is not https", f"{path}/url", "use https"


def _references(
    servers: list[tuple[int, Mapping[str, Any]]], used: Counter[str], *, has_sets: bool
) -> Iterator[tuple[str, str, str]]:
    for index, server in servers if has_sets else ():
        name = server.get("name")
        count = used[name] if isinstance(name, str) else 0
        if count != 1:
            message = f"an MCP server is referred to by {count} toolsets instead of one"
            yield message, f"/mcp_servers/{index}", "give each server one mcp_toolset"
