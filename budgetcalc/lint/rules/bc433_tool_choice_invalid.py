"""`tool_choice` cannot be followed.

## What it does

Finds a `tool_choice` of another vendor's shape, without `tools`, naming a tool that is not there or that only
code may call (`allowed_callers` without `direct`), or with `disable_parallel_tool_use` where no tool may be
used. With an MCP toolset the names are not known, so they are not judged.

## Why it matters

The API answers 400: `tool_choice.any may only be specified while providing tools`, or `Tool 'x' not found in
provided tools`. For `auto`, `none` and `tool` without tools there is one report only, so a warning.

## Example

Over:

    {"tool_choice": "required"}

Within:

    {"tools": [{"name": "search", …}], "tool_choice": {"type": "any"}}

## How to fix

Use `{"type": "auto" | "any" | "none"}` or `{"type": "tool", "name": "…"}`, together with the tools.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21); quoted in several
public repositories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Tool
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext
from budgetcalc.locations import printable

ID = "BC433"
NAME = "tool-choice-invalid"
SEVERITY: Severity = "error"

_TYPES = ("auto", "any", "tool", "none")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each thing that is wrong with ``tool_choice``."""
    request, choice = context.request, context.request.tool_choice
    if choice is None:
        return
    if isinstance(request.body.get("tool_choice"), str) or choice.type not in _TYPES:
        shown = printable(choice.type, limit=30)
        yield _finding(
            "error", f"tool_choice '{shown}' is no object with one of the types {', '.join(_TYPES)}"
        )
        return
    if not request.tools:
        severity: Severity = "error" if choice.type == "any" else "warning"
        yield _finding(severity, f"tool_choice.{choice.type} may only be specified while providing tools")
    if choice.type == "none" and choice.disable_parallel_tool_use:
        yield _finding("error", "disable_parallel_tool_use cannot go with tool_choice.none")
    if choice.type == "tool" and not choice.name:
        yield _finding("error", "tool_choice.name: Field required with type tool")
    elif choice.type == "tool" and request.tools and not _is_provided(context, choice.name):
        yield _finding("error", f"tool '{printable(choice.name, limit=64)}' not found in provided tools")


def _is_provided(context: RuleContext, name: str) -> bool:
    return any(
        (tool.name == name and _is_called_directly(tool)) or tool.type == "mcp_toolset"
        for tool in context.request.tools
    )


def _is_called_directly(tool: Tool) -> bool:
    callers = tool.raw.get("allowed_callers")
    return not isinstance(callers, list) or "direct" in callers


def _finding(severity: Severity, message: str) -> Finding:
    hint = "use auto, any, none, or tool with the name of a tool that is provided"
    return Finding(ID, NAME, severity, message, path="/tool_choice", hint=hint)
