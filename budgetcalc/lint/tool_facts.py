"""What several rules ask of a tool: who may call it, whether it runs code, what kind of set it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.body_values import texts

if TYPE_CHECKING:
    from budgetcalc.conversation import Tool

DIRECT = "direct"
_CODE = "code_execution_"
_RUNS_CODE = (_CODE, "bash_", "web_search_20260", "web_fetch_20260")
_SERVER_TOOLS = ("web_search_", "web_fetch_", _CODE, "tool_search_tool_", "advisor_", "mcp_toolset")


def callers(tool: Tool) -> list[str]:
    """Return ``allowed_callers``; without any, the model calls the tool directly."""
    return texts(tool.raw.get("allowed_callers"))


def is_called_by_code(tool: Tool) -> bool:
    """Return whether code execution may call the tool."""
    return any(caller.startswith(_CODE) for caller in callers(tool))


def is_code_execution(tool: Tool) -> bool:
    """Return whether this is the code execution tool."""
    return tool.type.startswith(_CODE)


def runs_code(tool: Tool) -> bool:
    """Return whether a container can be of use to the tool: newer web tools filter what they find by code."""
    return tool.type.startswith(_RUNS_CODE) or is_called_by_code(tool)


def is_server_tool(tool: Tool) -> bool:
    """Return whether the API runs the tool."""
    return tool.type.startswith(_SERVER_TOOLS)


def is_screen_toolset(tool: Tool) -> bool:
    """Return whether this is a computer or browser toolset."""
    return tool.type.startswith(("computer_toolset_", "browser_toolset_"))


def is_toolset(tool: Tool) -> bool:
    """Return whether the entry stands for several tools."""
    return tool.type == "mcp_toolset" or is_screen_toolset(tool)
