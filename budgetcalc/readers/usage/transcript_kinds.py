"""Which lines of transcripts are ordinary: rules on what many lines have in common.

A line's kind is everything that decides how its counts are read. A file has few kinds, so that each is judged once,
whoever reads the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from budgetcalc.packed_calls import Shape
from budgetcalc.readers.usage import sse
from budgetcalc.readers.usage.claude_code import BARE_TYPES, SYNTHETIC

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHER_TYPES = frozenset({"message", "error", "result"})
_ORDINARY_TIERS = (None, "standard")
_ORDINARY_PLACES = (None, "global", "not_available", "us")
_ORDINARY_SPEEDS = (None, "standard", "fast")


class Told(NamedTuple):
    """What decides a line's kind; null is like absent."""

    type: str | None
    is_api_error: bool | None
    is_sidechain: bool | None
    is_fork: bool
    cwd: str | None
    session: str | None
    session_id: str | None
    version: str | None
    model: str | None
    has_usage: bool
    stop_reason: str | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None
    has_split: bool = False
    has_iteration: bool = False
    iteration_type: str | None = None
    iteration_model: str | None = None
    iteration_has_split: bool = False


class Kind(NamedTuple):
    """How the counts of an ordinary call are read.

    Attributes:
        what: stands for what becomes of the line in a :class:`Shape`.
        is_open: no reason to stop is given.
        has_split: the lifetimes of cache writes are given.
        is_replay: the line may repeat another session's call under another request.
        has_iteration: the one iteration that there is is given.
        iteration_has_split: and the lifetimes of its cache writes.
    """

    what: int
    is_open: bool
    has_split: bool
    is_replay: bool
    has_iteration: bool
    iteration_has_split: bool


NO_CALL: Literal[False] = False
"""The kind of an ordinary line without a call. That of a line which is not ordinary is ``None``."""

Judged = Kind | Literal[False] | None

Row = tuple[Any, ...]
"""A line: its kind, number and offset; where it is an ordinary call, what is listed in :data:`VALUES`.

Of lines without a call there is a row for the first one of each kind, which says that this is a transcript.
"""

VALUES = (
    "requestId",
    "timestamp",
    "message.id",
    "message.usage.input_tokens",
    "message.usage.cache_creation_input_tokens",
    "message.usage.cache_read_input_tokens",
    "message.usage.output_tokens",
    "message.usage.cache_creation.ephemeral_5m_input_tokens",
    "message.usage.cache_creation.ephemeral_1h_input_tokens",
    "message.usage.server_tool_use.web_search_requests",
    "message.usage.iterations.output_tokens",
    "message.usage.output_tokens_details.thinking_tokens",
    "message.usage.iterations.cache_creation.ephemeral_5m_input_tokens",
    "message.usage.iterations.cache_creation.ephemeral_1h_input_tokens",
)
"""What an ordinary line's row holds; absent ones are ``None``, the time is in microseconds since 1970."""


@dataclass(slots=True)
class Kinds:
    """The kinds of the lines of one file."""

    file: str
    known: dict[Any, Judged] = field(default_factory=dict)
    _whats: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def judge(self, told: Told) -> Judged:
        """Return the kind of lines that tell this."""
        if not told.has_usage:
            return _judge_callless(told)
        if (
            told.type != "assistant"
            or not told.model
            or not told.session
            or told.model == SYNTHETIC
            or told.is_api_error
            or told.stop_reason == "refusal"
            or told.service_tier not in _ORDINARY_TIERS
            or told.inference_geo not in _ORDINARY_PLACES
            or told.speed not in _ORDINARY_SPEEDS
            or told.iteration_type not in (None, "message")
            or (told.iteration_model or told.model) != told.model
        ):
            return None
        what = (
            told.model,
            told.cwd,
            told.session_id or told.session,
            told.version,
            told.service_tier or "standard",
            told.inference_geo == "us",
            told.speed == "fast",
        )
        return Kind(
            self._whats.setdefault(what, len(self._whats)),
            told.stop_reason is None,
            told.has_split,
            bool(told.is_sidechain or told.is_fork),
            told.has_iteration,
            told.iteration_has_split,
        )

    def shapes(self, wanted: Iterable[tuple[int, tuple[str, ...]]]) -> tuple[Shape, ...]:
        """Return the shapes of calls of these kinds and with these warnings."""
        whats = list(self._whats)
        return tuple(_shape(self.file, whats[what], warnings) for what, warnings in wanted)


def _judge_callless(told: Told) -> Judged:
    """Judge lines without usage: they hold no call, and are of no other format, or it is not sure."""
    kind = told.type
    if told.is_api_error or told.model == SYNTHETIC or kind is None or _is_of_others(kind):
        return None
    return NO_CALL if told.session or kind in BARE_TYPES else None


@lru_cache(256)
def _is_of_others(kind: str) -> bool:
    """Whether a line of this type may be of another format in spite of its session."""
    return kind in _OTHER_TYPES or sse.is_this({"type": kind})


def _shape(file: str, what: tuple[Any, ...], warnings: tuple[str, ...]) -> Shape:
    model, project, session, version, tier, us_only, fast = what
    said = (("project", project), ("session", session), ("version", version))
    return Shape(
        file,
        "claude-code",
        ((model, None),),
        None,
        "call",
        tier,
        us_only,
        fast,
        "",
        (("source", "claude-code"), *((name, value) for name, value in said if value)),
        warnings,
    )
