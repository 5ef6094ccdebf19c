"""Counting what server tools leave in a conversation: their calls, and results that are pages, searches or programs.

Nobody has published how these are written into the prompt. The nearest measured rendering is taken (a call like the
client's own, a fetched page like a document, sealed search results by their bytes), always with a band.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc import rendering
from budgetcalc.claude_blocks import guess, opaque
from budgetcalc.conversation import Document, ServerTool, ToolUse
from budgetcalc.counts import Count
from budgetcalc.sealed_text import sealed_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.claude_blocks import BlockCounter
    from budgetcalc.conversation import Request, Tool

UNREADABLE_RESULT_TOKENS = 700
MOST_RESULT_TOKENS = 3_000
"""Tokens of one search result whose size cannot be read."""

NOTE = "server tool calls and results in history are estimates: nobody has published their rendering"


def count_server_tool(blocks: BlockCounter, block: ServerTool) -> Count:
    """Return a server tool's call or result in history, as an estimate with a band."""
    blocks.notes.append(NOTE)
    raw = block.raw
    if block.type.endswith("_tool_use"):
        call = ToolUse(block.path, "", _text(raw.get("name")), raw.get("input"))
        return blocks.text(rendering.tool_call(call)) + blocks.fact("server_tool_turn")
    if block.type == "compaction":
        return blocks.text(_text(raw.get("content"))) + blocks.fact("compaction_block")
    page = fetched_page(block)
    if page is not None:
        return blocks.document(page) + blocks.fact("fetched_page")
    sealed = [_sealed(blocks, text) for text in sealed_texts(raw)]
    visible = raw.get("content") if "content" in raw else raw
    return sum(sealed, guess(blocks.text(rendering.unknown_value(visible)).tokens if not sealed else 0))


def fetched_page(block: ServerTool) -> Document | None:
    """Return the page a fetch brought as the document it is; ``None`` for other results."""
    result = block.raw.get("content")
    document = result.get("content") if isinstance(result, dict) else None
    if not isinstance(document, dict):
        return None
    source = document.get("source")
    if not isinstance(source, dict) or not isinstance(source.get("data"), str):
        return None
    citations = document.get("citations")
    return Document(
        block.path,
        _text(source.get("type")),
        source["data"],
        title=_text(document.get("title")),
        citations=isinstance(citations, dict) and citations.get("enabled") is True,
    )


def referenced_tools(request: Request) -> frozenset[str]:
    """Return the names of tools that a search has found: their deferred definitions are in the prompt."""
    return frozenset(
        name
        for _, block in request.blocks()
        if isinstance(block, ServerTool)
        for name in _tool_names(block.raw)
    )


def servers_without_toolset(request: Request) -> int:
    """Return how many MCP servers are named in ``mcp_servers`` that no toolset among the tools stands for."""
    toolsets = [tool.raw.get("mcp_server_name") for tool in request.tools if tool.type == "mcp_toolset"]
    named = {name for name in toolsets if isinstance(name, str)}
    servers = request.body.get("mcp_servers")
    return sum(
        isinstance(server, dict) and not (isinstance(name := server.get("name"), str) and name in named)
        for server in (servers if isinstance(servers, list) else ())
    )


def skills_of(request: Request) -> int:
    """Return how many skills the request's container has."""
    container = request.body.get("container")
    skills = container.get("skills") if isinstance(container, dict) else None
    return len(skills) if isinstance(skills, list) else 0


def has_task_budget(request: Request) -> bool:
    """Return whether the model is told how many tokens it has for its task."""
    config = request.body.get("output_config")
    return isinstance(config, dict) and isinstance(config.get("task_budget"), dict)


def is_called_by_code(tool: Tool) -> bool:
    """Return whether a tool of the client's may be called by the code execution tool's programs."""
    callers = tool.raw.get("allowed_callers")
    return tool.is_custom and any(
        isinstance(caller, str) and caller.startswith("code_execution")
        for caller in (callers if isinstance(callers, list) else ())
    )


def sealed_texts(value: Any) -> Iterator[str]:
    """Yield every encrypted text within a value."""
    for holder in _objects(value):
        for key in rendering.OPAQUE_KEYS & holder.keys():
            if isinstance(holder[key], str):
                yield holder[key]


def _sealed(blocks: BlockCounter, text: str) -> Count:
    sealed = sealed_bytes(text)
    if sealed is not None:
        return blocks.framing.sealed(blocks.model).search(sealed)
    count = opaque(len(text))
    # Scrubbed or cut: as long as results are, which bring up to 1,400 tokens each (38 recorded searches).
    return Count(
        max(count.tokens, UNREADABLE_RESULT_TOKENS), 0, max(count.high, MOST_RESULT_TOKENS), count.method
    )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


def _tool_names(value: Any) -> Iterator[str]:
    for holder in _objects(value):
        if holder.get("type") == "tool_reference" and isinstance(holder.get("tool_name"), str):
            yield holder["tool_name"]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
