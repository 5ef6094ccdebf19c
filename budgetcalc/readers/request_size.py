"""How many messages, blocks and tools a request has, before each of them becomes an object that is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.locations import Location

if TYPE_CHECKING:
    from budgetcalc.input_limits import Limits


def hold_size(body: Any, limits: Limits, file: str, line: int | None) -> None:
    """Check that a request has no more messages, content blocks and tools than the limit.

    Each of them takes some kilobytes in memory while it is counted: a text of 32 MB can hold a million.

    Raises:
        InputError: it has more.
    """
    messages = body if isinstance(body, list) else _list(body, "messages") or _list(body, "input")
    blocks = len(messages) + len(_list(body, "tools")) + len(_list(body, "system"))
    if blocks <= limits.blocks:
        blocks += sum(_content_blocks(message) for message in messages)
    if blocks > limits.blocks:
        raise InputError(
            f"the request has more than {limits.blocks:,} messages, content blocks and tools",
            location=Location(file, line),
            hint=limits.how_to_raise("blocks"),
        )


def _content_blocks(message: Any) -> int:
    """Return how many blocks a message has, those inside of tool results among them."""
    content = _list(message, "content")
    return len(content) + sum(len(_list(block, "content")) for block in content)


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []
