"""The typed view of a transcript's line: what decides its cost, and what makes it unusual.

Decoding checks a line's syntax and skips what is not named here. A key of type ``None`` is one that an ordinary line
lacks: with a value it makes the decoder refuse the line, which then takes the general way.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import DecodeError, Meta, MsgspecError, Raw, Struct
from msgspec.json import Decoder

from budgetcalc.packed_calls import LARGEST_SMALL
from budgetcalc.readers.usage.transcript_kinds import DAY, Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetcalc.readers.usage.transcript_kinds import Kinds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN, _CLOSE = b"{}"

_CAMEL = {
    "is_sidechain": "isSidechain",
    "forked_from": "forkedFrom",
    "session": "sessionId",
    "request": "requestId",
    "is_api_error": "isApiErrorMessage",
    "created_at_too": "createdAt",
}

Row = tuple[Any, ...]
"""A line: its kind, number and offset; where it is an ordinary call, the values that ``transcript_packing`` takes.

Of lines without a call there is a row for the first one of each kind, which says that this is a transcript.
"""

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
_BLOCKS = Decoder(list[Block])


def rows(block: bytes, start: int, stop: int, number: int, kinds: Kinds) -> tuple[Iterator[Row], int]:
    """Return the rows of a block's lines, and the number of the line behind it.

    Args:
        block: lines of one file.
        start: where the first one begins.
        stop: where the last one ends.
        number: that of the first line.
        kinds: those that are known of the file.
    """
    part = block if stop - start == len(block) else block[start:stop]
    lines, starts = _decoded(part)
    return _rows(lines, starts, start, number, kinds), number + len(lines)


def _decoded(block: bytes) -> tuple[Sequence[Line | None], list[int]]:
    """Return each line, ``None`` where it is broken or unusual, and where it begins."""
    starts = _starts(block)
    if _is_plain(block, starts):
        try:
            lines = LINE.decode_lines(block)
        except (MsgspecError, RecursionError, UnicodeDecodeError):
            pass
        else:
            if len(lines) == len(starts):
                return lines, starts
    return [_line(raw) for raw in block.removesuffix(b"\n").split(b"\n")], starts


def _starts(block: bytes) -> list[int]:
    starts, at = [0], block.find(b"\n", 0, -1) + 1
    while at:
        starts.append(at)
        at = block.find(b"\n", at, -1) + 1
    return starts


def _is_plain(block: bytes, starts: list[int]) -> bool:
    """Return whether each line goes from brace to brace and the block is UTF-8.

    No value goes on from a closing brace to an opening one, so that then none has a line break within: as many
    values as lines are one on each.
    """
    end = len(block) - block.endswith(b"\n")
    return (
        block[end - 1 : end] == b"}"
        and block[:1] == b"{"
        and all(block[at] == _OPEN and block[at - 2] == _CLOSE for at in starts[1:])
        and _is_utf8(block)
    )


def _line(raw: bytes) -> Line | None:
    try:
        return LINE.decode(raw) if _is_utf8(raw) else None
    except (MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8: the decoder does not look into what it skips."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _rows(
    lines: Sequence[Line | None], starts: list[int], offset: int, number: int, kinds: Kinds
) -> Iterator[Row]:
    known, judge = kinds.known, kinds.judge
    last_stamp: str | None = None
    moment: int | None = None
    for at, line in enumerate(lines):
        place = number + at, offset + starts[at]
        if line is None:
            yield None, *place
            continue
        message = line.message
        usage = None if message is None else message.usage
        if message is None or usage is None:
            silent = line.type, line.is_api_error, not line.session, message and message.model
            if silent not in known:
                known[silent] = judge(_told(line))
                yield known[silent], *place
            elif known[silent] is None:
                yield None, *place
            continue
        listed = usage.iterations
        one = listed[0] if listed else None
        key = (
            message.model,
            line.cwd,
            line.session_id,
            line.session,
            line.version,
            usage.service_tier,
            usage.inference_geo,
            usage.speed,
            line.type,
            message.stop_reason,
            line.is_api_error,
            line.is_sidechain,
            bool(line.forked_from),
            usage.cache_creation is None,
            one and (one.type, one.model, one.cache_creation is None),
        )
        kind = known.get(key)
        if kind is None and key not in known:
            kind = known[key] = judge(_told(line))
        if line.timestamp != last_stamp:
            last_stamp, moment = line.timestamp, _microseconds(line.timestamp)
        if kind is None or moment is None or (listed and _is_unsure(message, listed)):
            yield None, *place
            continue
        split, details, tools = usage.cache_creation, usage.output_tokens_details, usage.server_tool_use
        own = one.cache_creation if one is not None else None
        yield (
            kind,
            *place,
            line.request or None,
            moment,
            message.id or None,
            usage.input_tokens,
            usage.cache_creation_input_tokens,
            usage.cache_read_input_tokens,
            usage.output_tokens,
            split and split.ephemeral_5m_input_tokens,
            split and split.ephemeral_1h_input_tokens,
            tools and tools.web_search_requests,
            one and one.output_tokens,
            details and details.thinking_tokens,
            own and own.ephemeral_5m_input_tokens,
            own and own.ephemeral_1h_input_tokens,
        )


def _told(line: Line) -> Told:
    message = line.message
    told = Told(
        line.type,
        line.is_api_error,
        line.is_sidechain,
        bool(line.forked_from),
        line.cwd,
        line.session,
        line.session_id,
        line.version,
        message.model if message is not None else None,
        has_usage=False,
    )
    if message is None or message.usage is None:
        return told
    usage = message.usage
    told = told._replace(
        has_usage=True,
        stop_reason=message.stop_reason,
        service_tier=usage.service_tier,
        inference_geo=usage.inference_geo,
        speed=usage.speed,
        has_split=usage.cache_creation is not None,
    )
    if not usage.iterations:
        return told
    one = usage.iterations[0]
    return told._replace(
        has_iteration=True,
        iteration_type=one.type,
        iteration_model=one.model,
        iteration_has_split=one.cache_creation is not None,
    )


def _is_unsure(message: Message, listed: Sequence[Iteration]) -> bool:
    """Whether there is more than one iteration, or a model was asked that another one stood in for."""
    if len(listed) > 1 or listed[0].model:
        return len(listed) > 1
    try:
        return any(block.type == "fallback" for block in _BLOCKS.decode(message.content))
    except DecodeError:
        return True


def _microseconds(stamp: str | None) -> int | None:
    """Return the microseconds from 1970 to a time in UTC; nothing where it is not sure."""
    try:
        moment = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    if moment.tzinfo is not UTC:
        return None
    passed = moment - _EPOCH
    return passed.days * DAY + passed.seconds * 1_000_000 + passed.microseconds
