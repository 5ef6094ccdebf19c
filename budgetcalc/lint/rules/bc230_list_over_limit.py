"""More tools, skills or servers than a request takes.

## What it does

Counts tools with `defer_loading: true` (10,000 at most), `container.skills` and `mcp_servers` (20 each).
Ordinary tools have no documented limit.

## Why it matters

The API answers 400.

## Example

Over: 21 `mcp_servers`.

Within: 20.

## How to fix

Send fewer; group servers behind one.

## Source

Tool search, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool (2026-08-22);
Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC230"
NAME = "list-over-limit"
SEVERITY: Severity = "error"

_DEFERRED, _LISTED = 10_000, 20


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each list that is too long."""
    body = context.request.body
    container = body.get("container")
    skills = container.get("skills") if isinstance(container, dict) else None
    servers = body.get("mcp_servers")
    counts = (
        ("/tools", "deferred tools", sum(tool.defer_loading for tool in context.request.tools), _DEFERRED),
        ("/container/skills", "skills", len(skills) if isinstance(skills, list) else 0, _LISTED),
        ("/mcp_servers", "MCP servers", len(servers) if isinstance(servers, list) else 0, _LISTED),
    )
    for path, what, count, limit in counts:
        if count > limit:
            message = f"the request holds {count:,} {what}, more than {limit:,}"
            yield Finding(ID, NAME, "error", message, path, "send fewer", measured=count, limit=limit)
