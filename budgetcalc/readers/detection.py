"""Which kind of request a JSON value is: one table, tried from the top; the first test that holds decides.

Tests look at keys and at types of values, never at file names. What is no request is told by
:mod:`.refusals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.locations import printable
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RequestKind = Literal["messages", "batch", "message-list", "openai", "responses", "converse", "request-list"]

_SHOWN_KEYS = 8
_BESIDE_A_MODEL = frozenset({"max_tokens", "system", "tools"})
_WRAPPERS = ("params", "request", "body")
_LONGEST_MISSPELLING = 12
_ROLES = frozenset({"user", "assistant", "system", "developer", "tool", "function"})
_OPENAI_ROLES = frozenset({"developer", "tool", "function"})
_OPENAI_BLOCKS = frozenset(
    {"image_url", "input_text", "output_text", "input_image", "input_audio", "input_file"}
)
_OPENAI_KEYS = frozenset(
    {
        "functions",
        "function_call",
        "max_completion_tokens",
        "response_format",
        "reasoning_effort",
        "parallel_tool_calls",
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "logprobs",
        "stream_options",
    }
)
_MESSAGES_KEYS = frozenset(
    {"system", "anthropic_version", "anthropic_beta", "betas", "thinking", "cache_control", "output_config"}
)
_ONLY_MESSAGES_KEYS = _MESSAGES_KEYS - {"thinking", "cache_control"}
"""Keys that gateways with OpenAI's interface do not take for Claude."""

_CONVERSE_KEYS = frozenset(
    {"inferenceConfig", "toolConfig", "additionalModelRequestFields", "guardrailConfig"}
)
_CONVERSE_BLOCKS = frozenset(
    {"text", "image", "document", "video", "toolUse", "toolResult", "reasoningContent", "cachePoint"}
    | {"guardContent", "citationsContent", "searchResult"}
)


def request_kind(value: Any) -> RequestKind | None:
    """Return which kind of request a JSON value is; ``None`` when it is none."""
    return next((kind for kind, test in _REQUESTS if test(value)), None)


def unknown_value(value: Any) -> str:
    """Return the sentence about JSON that is nothing known: names of keys, never values."""
    if isinstance(value, dict):
        return _unknown_object(value) if value else "the JSON object is empty"
    if isinstance(value, list):
        bad = next((index for index, item in enumerate(value) if not is_message(item)), 0)
        sentence = f"this JSON list is no list of messages: entry {bad} has not both `role` and `content`"
        return sentence if value else "the JSON list is empty"
    names = {str: "a string", bool: "true or false", type(None): "null"}
    return f"the JSON is {names.get(type(value), 'a number')}, not a request"


def body_meant(value: Any) -> Mapping[str, Any] | None:
    """Return what has the look of a request in a value that is none: a model beside what only requests have."""
    inner = [value.get(key) for key in _WRAPPERS] if isinstance(value, dict) else []
    return next((body for body in (value, *inner) if _has_the_look(body)), None)


def _has_the_look(value: Any) -> bool:
    is_named = bool(string_at(value, "model"))
    return is_named and (not _BESIDE_A_MODEL.isdisjoint(value) or misspelt_messages(value) is not None)


def misspelt_messages(value: Mapping[str, Any]) -> str | None:
    """Return the key that looks like ``messages`` and is not."""
    from difflib import get_close_matches

    keys = [key for key in value if len(key) <= _LONGEST_MISSPELLING]
    return next(iter(get_close_matches("messages", keys, n=1, cutoff=0.75)), None)


def looks_like_json(text: str) -> bool:
    """Whether a text begins as a JSON object or list does, and not as ``{{name}}`` or ``[1] a footnote``."""
    return _JSON_START.match(text) is not None


def is_message(value: Any) -> bool:
    """Whether a value is one message of a conversation, of Anthropic's or OpenAI's form."""
    return (
        isinstance(value, dict)
        and string_at(value, "role") in _ROLES
        and ("content" in value or "tool_calls" in value or "output_config" in value)
    )


_JSON_START = pattern(r"""\s*(?:\{\s*(?:["'}]|$)|\[\s*(?:[{\[\]]|$))""")


def _is_openai(value: Any) -> bool:
    """Whether messages, or a body with messages, are written for OpenAI's Chat Completions."""
    body = value if isinstance(value, dict) else {}
    messages = body.get("messages") if body else value
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        return False
    if _is_claude_body(body):
        return False
    if any(body.get(key) is not None for key in _OPENAI_KEYS) or _has_function_tools(body):
        return True
    if any(map(_is_openai_message, messages)):
        return True
    # A system message at the start: a mistake in a Messages body, the custom everywhere else.
    starts_with_system = bool(messages) and messages[0].get("role") == "system"
    is_messages_body = not _MESSAGES_KEYS.isdisjoint(body) or (
        "max_tokens" in body and str(body.get("model", "claude-")).startswith("claude-")
    )
    return starts_with_system and not is_messages_body


def _is_claude_body(body: Mapping[str, Any]) -> bool:
    """Whether a body says Messages API in so many words: what is OpenAI's in it is a mistake, no dialect."""
    return str(body.get("model", "")).startswith("claude-") and not _ONLY_MESSAGES_KEYS.isdisjoint(body)


def _is_openai_message(message: Mapping[str, Any]) -> bool:
    content = message.get("content")
    return (
        string_at(message, "role") in _OPENAI_ROLES
        or bool(message.get("tool_calls") or message.get("function_call") or message.get("tool_call_id"))
        or (isinstance(content, list) and any(type_of(block) in _OPENAI_BLOCKS for block in content))
    )


def _has_function_tools(body: Mapping[str, Any]) -> bool:
    tools = body.get("tools")
    return isinstance(tools, list) and any(type_of(tool) == "function" for tool in tools)


def _is_converse(value: Any) -> bool:
    """Whether a body is written for Bedrock's Converse: blocks are known by their key, not by a type."""
    if not isinstance(value, dict) or not isinstance(value.get("messages"), list):
        return False
    if not _CONVERSE_KEYS.isdisjoint(value):
        return True
    if not {"model", "max_tokens"}.isdisjoint(value) or not _MESSAGES_KEYS.isdisjoint(
        value.keys() - {"system"}
    ):
        return False
    blocks = [
        block
        for message in value["messages"]
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        for block in message["content"]
    ]
    return bool(blocks) and all(
        isinstance(block, dict) and "type" not in block and not _CONVERSE_BLOCKS.isdisjoint(block)
        for block in blocks
    )


def _is_responses(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and "messages" not in value
        and ("instructions" in value or "model" in value or "max_output_tokens" in value)
        and isinstance(value.get("input"), str | list)
    )


def _is_message_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_message, value))


def _is_request_list(value: Any) -> bool:
    keys = {"messages", "params", "body", "request", "modelInput"}
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and not keys.isdisjoint(item) for item in value)
    )


_REQUESTS: tuple[tuple[RequestKind, Callable[[Any], bool]], ...] = (
    ("batch", lambda value: isinstance(value, dict) and isinstance(value.get("requests"), list)),
    ("converse", _is_converse),
    ("openai", lambda value: isinstance(value, dict) and _is_openai(value)),
    ("messages", lambda value: isinstance(value, dict) and "messages" in value),
    ("responses", _is_responses),
    ("openai", lambda value: _is_message_list(value) and _is_openai(value)),
    ("message-list", _is_message_list),
    ("request-list", _is_request_list),
)


def string_at(value: Any, key: str) -> str:
    """Return the string under ``key``, or none: a list there must not break a test."""
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def type_of(value: Any) -> str:
    """Return the ``type`` of an object, as blocks and tools have one."""
    return string_at(value, "type")


def _unknown_object(value: Mapping[str, Any]) -> str:
    keys = [f"`{printable(key, limit=40)}`" for key in list(value)[:_SHOWN_KEYS]]
    rest = f" and {len(value) - _SHOWN_KEYS} more" if len(value) > _SHOWN_KEYS else ""
    return (
        "this JSON object is not a request: none of `messages`, `requests`, `input`, `params`, `body` and"
        f" `request` was found; its keys are {', '.join(keys)}{rest}"
    )
