"""The typed view of a transcript's line: what decides its cost, and what makes it unusual.

Decoding checks a line's syntax and skips what is not named here. A key of type ``None`` is one that an ordinary line
lacks: with a value it makes the decoder refuse the line, which then takes the general way.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Raw, Struct
from msgspec.json import Decoder

from budgetcalc.packed_calls import LARGEST_SMALL

_CAMEL = {
    "is_sidechain": "isSidechain",
    "forked_from": "forkedFrom",
    "session": "sessionId",
    "request": "requestId",
    "is_api_error": "isApiErrorMessage",
    "created_at_too": "createdAt",
}

Count = Annotated[int, Meta(ge=0, le=LARGEST_SMALL)]


class Lifetimes(Struct, gc=False):
    """``cache_creation``."""

    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class Details(Struct, gc=False):
    """``output_tokens_details``."""

    thinking_tokens: Count | None = None


class ServerTools(Struct, gc=False):
    """``server_tool_use``."""

    web_search_requests: Count | None = None


class Iteration(Struct, gc=False):
    """One of ``iterations``."""

    type: str | None = None
    model: str | None = None
    input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation: Lifetimes | None = None
    output_tokens: Count | None = None
    output_tokens_details: None = None


class Usage(Struct, gc=False):
    """``usage``."""

    input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation: Lifetimes | None = None
    output_tokens: Count | None = None
    server_tool_use: ServerTools | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    iterations: list[Iteration] | None = None
    speed: str | None = None
    output_tokens_details: Details | None = None
    fallback_credit: None = None


class Block(Struct, gc=False):
    """A block of ``content``."""

    type: str | None = None


class Message(Struct, gc=False, rename=_CAMEL):
    """``message``."""

    model: str | None = None
    id: str | None = None
    content: Raw = Raw()
    stop_reason: str | None = None
    usage: Usage | None = None
    service_tier: None = None
    custom_id: None = None
    timestamp: None = None
    created_at: None = None
    created_at_too: None = None
    created: None = None
    ts: None = None
    datetime: None = None
    date: None = None
    time: None = None


class Line(Struct, gc=False, rename=_CAMEL):
    """A line."""

    is_sidechain: bool | None = None
    forked_from: dict[str, Any] | None = None
    cwd: str | None = None
    session: str | None = None
    session_id: str | None = None
    version: str | None = None
    message: Message | None = None
    request: str | None = None
    type: str | None = None
    timestamp: str | None = None
    is_api_error: bool | None = None
    service_tier: None = None
    custom_id: None = None
    result: None = None


LINE = Decoder(Line)
BLOCKS = Decoder(list[Block])
