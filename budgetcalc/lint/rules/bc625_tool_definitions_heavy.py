"""Tool definitions take a large part of every request.

## What it does

Notes definitions of more than 10,000 tokens, and 30 tools or more, without tool search; and a computer or
browser toolset that a long history never used.

## Why it matters

Definitions are paid with every request, and a model chooses worse among many tools.

## Example

Over: 50 tools of 300 tokens each. Within: the same with tool search and `defer_loading`.

## How to fix

Defer rarely used tools behind tool search, and drop those never used.

## Source

Tool search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.tool_facts import is_screen_toolset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC625"
NAME = "tool-definitions-heavy"
SEVERITY: Severity = "note"

_HEAVY_TOKENS, _MANY = 10_000, 30
_LONG_HISTORY = 20


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for heavy definitions and one for each unused toolset."""
    request = context.request
    tools = [tool for tool in request.tools if not tool.defer_loading]
    searches = any(tool.type.startswith("tool_search_tool_") for tool in request.tools)
    tokens = sum(part.count.tokens for part in context.counted.parts if part.path.startswith("/tools"))
    hint = "defer rarely used tools behind tool search"
    if not searches and tokens > _HEAVY_TOKENS:
        message = f"the definitions of {len(tools)} tools take {tokens:,} tokens of every request"
        yield Finding(
            ID, NAME, "note", message, path="/tools", hint=hint, measured=tokens, limit=_HEAVY_TOKENS
        )
    elif not searches and len(tools) >= _MANY:
        message = f"{len(tools)} tools are defined without tool search"
        yield Finding(ID, NAME, "note", message, path="/tools", hint=hint, measured=len(tools), limit=_MANY)
    if len(request.messages) < _LONG_HISTORY:
        return
    used = {block.name for _, block in request.blocks() if isinstance(block, ToolUse)}
    for tool in request.tools:
        if is_screen_toolset(tool) and used and not _uses(request, tool.type.partition("_")[0]):
            message = f"a {tool.type.partition('_')[0]} toolset is defined and never used in this history"
            yield Finding(ID, NAME, "note", message, path=tool.path, hint="drop it if it is not needed")


def _uses(request: Request, family: str) -> bool:
    """Return whether the history holds a call of the toolset's members."""
    messages = request.body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content")
        for block in content if isinstance(content, list) else ():
            if isinstance(block, dict) and str(block.get("toolset_name", "")).startswith(family):
                return True
    return False
