"""Tools that code may call, with what excludes that.

## What it does

For tools with a code execution caller: finds `disable_parallel_tool_use`, a schema that refers to itself, a
`tool_choice` that names one without `direct`, and MCP tools as targets. For pending calls from code: finds a
continuation without its `container`, with other blocks beside the results, with results that are not text,
or without the code execution tool.

## Why it matters

The API answers 400.

## Example

Over:

    {"tools": [{"name": "search", "allowed_callers": ["code_execution_20250825"], …}],
     "tool_choice": {"type": "tool", "name": "search"}}

Within: the same with `"allowed_callers": ["direct", "code_execution_20250825"]`.

## How to fix

Add `direct` to the callers, drop the exclusion, and continue with results only, in the same container.

## Source

Programmatic tool calling,
https://platform.claude.com/docs/en/agents-and-tools/tool-use/programmatic-tool-calling (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Text, ToolResult
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested, objects
from budgetcalc.lint.strict_schemas import has_reference_cycle
from budgetcalc.lint.tool_facts import DIRECT, callers, is_called_by_code, is_code_execution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC487"
NAME = "programmatic-calling"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each conflict, of the tools and of the calls that wait."""
    request = context.request
    for message, path, hint in (*_conflicts(request), *_continuation(request)):
        yield Finding(ID, NAME, "error", message, path=path, hint=hint)


def _conflicts(request: Request) -> Iterator[tuple[str, str, str]]:
    by_code = [tool for tool in request.tools if is_called_by_code(tool)]
    choice = request.tool_choice
    for tool in by_code:
        if tool.type == "mcp_toolset":
            yield "MCP tools cannot be called from code", tool.path, "drop allowed_callers"
        if isinstance(tool.input_schema, dict) and has_reference_cycle(tool.input_schema):
            message = "a tool that code calls may not have a schema that refers to itself"
            yield message, f"{tool.path}/input_schema", "unroll it to a fixed depth"
        if (
            choice is not None
            and choice.type == "tool"
            and choice.name == tool.name
            and DIRECT not in callers(tool)
        ):
            yield (
                "tool_choice names a tool that only code may call",
                "/tool_choice",
                "add direct to its callers",
            )
    if by_code and choice is not None and choice.disable_parallel_tool_use:
        message = "disable_parallel_tool_use cannot go with tools that code calls"
        yield message, "/tool_choice/disable_parallel_tool_use", "leave it out"


def _continuation(request: Request) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong when the last message answers calls that code made."""
    messages = request.body.get("messages")
    if not isinstance(messages, list) or len(messages) < 2 or request.messages[-1].role != "user":
        return
    waiting = {
        block.get("id")
        for _, block in objects(nested(messages[-2], "content"))
        if block.get("type") == "tool_use"
        and str(nested(block, "caller", "type") or "").startswith("code_execution_")
        and isinstance(block.get("id"), str)
    }
    blocks = request.messages[-1].blocks
    if not any(isinstance(block, ToolResult) and block.tool_use_id in waiting for block in blocks):
        return
    if not request.body.get("container"):
        yield (
            "results for calls from code need the container's id",
            "/container",
            "send the id of the response",
        )
    if not any(is_code_execution(tool) for tool in request.tools):
        yield "results for calls from code need the code execution tool", "/tools", "keep sending it"
    for block in blocks:
        if not isinstance(block, ToolResult):
            yield "only tool results may answer calls from code", block.path, "send results alone"
        elif block.tool_use_id in waiting and not all(isinstance(inner, Text) for inner in block.content):
            yield "a result for a call from code must be text", block.path, "send text"
