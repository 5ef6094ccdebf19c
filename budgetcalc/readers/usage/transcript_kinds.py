"""Which lines of transcripts are ordinary: rules on what many lines have in common.

A line's kind is everything that decides how its counts are read. A file has few kinds, so that each is judged once,
whoever reads the lines.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from budgetcalc.packed_calls import PackedCalls, Shape
from budgetcalc.readers.recorded_times import YEARS
from budgetcalc.readers.usage import sse
from budgetcalc.readers.usage.claude_code import BARE_TYPES, SYNTHETIC, UNFINISHED
from budgetcalc.readers.usage.fields import ASSUMED_5M
from budgetcalc.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHER_TYPES = frozenset({"message", "error", "result"})
_ORDINARY_TIERS = (None, "standard")
_ORDINARY_PLACES = (None, "global", "not_available", "us")
_ORDINARY_SPEEDS = (None, "standard", "fast")

REMARKS = (ASSUMED_5M, UNFINISHED)
"""What can be said of an ordinary call. A set of them is a number with a bit for each, as are its warnings."""

DAY = 24 * 60 * 60 * 1_000_000
"""Microseconds."""

EPOCH_DAY = date(1970, 1, 1).toordinal()
EARLIEST, BEHIND_LATEST = (
    (date(year, 1, 1).toordinal() - EPOCH_DAY) * DAY for year in (YEARS.start, YEARS.stop)
)
"""The moments of ordinary lines, in microseconds since 1970."""


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

Unusual = tuple[int, int]
"""The number of a line that takes the general way, and its offset in the block."""

Piece = PackedCalls | Unusual
"""What a block of lines holds, in its order: the calls of ordinary lines up to the next unusual one, and that line."""

Pieces = Callable[[bytes, int, int, int, "Kinds"], "tuple[Iterable[Piece], int]"]
"""Takes apart the lines of a block from one offset to another, of which the first has a number, by the kinds of their
file. Returns what they hold, and the number of the line behind them."""


@dataclass(slots=True)
class Kinds:
    """The kinds of the lines of one file.

    Attributes:
        file: its name.
        known: the kinds that were met, as whoever reads the lines finds them and calls them.
    """

    file: str
    known: dict[Any, Any] = field(default_factory=dict)
    _numbers: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _whats: list[tuple[Any, ...]] = field(default_factory=list)

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
            or (told.iteration_has_split and not told.has_split)
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
        if what not in self._numbers:
            self._numbers[what] = len(self._whats)
            self._whats.append(what)
        return Kind(
            self._numbers[what],
            told.stop_reason is None,
            told.has_split,
            bool(told.is_sidechain or told.is_fork),
            told.has_iteration,
            told.iteration_has_split,
        )

    def shapes(self, wanted: Iterable[tuple[int, int]]) -> tuple[Shape, ...]:
        """Return the shapes of calls: of what stands for their kind, with sets of :data:`REMARKS`."""
        return tuple(_shape(self.file, self._whats[what], _warnings(remarks)) for what, remarks in wanted)


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


def _warnings(remarks: int) -> tuple[str, ...]:
    return tuple(remark for at, remark in enumerate(REMARKS) if remarks >> at & 1)


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
