"""What changed between two requests of a conversation, and how much of the cached prefix that leaves.

Source: prompt caching page, what invalidates the cache (2026-08). A cache is read by one model only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.conversation import Document, SearchResult
from budgetcalc.lint.body_values import nested
from budgetcalc.lint.prefixes import (
    canonical,
    difference,
    first_changed_message,
    tokens_before_messages,
    tokens_before_system,
)
from budgetcalc.lint.request_facts import thinking_in_effect
from budgetcalc.lint.strict_schemas import output_formats
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from budgetcalc.conversation import Request
    from budgetcalc.lint.rule import RuleContext

Level = Literal["everything", "system", "messages"]
_WEB = ("web_search_", "web_fetch_")


@dataclass(frozen=True, slots=True)
class ContentChange:
    """The first thing of the prefix that is no longer what it was.

    Attributes:
        what: half a sentence.
        path: its place in the later request.
        unchanged_tokens: of the earlier request's prefix, before it.
    """

    what: str
    path: str
    unchanged_tokens: int


def content_change(before: RuleContext, after: RuleContext) -> ContentChange | None:
    """Return where the later request's tools, system prompt or messages part from the earlier one's."""
    one, other = before.request, after.request
    tools = None if _web_tools_only(one, other) else difference(one, other, "tools")
    if tools is not None:
        what = "tools, or keys in them, are in another order" if tools == "order" else "the tools changed"
        return ContentChange(what, "/tools", 0)
    system = difference(one, other, "system")
    if system is not None:
        what = "the system prompt is in another order" if system == "order" else "the system prompt changed"
        return ContentChange(what, "/system", tokens_before_system(before.counted))
    changed = first_changed_message(one, other)
    if changed is None:
        return None
    index, how = changed
    if how == "thinking" and before.model.thinking.keeps != "all":
        return None  # What the model does not see is not part of the prefix.
    words = {
        "order": f"keys in message {index} are in another order",
        "content": f"message {index} changed",
        "thinking": f"the thinking of message {index} changed",
    }
    return ContentChange(words[how], f"/messages/{index}", tokens_before_messages(before.counted, index))


def changed_settings(before: RuleContext, after: RuleContext) -> list[tuple[str, str, int]]:
    """Return the settings that differ: name, place, and the tokens of the prefix that hold all the same."""
    left: dict[Level, int] = {
        "everything": 0,
        "system": tokens_before_system(before.counted),
        "messages": tokens_before_messages(before.counted),
    }
    return [
        (name, path, left[level]) for name, path, level, value in _SETTINGS if value(before) != value(after)
    ]


def _web_tools_only(one: Request, other: Request) -> bool:
    """Return whether web search or fetch was switched and no other tool changed: that is a setting."""

    def own(request: Request) -> list[str]:
        return [canonical(tool.raw) for tool in request.tools if not tool.type.startswith(_WEB)]

    return _web(one) != _web(other) and own(one) == own(other)


def _web(request: Request) -> frozenset[str]:
    return frozenset(tool.type for tool in request.tools if tool.type.startswith(_WEB))


def _cites(request: Request) -> bool:
    return any(
        isinstance(block, Document | SearchResult) and block.citations for _, block in request.blocks()
    )


def _format(request: Request) -> str:
    return next((canonical(value) for _, value in output_formats(request)), "")


def _thinking(context: RuleContext) -> tuple[object, ...]:
    asked = context.request.thinking
    kind = thinking_in_effect(context)
    return kind, asked.budget_tokens if asked is not None and kind == "enabled" else None


def _tool_choice(context: RuleContext) -> Any:
    choice = context.request.tool_choice
    return (
        ("auto", "", False)
        if choice is None
        else (choice.type, choice.name, choice.disable_parallel_tool_use)
    )


def _task_budget(context: RuleContext) -> Any:
    return nested(context.request.body, "output_config", "task_budget", "total")


_SETTINGS: tuple[tuple[str, str, Level, Callable[[RuleContext], Any]], ...] = (
    ("model", "/model", "everything", lambda c: c.model.id),
    ("speed", "/speed", "system", lambda c: c.request.body.get("speed") or "standard"),
    ("the output format", "/output_config/format", "system", lambda c: _format(c.request)),
    ("web search or fetch", "/tools", "system", lambda c: _web(c.request)),
    ("citations", "", "system", lambda c: _cites(c.request)),
    ("tool_choice", "/tool_choice", "messages", _tool_choice),
    ("thinking", "/thinking", "messages", _thinking),
    (
        "effort",
        "/output_config/effort",
        "messages",
        lambda c: c.request.effort or c.model.thinking.default_effort,
    ),
    ("task_budget", "/output_config/task_budget", "messages", _task_budget),
)
