"""Files of tool definitions: a list of tools, an object that holds one, or the answer to MCP's ``tools/list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.readers.files import decode_utf8, display_name, open_input
from budgetcalc.readers.json_text import decode_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budgetcalc.input_limits import Limits

REQUEST_ONLY = frozenset({"messages", "max_tokens", "system", "input", "contents", "anthropic_version"})
"""Keys of a request: tools are then a part of it, and a request that cannot be read is no list of tools."""
_OTHER_NAMES = {"inputSchema": "input_schema"}
_MCP_ONLY = frozenset({"outputSchema", "annotations", "title", "icons", "execution", "_meta"})
"""What MCP says of a tool to the client; it does not reach the model."""


def read_tools(path: str, limits: Limits | None = None) -> tuple[list[dict[str, Any]], str] | None:
    """Return the tools of a file as the Messages API takes them, and the pointer of their list.

    ``None`` when the file is anything else, or no JSON at all.
    """
    try:
        opened = open_input(path, stdin=None, limits=limits)
        text = decode_utf8(opened.document(), display_name(path))
        value = decode_json(text, file=path, limits=limits).value
    except InputError:
        return None
    tools, pointer = _list_of(value)
    if not tools or not all(isinstance(tool, dict) and _is_tool(tool) for tool in tools):
        return None
    return [_as_sent(tool) for tool in tools], pointer


def _list_of(value: Any) -> tuple[list[Any] | None, str]:
    if isinstance(value, list):
        return value, ""
    if isinstance(value, dict) and isinstance(value.get("result"), dict):
        tools = value["result"].get("tools")
        return (tools, "/result/tools") if isinstance(tools, list) else (None, "")
    tools = value.get("tools") if isinstance(value, dict) and value.keys().isdisjoint(REQUEST_ONLY) else None
    return (tools, "/tools") if isinstance(tools, list) else (None, "")


def _is_tool(tool: Mapping[str, Any]) -> bool:
    """Whether an object is a tool: a schema of our own, MCP's or none, as the API's own tools have a type."""
    is_client_tool = isinstance(tool.get("input_schema"), dict) or isinstance(tool.get("inputSchema"), dict)
    return isinstance(tool.get("name"), str) and (is_client_tool or isinstance(tool.get("type"), str))


def _as_sent(tool: Mapping[str, Any]) -> dict[str, Any]:
    if "inputSchema" not in tool:
        return dict(tool)
    return {_OTHER_NAMES.get(key, key): value for key, value in tool.items() if key not in _MCP_ONLY}
