"""Which kinds of things a request holds, so that only the rules on those are loaded and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import (
    Document,
    Image,
    RedactedThinking,
    SearchResult,
    ServerTool,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    UnknownBlock,
)

if TYPE_CHECKING:
    from budgetcalc.conversation import Block
    from budgetcalc.lint.rule import RuleContext

_BLOCKS: dict[type[Block], str] = {
    Text: "text",
    Image: "image",
    Document: "document",
    Thinking: "thinking",
    RedactedThinking: "redacted_thinking",
    ToolUse: "tool_use",
    ToolResult: "tool_result",
    SearchResult: "search_result",
    ServerTool: "server_tool",
    UnknownBlock: "unknown_block",
}
OF_BLOCKS = frozenset(_BLOCKS.values())
OF_CIRCUMSTANCES = frozenset(
    {
        "cache_control",
        "betas",
        "batch",
        "max_tokens:0",
        "max_tokens:1",
        "thinks_by_default",
        "ends_with_assistant",
        "system_message",
        "anthropic_version",
        "unpaired_surrogates",
        "zero_retention",
        "no_messages",
        "count_tokens",
        "lint",
        "does_not_fit",
        "end_known",
        "long_context_price",
        "before_first_price",
        "undated_price",
    }
)


def request_traits(context: RuleContext) -> frozenset[str]:
    """Return the keys of the body that are not null, the types of its blocks, and its circumstances.

    Circumstances: ``cache_control`` (a breakpoint anywhere), ``betas`` (any header), ``batch``,
    ``max_tokens:0`` and ``max_tokens:1``, ``thinks_by_default`` (the model does), ``ends_with_assistant``,
    ``system_message`` (the role inside ``messages``), ``anthropic_version`` (it is known),
    ``unpaired_surrogates``, ``zero_retention`` (of the organisation), ``no_messages``, ``count_tokens`` (the form
    of the request), ``lint`` (the command), ``does_not_fit`` (the window's verdict is any but that it fits),
    ``end_known`` (a day of the model's deprecation or retirement), ``long_context_price`` (the model has one),
    ``before_first_price`` (the day is), ``undated_price`` (the day of the first one is not known).
    """
    request, life = context.request, context.model.lifecycle
    found = {key for key, value in request.body.items() if value is not None}
    for _, block in request.blocks():
        found.add(_BLOCKS[type(block)])
        if block.cache is not None:
            found.add("cache_control")
    messages = request.messages
    circumstances = {
        "cache_control": any(tool.cache is not None for tool in request.tools),
        "betas": bool(context.betas),
        "batch": request.batch,
        "max_tokens:0": request.max_tokens == 0,
        "max_tokens:1": request.max_tokens == 1,
        "unpaired_surrogates": bool(request.unpaired_surrogates),
        "thinks_by_default": context.model.thinking.default == "adaptive",
        "ends_with_assistant": bool(messages) and messages[-1].role == "assistant",
        "system_message": any(message.role == "system" for message in messages),
        "anthropic_version": request.anthropic_version is not None,
        "zero_retention": request.zero_retention,
        "no_messages": not messages,
        "count_tokens": request.form == "count_tokens",
        "lint": context.command == "lint",
        "does_not_fit": context.budget.verdict != "fits",
        "end_known": any((life.retired, life.known_retired, life.deprecated)),
        "long_context_price": bool(context.model.long_context),
        "before_first_price": context.model.price_period(context.on)[1],
        "undated_price": context.model.prices[0].start is None,
    }
    return frozenset(found | {name for name, holds in circumstances.items() if holds})
