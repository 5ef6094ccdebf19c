"""A computer or browser toolset has fields or members it cannot have.

## What it does

Finds options of the single tools (`name`, `display_width_px`, `enable_zoom`, `strict`, `input_examples`,
`defer_loading`), unknown members in `configs`, a set with all members disabled, members that differ in
`defer_loading`, a second set of the same kind; and results of its calls with a foreign `toolset_name` or
other blocks than text and images (`browser_state` for the browser).

## Why it matters

The API answers 400.

## Example

Over:

    {"type": "computer_toolset_20260801", "display_width_px": 1024}

Within:

    {"type": "computer_toolset_20260801", "configs": {"zoom": {"enabled": false}}}

## How to fix

Give only `type`, `configs` and `cache_control`.

## Source

Tool reference, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference (2026-08-22);
anthropic 2.12.0 (Python SDK).
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.conversation import Image, Text, ToolResult
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested, objects
from budgetcalc.lint.tool_facts import is_screen_toolset
from budgetcalc.locations import pointer, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request, Tool
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC489"
NAME = "toolset-invalid"
SEVERITY: Severity = "error"

_NOT_FIELDS = (
    "name",
    "display_width_px",
    "display_height_px",
    "display_number",
    "enable_zoom",
    "strict",
    "input_examples",
    "defer_loading",
)
_POINTING = """
    double_click hold_key key left_click left_click_drag left_mouse_down left_mouse_up middle_click mouse_move
    right_click screenshot scroll triple_click type wait zoom
"""
_PAGES = """
    close_tab file_upload find form_input get_page_text hover javascript_exec list_tabs navigate new_tab
    read_console read_network read_page scroll_to switch_tab
"""
_MEMBERS = {
    "computer": frozenset((_POINTING + " cursor_position").split()),
    "browser": frozenset((_POINTING + _PAGES).split()),
}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each thing wrong with a set or with a result of its calls."""
    request = context.request
    for message, path, hint in (*_entries(request), *_results(request)):
        yield Finding(ID, NAME, "error", message, path=path, hint=hint)


def _entries(request: Request) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for tool in request.tools:
        if not is_screen_toolset(tool):
            continue
        family = tool.type.partition("_")[0]
        if family in seen:
            yield f"a second {family} toolset", tool.path, "give each toolset once"
        seen.add(family)
        for field in _NOT_FIELDS:
            if tool.raw.get(field) is not None:
                yield f"{field} is not permitted on a toolset", f"{tool.path}/{field}", f"leave {field} out"
        yield from _configs(tool, family)


def _configs(tool: Tool, family: str) -> Iterator[tuple[str, str, str]]:
    configs = tool.raw.get("configs")
    if not isinstance(configs, dict):
        return
    members = _MEMBERS[family]
    for name in configs:
        if name not in members:
            path = f"{tool.path}/configs{pointer(name)}"
            yield f"the {family} toolset has no member {printable(name, limit=40)}", path, "drop it"
    enabled = [name for name in members if nested(configs.get(name), "enabled") is not False]
    if not enabled:
        yield f"all members of the {family} toolset are disabled", f"{tool.path}/configs", "drop the toolset"
    if len({nested(configs.get(name), "defer_loading") is True for name in enabled}) > 1:
        message = "members of a toolset differ in defer_loading"
        yield message, f"{tool.path}/configs", "defer all enabled members or none"


def _results(request: Request) -> Iterator[tuple[str, str, str]]:
    """Yield the results of members' calls that name another set or hold what the set does not return."""
    messages = request.body.get("messages")
    sets: dict[str, str] = {}
    for _, message in objects(messages):
        for _, block in objects(message.get("content")):
            toolset, call = block.get("toolset_name"), block.get("id")
            if block.get("type") == "tool_use" and isinstance(toolset, str) and isinstance(call, str):
                sets[call] = toolset
    if not sets:
        return
    raw = {
        block.get("tool_use_id"): block.get("toolset_name")
        for _, message in objects(messages)
        for _, block in objects(message.get("content"))
        if block.get("type") == "tool_result" and isinstance(block.get("tool_use_id"), str)
    }
    for result in chain.from_iterable(message.blocks for message in request.messages):
        if not isinstance(result, ToolResult) or result.tool_use_id not in sets:
            continue
        own = sets[result.tool_use_id]
        if raw.get(result.tool_use_id) != own:
            text = f"the result of a toolset's call does not name its toolset {printable(own, limit=40)}"
            yield text, result.path, "copy toolset_name from the call"
        for inner in result.content:
            is_state = own.startswith("browser") and getattr(inner, "type", "") == "browser_state"
            if not isinstance(inner, Text | Image) and not is_state:
                yield "a toolset's result holds a block it cannot hold", inner.path, "send text and images"
