"""What several rules ask of a request: how it thinks, what it forces, whose turn it is, what it marks."""

from __future__ import annotations

from datetime import date
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from budgetcalc.conversation import Document, RedactedThinking, SearchResult, Thinking, ToolResult
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from budgetcalc.catalogue import ThinkingType
    from budgetcalc.conversation import Block, CacheControl, Message, Request
    from budgetcalc.lint.rule import RuleContext

INTERLEAVED_BETA = "interleaved-thinking-2025-05-14"
"""Thinking between tool calls with manual thinking; adaptive thinking does so by itself."""

WARM_UP_SINCE = date(2026, 1, 1)
"""``max_tokens: 0`` warms the cache; the API reference gave 1 as the minimum until 2025."""
WITHOUT_SAMPLING = ("2026-10-21",)
"""Versions of the API that have no sampling parameters (migration to 2026-10-21)."""

THINKING_TYPES: tuple[ThinkingType, ...] = ("enabled", "adaptive", "disabled", "between_tools")


def thinking_in_effect(context: RuleContext) -> ThinkingType | None:
    """Return how this call thinks, defaults included; ``None`` when the API refuses what is asked.

    A refused type has a rule of its own, so that the others need not speak of a call that never runs.
    """
    asked, rules = context.request.thinking, context.model.thinking
    if asked is None:
        return "adaptive" if rules.default == "adaptive" else "disabled"
    if asked.type == "disabled" and not rules.types:
        return "disabled"
    return next((known for known in rules.types if known == asked.type), None)


def is_refused(context: RuleContext, kind: ThinkingType) -> bool:
    """Return whether the request asks a model that thinks for a kind of thinking it does not take."""
    asked, types = context.request.thinking, context.model.thinking.types
    return asked is not None and asked.type == kind and bool(types) and kind not in types


def is_manual(context: RuleContext) -> bool:
    """Return whether the call thinks with a budget of its own."""
    return thinking_in_effect(context) == "enabled"


def thinks(context: RuleContext) -> bool:
    """Return whether the call thinks before it answers."""
    return thinking_in_effect(context) in {"enabled", "adaptive"}


def skips_thinking(context: RuleContext) -> bool:
    """Return whether a forced tool call keeps an adaptive model from thinking in this call."""
    rules = context.model
    return (
        forces_tool(context.request)
        and rules.accepts.forced_tool_choice
        and thinking_in_effect(context) == "adaptive"
        and "adaptive" in rules.thinking.forced_tool_choice
    )


def has_thinking_in_output(context: RuleContext) -> bool:
    """Return whether output tokens, and what ``max_tokens`` leaves for the answer, include thinking."""
    return thinks(context) and not skips_thinking(context)


def interleaves_by_header(context: RuleContext) -> bool:
    """Return whether manual thinking goes on between tool calls, so that its budget spans the whole turn."""
    return (
        is_manual(context)
        and context.model.thinking.interleaved == "header"
        and INTERLEAVED_BETA in context.betas
        and bool(context.request.tools)
    )


def forces_tool(request: Request) -> bool:
    """Return whether ``tool_choice`` leaves the model no way around a tool call."""
    return request.tool_choice is not None and request.tool_choice.type in {"any", "tool"}


def runs_on_other_cloud(context: RuleContext) -> bool:
    """Return whether the model's spelling is that of a cloud with dates and parameters of its own."""
    return context.match.platform in {"bedrock", "vertex"}


def expects_answer(request: Request) -> bool:
    """Return whether this is sent to get an answer, and is no count or a conversation kept as a list."""
    return request.max_tokens is not None or request.batch


def is_transcript(request: Request) -> bool:
    """Return whether the input is a conversation that was kept, which may well end with an answer."""
    return request.form in {"message_list", "openai_chat", "prompt_text"}


def prefill(request: Request) -> Message | None:
    """Return the assistant message the model is asked to go on with, if the request ends in one.

    A turn that waits for a server tool is resumed and not prefilled.
    """
    if not request.messages or not expects_answer(request):
        return None
    last = request.messages[-1]
    waits = last.blocks and getattr(last.blocks[-1], "type", "").endswith("_tool_use")
    return last if last.role == "assistant" and not waits else None


@dataclass(frozen=True, slots=True)
class Turn:
    """Neighbouring messages of one role, which the API reads as one."""

    role: str
    blocks: tuple[Block, ...]

    @property
    def answers_tools(self) -> bool:
        """Whether this user turn holds tool results, so that the assistant's turn goes on."""
        return self.role == "user" and any(isinstance(block, ToolResult) for block in self.blocks)

    @property
    def starts_with_thinking(self) -> bool:
        """Whether the first block is thinking, readable or redacted."""
        return bool(self.blocks) and isinstance(self.blocks[0], Thinking | RedactedThinking)


def turns(messages: Iterable[Message]) -> tuple[Turn, ...]:
    """Return the messages merged as the API merges them; an entry without content separates nothing."""
    blocks = attrgetter("blocks")
    with_content = filter(blocks, messages)
    return tuple(
        Turn(role, tuple(chain.from_iterable(map(blocks, same))))
        for role, same in groupby(with_content, key=attrgetter("role"))
    )


def open_tool_loop(request: Request) -> tuple[Turn, ...]:
    """Return the assistant's turns of a tool loop the request is in the middle of; empty outside one."""
    merged = turns(request.messages)
    if not merged or not merged[-1].answers_tools:
        return ()
    start = next(
        (
            i
            for i in range(len(merged) - 1, -1, -1)
            if merged[i].role == "user" and not merged[i].answers_tools
        ),
        -1,
    )
    return tuple(turn for turn in merged[start + 1 :] if turn.role == "assistant")


def breakpoints(request: Request) -> Iterator[tuple[str, CacheControl]]:
    """Yield the pointer of every block with a ``cache_control``, in the order the prompt is read."""
    for tool in request.tools:
        if tool.cache is not None:
            yield tool.path, tool.cache
    for block in chain(request.system, chain.from_iterable(message.blocks for message in request.messages)):
        for marked in _inner_first(block):
            if marked.cache is not None:
                yield marked.path, marked.cache


def _inner_first(block: Block) -> Iterator[Block]:
    if isinstance(block, ToolResult | Document | SearchResult):
        for inner in block.content:
            yield from _inner_first(inner)
    yield block


def block_objects(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the pointer and the JSON object of every block of system and messages, nested ones too.

    In the order in which the prompt is read, each block before what is inside it.
    """
    messages = body.get("messages")
    yield from _objects_of("/system", body.get("system"))
    for index, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, dict) and isinstance(message.get("content"), list | dict):
            yield from _objects_of(f"/messages/{index}/content", message["content"])


def _objects_of(path: str, content: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    # A stack instead of recursion: nothing bounds the nesting of blocks of unknown types.
    stack = [(path, content)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, list):
            stack.extend((f"{at}/{index}", value[index]) for index in range(len(value) - 1, -1, -1))
        elif isinstance(value, dict):
            yield at, value
            source = value.get("source")
            if isinstance(source, dict) and isinstance(source.get("content"), list):
                stack.append((f"{at}/source/content", source["content"]))
            if isinstance(value.get("content"), list):
                stack.append((f"{at}/content", value["content"]))


def message_objects(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the pointer and the JSON object of every message."""
    messages = body.get("messages")
    for index, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, dict):
            yield f"/messages/{index}", message


def is_effort_only(message: Mapping[str, Any]) -> bool:
    """Return whether an entry of ``messages`` only sets the effort from here on."""
    return message.get("content") is None and "output_config" in message


def sampling(body: Mapping[str, Any], name: Literal["temperature", "top_p", "top_k"]) -> float | None:
    """Return a sampling parameter; ``None`` when it is absent, null or no number."""
    value = body.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
