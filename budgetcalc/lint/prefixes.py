"""What of two requests is the same: digests of tools, system prompts and messages, and where they part.

``cache_control`` is no content, and a string is the same as one text block. Two forms are compared: as sent,
where the order of keys inside a tool's schema or a call's input counts because it is part of the prompt; and
sorted, which tells an order that changed from a content that did.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.digests import short_digest
from budgetcalc.lint.body_values import is_masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest, Part

THINKING = ("thinking", "redacted_thinking")
_FREE_FORM = ("input", "input_schema")
Difference = Literal["order", "content", "thinking"]


def digest(*texts: str | bytes) -> bytes:
    """Return a digest of the texts that no two different lists of them share."""
    data = [text if isinstance(text, bytes) else text.encode(errors="surrogatepass") for text in texts]
    return short_digest(b"".join(piece for each in data for piece in (len(each).to_bytes(8), each)), 16)


def canonical(block: Any, *, is_sorted: bool = False) -> str:
    """Return a block or a tool as one text: without ``cache_control``, equal for what the model reads alike."""
    return json.dumps(_plain(block, is_sorted=is_sorted), sort_keys=True)


def _plain(block: Any, *, is_sorted: bool) -> Any:
    if not isinstance(block, dict):
        return {"type": "text", "text": block} if isinstance(block, str) else block
    plain = {key: value for key, value in block.items() if key != "cache_control"}
    for key in _FREE_FORM:
        if key in plain:
            plain[key] = json.dumps(plain[key], sort_keys=is_sorted)
    if isinstance(plain.get("content"), list):
        plain["content"] = [_plain(inner, is_sorted=is_sorted) for inner in plain["content"]]
    return plain


def blocks_of(content: Any) -> list[Any]:
    """Return the blocks of a message's or system prompt's content; a string is one block."""
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def messages_of(request: Request) -> list[Mapping[str, Any]]:
    """Return the messages as they were sent."""
    messages = request.body.get("messages")
    return (
        [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []
    )


def block_type(block: Any) -> str:
    """Return the type of a raw block; a string is text."""
    return str(block.get("type", "text")) if isinstance(block, dict) else "text"


def is_same_answer(returned: Any, replayed: Any) -> bool:
    """Return whether a turn is certainly a recorded answer, be it changed: an id or a signature is in both.

    Two runs of one question often say the same words.
    """
    return not _marks(returned).isdisjoint(_marks(replayed))


def _marks(content: Any) -> set[str]:
    """Return what no two answers share: ids of calls, signatures, redacted data."""
    values = (
        block.get(key)
        for block in blocks_of(content)
        if isinstance(block, dict)
        for key in _UNIQUE_TO_AN_ANSWER
    )
    return {value for value in values if isinstance(value, str) and value and not is_masked(value)}


_UNIQUE_TO_AN_ANSWER = ("id", "signature", "data")


def message_digest(
    message: Mapping[str, Any], *, is_sorted: bool = False, with_thinking: bool = True
) -> bytes:
    """Return a digest of a message's role and blocks."""
    blocks = (
        canonical(block, is_sorted=is_sorted)
        for block in blocks_of(message.get("content"))
        if with_thinking or block_type(block) not in THINKING
    )
    return digest(str(message.get("role")), *blocks)


def conversation_digests(request: Request) -> tuple[bytes, ...]:
    """Return, for each message, a digest of the conversation up to it; thinking and orders do not count."""
    found, before = [], b""
    for message in messages_of(request):
        before = turn_digest(before, message)
        found.append(before)
    return tuple(found)


def turn_digest(before: bytes, message: Mapping[str, Any]) -> bytes:
    """Return the digest of a conversation that one more message is added to."""
    return digest(before, message_digest(message, is_sorted=True, with_thinking=False))


def static_digest(request: Request) -> bytes:
    """Return a digest of tools and system prompt."""
    return digest(digest(*_listed(request, "tools")), digest(*_listed(request, "system")))


def prefix_digest(request: Request, path: str, *more: str) -> bytes:
    """Return a digest of what the model reads up to a tool or a block of the system prompt, and of more texts.

    Args:
        request: whose tools and system prompt.
        path: JSON pointer of the last of it, as ``/tools/2``, ``/system/0`` or ``/system``.
        more: what else must be the same.
    """
    key, _, index = path.removeprefix("/").partition("/")
    tools, system = blocks_of(request.body.get("tools")), blocks_of(request.body.get("system"))
    end = int(index.partition("/")[0]) + 1 if index else None
    read = tools[:end] if key == "tools" else [*tools, None, *system[:end]]
    return digest(*more, *(canonical(item) for item in read if not _is_billing_header(item)))


def have_static_in_common(one: Request, other: Request) -> bool:
    """Return whether two requests share a tool or a system prompt, or have neither."""
    tools, system = _listed(one, "tools"), _listed(one, "system")
    if not tools and not system:
        return static_digest(one) == static_digest(other)
    is_same_system = bool(system) and system == _listed(other, "system")
    return is_same_system or not set(tools).isdisjoint(_listed(other, "tools"))


def difference(before: Request, after: Request, key: Literal["tools", "system"]) -> Difference | None:
    """Return how the tools or the system prompt of two requests differ."""
    one, other = _listed(before, key), _listed(after, key)
    if one == other:
        return None
    alike = sorted(_listed(before, key, is_sorted=True)) == sorted(_listed(after, key, is_sorted=True))
    return "order" if alike else "content"


def first_changed_message(before: Request, after: Request) -> tuple[int, Difference] | None:
    """Return the first message of the earlier request that the later one sends otherwise, and how."""
    for index, (one, other) in enumerate(zip(messages_of(before), messages_of(after), strict=False)):
        if message_digest(one) == message_digest(other):
            continue
        if message_digest(one, is_sorted=True) == message_digest(other, is_sorted=True):
            return index, "order"
        if message_digest(one, with_thinking=False) == message_digest(other, with_thinking=False):
            return index, "thinking"
        return index, "content"
    return None


_BILLING_HEADER = "x-anthropic-billing-header:"
"""Claude Code begins its system prompt with it, another one each time; recordings read the cache all the same."""


def _listed(request: Request, key: Literal["tools", "system"], *, is_sorted: bool = False) -> list[str]:
    items = blocks_of(request.body.get(key))
    return [canonical(item, is_sorted=is_sorted) for item in items if not _is_billing_header(item)]


def _is_billing_header(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("text", "")).startswith(_BILLING_HEADER)


# ---- Tokens ------------------------------------------------------------------------------------------------


def tokens_before_system(counted: CountedRequest) -> int:
    """Return the tokens of the tools, which the model reads first."""
    return _tokens_until(counted.parts, lambda part: part.path.startswith("/system") or _is_said(part))


def tokens_before_messages(counted: CountedRequest, index: int = 0) -> int:
    """Return the tokens before the message with this index."""
    return _tokens_until(counted.parts, lambda part: part.message is not None and part.message >= index)


def _is_said(part: Part) -> bool:
    return part.message is not None


def _tokens_until(parts: Iterable[Part], is_end: Any) -> int:
    return sum(_counts_until(parts, is_end))


def _counts_until(parts: Iterable[Part], is_end: Any) -> Iterator[int]:
    for part in parts:
        if is_end(part):
            return
        yield part.count.tokens
