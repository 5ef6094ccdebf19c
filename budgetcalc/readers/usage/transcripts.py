"""The fast way through transcripts: ordinary lines become packed calls, all others go the general way.

Whatever a line holds, both ways give the same answer: a line is ordinary only if every value that can matter is of
the type and range expected.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from msgspec import DecodeError, MsgspecError

from budgetcalc.packed_calls import TAIL, PackedCalls, Shape, fingerprint, flags, identity
from budgetcalc.readers.byte_streams import Line as TextLine
from budgetcalc.readers.byte_streams import split_lines
from budgetcalc.readers.recorded_times import YEARS
from budgetcalc.readers.usage import sse
from budgetcalc.readers.usage.claude_code import BARE_TYPES, FIRST_OUTPUT, SYNTHETIC, UNFINISHED
from budgetcalc.readers.usage.fields import ASSUMED_5M, Origin
from budgetcalc.readers.usage.transcript_lines import BLOCKS, LINE
from budgetcalc.readers.usage.values import line_value, line_values

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from budgetcalc.readers.files import Opened
    from budgetcalc.readers.usage.transcript_lines import Line, Message, Usage
    from budgetcalc.readers.usage.values import Value
    from budgetcalc.usage import InvalidRow

LONGEST = 1 << 24
"""Bytes of a line that are still held; longer ones, and what follows them, are read the general way."""

_MOST_UNUSUAL = 8
"""Unusual lines in a row after which the rest of a block is not tried: it is another format's."""

_OTHER_TYPES = frozenset({"message", "error", "result"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 24 * 60 * 60 * 1_000_000
_EPOCH_DAY = _EPOCH.toordinal()
_OPEN, _CLOSE = b"{}"


class _UnusualError(Exception):
    """A line is not one of the ordinary ones."""


def transcript_values(opened: Opened) -> Iterator[Value | InvalidRow | PackedCalls]:
    """Yield the calls of lines packed, and the values of lines that take the general way.

    Args:
        opened: an input that is read line by line.
    """
    if len(opened.head) > LONGEST or opened.limits.line < 2 * LONGEST:
        yield from line_values(opened.lines(), opened)
        return
    number, start = 1, b""
    chunks = chain((opened.head,), opened.rest)
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            is_whole = not start and end == len(chunk)
            block = chunk if is_whole else b"".join((start, memoryview(chunk)[:end]))
            start = chunk[end:]
            number += yield from _block_values(opened.file, block, number)
        else:
            start += chunk
        if len(start) > LONGEST:
            rest = split_lines(chain((start,), chunks), opened.limits.line)
            moved = (TextLine(line.number + number - 1, line.offset, line.data) for line in rest)
            yield from line_values(moved, opened)
            return
    if start:
        yield from _block_values(opened.file, start, number)


def _block_values(
    file: str, block: bytes, number: int
) -> Generator[Value | InvalidRow | PackedCalls, None, int]:
    """Yield what whole lines hold, and return how many they are; ``number`` is the first one's."""
    lines, raw, at, unusual = _decoded(block), None, 0, 0
    while at < len(lines):
        end = at
        if unusual < _MOST_UNUSUAL:
            end, packed = _packed(file, lines, at, number)
            unusual = 0 if end > at else unusual + 1
            if end > at:
                yield packed
        if end < len(lines):
            raw = raw or block.split(b"\n")
            if raw[end].strip():
                yield line_value(raw[end], Origin(file, number + end))
        at = end + 1
    return len(lines)


def _decoded(block: bytes) -> Sequence[Line | None]:
    """Return each line, ``None`` where it is blank, broken or unusual."""
    count = _plain_lines(block)
    if count:
        try:
            lines = LINE.decode_lines(block)
        except (MsgspecError, RecursionError, UnicodeDecodeError):
            pass
        else:
            if len(lines) == count:
                return lines
    return [_line(raw) for raw in block.removesuffix(b"\n").split(b"\n")]


def _plain_lines(block: bytes) -> int:
    """Return the number of lines if each goes from brace to brace and the block is UTF-8, else 0.

    No value goes on from a closing brace to an opening one, so that then none has a line break within: as many
    values as lines are one on each.
    """
    last = len(block) - 1 if block.endswith(b"\n") else len(block)
    if not last or block[0] != _OPEN or block[last - 1] != _CLOSE or not _is_utf8(block):
        return 0
    count, at = 1, block.find(b"\n", 0, last)
    while at >= 0:
        if block[at - 1] != _CLOSE or block[at + 1] != _OPEN:
            return 0
        count, at = count + 1, block.find(b"\n", at + 1, last)
    return count


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


_NO_WARNINGS: tuple[str, ...] = ()
_ASSUMED = (ASSUMED_5M,)

_ORDINARY_TIERS = (None, "standard")
_ORDINARY_PLACES = (None, "global", "not_available", "us")
_ORDINARY_SPEEDS = (None, "standard", "fast")


def _packed(  # noqa: C901, PLR0912, PLR0915 - a call for each line would take longer than what is done there
    file: str, lines: Sequence[Line | None], start: int, number: int
) -> tuple[int, PackedCalls]:
    """Return where the next unusual line is, and the calls of the lines before it.

    Neighbouring lines of one call become one. This is one loop, and some of its steps are written out, because most
    of the time that transcripts take after their decoding is spent here.

    Args:
        file: where the lines are.
        lines: the lines.
        start: the first one that is looked at.
        number: the first line's number in the file.
    """
    rows, end = 0, start
    silent: set[str | None] = set()
    kinds: dict[tuple[Any, ...], int] = {}
    whats: dict[tuple[Any, ...], int] = {}
    shapes: dict[tuple[int, tuple[str, ...]], int] = {}
    calls: list[tuple[int, bytes, bytes]] = []
    last_call, last_request, last_stamp, last_what = "", None, "", -1
    moment = first = repeats = 0
    counts: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()

    def flush() -> None:
        index = shapes.setdefault((last_what, warnings), len(shapes))
        day = moment // _DAY + _EPOCH_DAY
        tail = TAIL.pack(day, flags(counts), first, moment, fingerprint(last_request), repeats, *counts)
        calls.append((index, identity(last_call), tail))

    try:
        for end, line in enumerate(islice(lines, start, None), start):
            if line is None:
                break
            message = line.message
            if message is None or (usage := message.usage) is None:
                if line.type not in silent or line.is_api_error or not line.session:
                    _check_callless(line)
                    silent.add(line.type)
                elif message is not None and message.model is not None:
                    _check_callless(line)
                continue
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
            )
            try:
                what = kinds[key]
            except KeyError:
                what = kinds[key] = whats.setdefault(_what(key), len(whats))
            call, stamp = message.id, line.timestamp
            if not call or not stamp:
                break
            request = None if line.is_sidechain or line.forked_from else line.request or None
            new_counts, new_warnings = _counts(message, usage)
            if call == last_call and request == last_request and what == last_what:
                if stamp != last_stamp:
                    moment, last_stamp = min(moment, _microseconds(stamp)), stamp
                if new_counts != counts:
                    counts = _merged(counts, new_counts)
                if new_warnings != warnings:
                    warnings = tuple(each for each in warnings if each in new_warnings)
                repeats += 1
            else:
                new_moment = _microseconds(stamp)
                if rows:
                    flush()
                last_call, last_request, last_stamp, last_what = call, request, stamp, what
                first, moment, counts, warnings, repeats = (
                    number + end,
                    new_moment,
                    new_counts,
                    new_warnings,
                    0,
                )
            rows += 1
        else:
            end = len(lines)
    except _UnusualError:
        pass
    if rows:
        flush()
    said = list(whats)
    found = tuple(_shape(file, said[what], warnings) for what, warnings in shapes)
    return end, PackedCalls(file, None, "claude-code", (), rows=rows, shapes=found, calls=tuple(calls))


def _check_callless(line: Line) -> None:
    """Make sure that a line without usage holds no call, and is of no other format.

    Raises:
        _UnusualError: it may.
    """
    message, kind = line.message, line.type
    if line.is_api_error or (message is not None and message.model == SYNTHETIC):
        raise _UnusualError
    if kind is None or _is_of_others(kind) or not (line.session or kind in BARE_TYPES):
        raise _UnusualError


@lru_cache(256)
def _is_of_others(kind: str) -> bool:
    """Whether a line of this type may be of another format in spite of its session."""
    return kind in _OTHER_TYPES or sse.is_this({"type": kind})


def _what(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what a line's shape is made of.

    Raises:
        _UnusualError: it is not that of an ordinary call.
    """
    model, project, session_id, session, version, tier, place, speed, kind, stop_reason, is_api_error = key
    if (
        kind != "assistant"
        or not model
        or not session
        or model == SYNTHETIC
        or is_api_error
        or stop_reason == "refusal"
        or tier not in _ORDINARY_TIERS
        or place not in _ORDINARY_PLACES
        or speed not in _ORDINARY_SPEEDS
    ):
        raise _UnusualError
    return model, project, session_id or session, version, tier, place == "us", speed == "fast"


def _counts(message: Message, usage: Usage) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the counts as they are packed, and what has to be said of them."""
    fresh, output, split = usage.input_tokens, usage.output_tokens, usage.cache_creation
    if fresh is None or output is None:
        raise _UnusualError
    total, thinking, searches, warnings = usage.cache_creation_input_tokens, 0, 0, _NO_WARNINGS
    if split is None:
        five, hour = total or 0, 0
        if five:
            warnings = _ASSUMED
    else:
        five, hour = split.ephemeral_5m_input_tokens or 0, split.ephemeral_1h_input_tokens or 0
        if total is not None and five + hour != total:
            raise _UnusualError
    if usage.output_tokens_details is not None:
        known = usage.output_tokens_details.thinking_tokens
        if known is not None:
            if known > output:
                raise _UnusualError
            thinking = known + 1
    if usage.iterations:
        _check_iterations(message, usage, output)
    if output <= FIRST_OUTPUT and message.stop_reason is None:
        warnings = (*warnings, UNFINISHED)
    if usage.server_tool_use is not None:
        searches = usage.server_tool_use.web_search_requests or 0
    return (fresh, five, hour, usage.cache_read_input_tokens or 0, output, thinking, searches), warnings


def _check_iterations(message: Message, usage: Usage, output: int) -> None:
    """Make sure that the top level says all: one iteration, which is the call itself."""
    iterations = usage.iterations or []
    only = iterations[0]
    is_itself = only.type in (None, "message") and (only.output_tokens or 0) == output
    if only.cache_creation is not None and only.cache_creation != usage.cache_creation:
        raise _UnusualError
    if len(iterations) > 1 or not is_itself or (only.model or message.model) != message.model:
        raise _UnusualError
    if not only.model:
        # A block of a fallback names the model that was asked first.
        try:
            blocks = BLOCKS.decode(message.content)
        except DecodeError:
            raise _UnusualError from None
        if any(block.type == "fallback" for block in blocks):
            raise _UnusualError


def _merged(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    """Return the counts of one call of two lines, as :meth:`budgetcalc.usage.UsageTokens.merged` does."""
    if one == two:
        return one
    fresh, five, hour, read, output, thinking, searches = map(max, one, two)
    if one[1:3] != two[1:3]:
        writes, hour = max((one[1] + one[2], one[2]), (two[1] + two[2], two[2]))
        five = writes - hour
    return fresh, five, hour, read, output, thinking, searches


def _microseconds(stamp: str) -> int:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        raise _UnusualError from None
    if moment.tzinfo is not UTC or moment.year not in YEARS:
        raise _UnusualError
    passed = moment - _EPOCH
    return passed.days * _DAY + passed.seconds * 1_000_000 + passed.microseconds


def _shape(file: str, what: tuple[Any, ...], warnings: tuple[str, ...]) -> Shape:
    model, project, session, version, tier, us_only, fast = what
    said = (("project", project), ("session", session), ("version", version))
    return Shape(
        file,
        "claude-code",
        ((model, None),),
        None,
        "call",
        tier or "standard",
        us_only,
        fast,
        "",
        (("source", "claude-code"), *((name, value) for name, value in said if value)),
        warnings,
    )


def _keep_freed_memory() -> None:
    """Let the C library keep memory that is freed, where it otherwise takes new pages for each block of lines.

    glibc raises its thresholds to the largest piece that was ever freed (mallopt(3), ``M_MMAP_THRESHOLD``); other
    libraries do nothing. The piece is never written to, so that it takes no memory.
    """
    bytes(LONGEST)  # of zeros that the system gives; a `bytearray` writes its own


_keep_freed_memory()
