"""The fast way through transcripts: ordinary lines become packed calls, all others go the general way.

Whatever a line holds, both ways give the same answer: a line is ordinary only if every value that can matter is of
the type and range expected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import DecodeError, MsgspecError

from budgetcalc.packed_calls import TAIL, PackedCalls, Shape, fingerprint, identity
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

_OTHER_TYPES = frozenset({"message", "error", "result"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
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
    packer, raw = _Packer(file), None
    lines = _decoded(block)
    for at, line in enumerate(lines):
        if line is not None:
            try:
                packer.add(line, number + at)
            except _UnusualError:
                pass
            else:
                packer.lines += 1
                continue
        raw = raw or block.split(b"\n")
        if raw[at].strip():
            if packer.lines:
                yield packer.packed()
                packer = _Packer(file)
            yield line_value(raw[at], Origin(file, number + at))
    if packer.lines:
        yield packer.packed()
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


_ORDINARY_TIERS = (None, "standard")
_ORDINARY_PLACES = (None, "global", "not_available", "us")
_ORDINARY_SPEEDS = (None, "standard", "fast")


@dataclass(slots=True)
class _Packer:
    """Packs ordinary lines; neighbouring lines of one call become one."""

    file: str
    lines: int = 0
    rows: int = 0
    calls: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    shapes: dict[Any, int] = field(default_factory=dict)
    last: list[Any] | None = None

    def add(self, line: Line, number: int) -> None:
        """Take in a line.

        Raises:
            _UnusualError: it needs the general way; nothing was taken in.
        """
        message = line.message
        session = line.session
        usage = message.usage if message is not None else None
        if message is None or usage is None:
            if line.is_api_error or (message is not None and message.model == SYNTHETIC):
                raise _UnusualError
            kind = line.type
            if kind is None or _is_of_others(kind) or not (session or kind in BARE_TYPES):
                raise _UnusualError
            return
        call, model, stamp = message.id, message.model, line.timestamp
        if (
            line.type != "assistant"
            or not call
            or not model
            or not session
            or not stamp
            or model == SYNTHETIC
            or line.is_api_error
            or message.stop_reason == "refusal"
            or usage.service_tier not in _ORDINARY_TIERS
            or usage.inference_geo not in _ORDINARY_PLACES
            or usage.speed not in _ORDINARY_SPEEDS
        ):
            raise _UnusualError
        request = None if line.is_sidechain or line.forked_from else line.request or None
        what = (
            model,
            line.cwd,
            line.session_id or session,
            line.version,
            usage.service_tier,
            usage.inference_geo == "us",
            usage.speed == "fast",
        )
        counts, warnings = _counts(message, usage)
        last = self.last
        if last is not None and last[0] == call and last[1] == request and last[2] == what:
            if last[3] != stamp:
                last[4] = min(last[4], _microseconds(stamp))
                last[3] = stamp
            last[5] = _merged(last[5], counts)
            last[6] = tuple(each for each in last[6] if each in warnings)
            last[8] += 1
        else:
            moment = _microseconds(stamp)
            self._flush()
            self.last = [call, request, what, stamp, moment, counts, warnings, number, 0]
        self.rows += 1

    def packed(self) -> PackedCalls:
        """Return all that was taken in."""
        self._flush()
        shapes = tuple(_shape(self.file, *key) for key in self.shapes)
        return PackedCalls(
            self.file, None, "claude-code", (), rows=self.rows, shapes=shapes, calls=tuple(self.calls)
        )

    def _flush(self) -> None:
        if self.last is None:
            return
        call, request, what, _, moment, counts, warnings, number, repeats = self.last
        index = self.shapes.setdefault((what, warnings), len(self.shapes))
        day = moment // _DAY + _EPOCH_DAY
        tail = TAIL.pack(number, moment, day, fingerprint(request), repeats, 0, *counts)
        self.calls.append((index, identity(call), tail))
        self.last = None


@lru_cache(256)
def _is_of_others(kind: str) -> bool:
    """Whether a line of this type may be of another format in spite of its session."""
    return kind in _OTHER_TYPES or sse.is_this({"type": kind})


def _counts(message: Message, usage: Usage) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the counts as they are packed, and what has to be said of them."""
    fresh, output = usage.input_tokens, usage.output_tokens
    if fresh is None or output is None:
        raise _UnusualError
    total, split, five, hour = usage.cache_creation_input_tokens, usage.cache_creation, 0, 0
    if split is not None:
        five, hour = split.ephemeral_5m_input_tokens or 0, split.ephemeral_1h_input_tokens or 0
    warnings: tuple[str, ...] = ()
    if total is not None and five + hour != total:
        if split is not None:
            raise _UnusualError
        five, warnings = total, (ASSUMED_5M,)
    thinking = 0
    if usage.output_tokens_details is not None:
        known = usage.output_tokens_details.thinking_tokens
        if known is not None:
            if known > output:
                raise _UnusualError
            thinking = known + 1
    if usage.iterations:
        _check_iterations(message, usage, output)
    if message.stop_reason is None and output <= FIRST_OUTPUT:
        warnings = (*warnings, UNFINISHED)
    tools = usage.server_tool_use
    searches = tools.web_search_requests or 0 if tools is not None else 0
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
    return (moment - _EPOCH) // _MICROSECOND


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
