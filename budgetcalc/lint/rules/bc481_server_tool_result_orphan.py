"""A result of a server tool without its call, or made by the client.

## What it does

Finds a `tool_result` for a `srvtoolu_…` id, unless a client's own tool was called under it, and results of
server tools without the `server_tool_use` before them.

## Why it matters

The API answers 400: ``unexpected `tool_use_id` found in `advisor_tool_result` blocks``.

## Example

Over:

    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "srvtoolu_1", "content": "…"}]}

Within: the same for `toolu_1`.

## How to fix

Leave server tools to the API, and drop a call and its result together.

## Source

Tool search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool
(2026-08-22); https://github.com/anthropics/claude-code/issues/64383.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ServerTool, ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import as_text, is_masked
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC481"
NAME = "server-tool-result-orphan"
SEVERITY: Severity = "error"

_OF_SERVER = "srvtoolu_"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each result that nobody asked for."""
    called: set[str | None] = set()
    for message in context.request.messages:
        for block in message.blocks:
            if isinstance(block, ToolUse):
                called.add(block.id)
            elif isinstance(block, ToolResult):
                if block.tool_use_id.startswith(_OF_SERVER) and block.tool_use_id not in called:
                    text = "a client sends a tool_result for a server tool's call"
                    hint = "leave it out: the API runs the tool"
                    yield Finding(ID, NAME, "error", text, path=block.path, hint=hint)
            elif isinstance(block, ServerTool) and block.type.endswith("_tool_use"):
                called.add(as_text(block.raw.get("id")))
            elif isinstance(block, ServerTool) and _is_orphan(block, called):
                text = f"a {printable(block.type, limit=40)} block has no call before it"
                yield Finding(
                    ID, NAME, "error", text, path=block.path, hint="drop a call and its result together"
                )


def _is_orphan(block: ServerTool, called: set[str | None]) -> bool:
    use = block.raw.get("tool_use_id")
    return block.type.endswith("_tool_result") and not is_masked(use) and as_text(use) not in called
