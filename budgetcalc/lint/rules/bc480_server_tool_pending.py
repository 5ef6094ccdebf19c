"""A turn that waits for a server tool is interrupted.

## What it does

In the last assistant turn, finds a `server_tool_use` or `mcp_tool_use` without its result when the user
message after it holds anything but tool results, or when the tool is no longer given.

## Why it matters

The API answers 400: ```web_search` tool use with id `srvtoolu_…` was found without a corresponding
`web_search_tool_result` block``, or `… but no web_fetch tool was provided`.

## Example

Over: a turn that stopped with `pause_turn`, followed by a user's text. Within: the same turn sent back as
the end of the messages.

## How to fix

Send the paused turn back as it is, with the same tools, before the user speaks again.

## Source

Server tools, https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ServerTool, ToolResult
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import as_text
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC480"
NAME = "server-tool-pending"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each pending call that cannot go on."""
    request = context.request
    messages = request.messages
    last = next((i for i in range(len(messages) - 1, -1, -1) if messages[i].role == "assistant"), None)
    if last is None:
        return
    blocks = [block for block in messages[last].blocks if isinstance(block, ServerTool)]
    answered = {
        as_text(block.raw.get("tool_use_id")) for block in blocks if block.type.endswith("_tool_result")
    }
    following = [block for message in messages[last + 1 :] for block in message.blocks]
    is_interrupted = any(not isinstance(block, ToolResult) for block in following)
    for block in blocks:
        if not block.type.endswith("_tool_use") or as_text(block.raw.get("id")) in answered:
            continue
        name = str(block.raw.get("name", ""))
        shown = printable(name, limit=40)
        if is_interrupted:
            message = f"the server tool call {shown} waits for its result, and the user speaks"
            hint = "send the paused turn back first, then the user's text"
            yield Finding(ID, NAME, "error", message, path=block.path, hint=hint)
        elif block.type == "server_tool_use" and name and not _is_given(request, name):
            message = f"the server tool call {shown} waits for its result, but no such tool is given"
            yield Finding(ID, NAME, "error", message, path=block.path, hint="keep sending the tool")


def _is_given(request: Request, name: str) -> bool:
    """Return whether a tool of that name is given; code execution brings tools of other names."""
    return any(
        tool.name == name or (tool.type.startswith("code_execution_") and name.endswith("code_execution"))
        for tool in request.tools
    )
