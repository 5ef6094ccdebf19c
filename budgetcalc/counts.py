"""A number of tokens and how it is known."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from math import isqrt
from typing import TYPE_CHECKING, Literal

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

Method = Literal["exact", "documented", "formula", "estimated"]
METHODS: tuple[Method, ...] = ("exact", "documented", "formula", "estimated")
"""From the most to the least certain: measured to the token on recordings; stated by the documentation; a
published formula on a known size; an estimate."""

PartKind = Literal[
    "system",
    "tools",
    "tool_prompt",
    "thinking_prompt",
    "text",
    "image",
    "document",
    "tool_use",
    "tool_result",
    "thinking",
    "server_tool",
    "frame",
]


Doubt = tuple[str, int, int]
"""A cause of doubt, and how far below and above the estimate it alone may put the true number."""


@dataclass(frozen=True, slots=True)
class Count:
    """Tokens with a band: the true number lies in ``low`` … ``high``; all three are equal when exact.

    Attributes:
        tokens: the estimate.
        low: the least the true number may be.
        high: the most it may be.
        method: how it is known.
        doubts: as much of the band as has a cause that may be behind other counts too, by cause. A constant that is
            off is off every time, and a header that is sent is sent for the whole request.
    """

    tokens: int
    low: int
    high: int
    method: Method
    doubts: tuple[Doubt, ...] = field(default=(), compare=False)

    def __add__(self, other: Count) -> Count:
        """Return the sum; its method is that of the less certain summand, its band the sum of the bands."""
        if other is _NOTHING:
            return self
        return Count(
            self.tokens + other.tokens,
            self.low + other.low,
            self.high + other.high,
            self.method if self.method == other.method else least_certain((self.method, other.method)),
            _joined((*self.doubts, *other.doubts))
            if self.doubts and other.doubts
            else self.doubts or other.doubts,
        )

    def due_to(self, cause: str) -> Count:
        """Return the count with all of its band due to one cause."""
        if self.low == self.high:
            return self
        doubt = (cause, self.tokens - self.low, self.high - self.tokens)
        return Count(self.tokens, self.low, self.high, self.method, (doubt,))


@lru_cache(maxsize=4096)
def exact(tokens: int) -> Count:
    """Return a count known to the token."""
    return Count(tokens, tokens, tokens, "exact")


_NOTHING = exact(0)


def least_certain(methods: Iterable[Method]) -> Method:
    """Return the least certain of the methods; ``exact`` for none."""
    return max({*methods}, key=METHODS.index, default="exact")


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a count.

    Attributes:
        kind: what it is.
        path: JSON pointer into the request; ``""`` for what the API adds to the request as a whole.
        message: index of its message; ``None`` outside the messages.
        count: its tokens and band.
        why: the rule or constant behind it, for ``explain`` and verbose output.
    """

    kind: PartKind
    path: str
    message: int | None
    count: Count
    why: str = ""


@dataclass(frozen=True, slots=True)
class StrippedThinking:
    """Prior thinking the model does not see, so that nobody is billed for it.

    Attributes:
        count: what the blocks would have cost; a band where one is redacted or summarised.
        blocks: how many.
        paths: their JSON pointers.
        reason: why, in a sentence; ``""`` when nothing is stripped.
    """

    count: Count
    blocks: int
    paths: tuple[str, ...]
    reason: str


NOTHING_STRIPPED = StrippedThinking(exact(0), 0, (), "")


@dataclass(frozen=True, slots=True)
class CountedRequest:
    """A request's input, part by part.

    Attributes:
        parts: in the order the model reads them; their tokens sum to ``total.tokens``.
        total: the whole input with a band of its own (errors of parts partly cancel).
        stripped: prior thinking that is not billed.
        next_turn_strips: what a following user turn would strip, when the conversation ends with an answer.
        kept_thinking: tokens of prior thinking that is billed again.
        notes: what the count had to assume, a sentence each.
    """

    parts: tuple[Part, ...]
    total: Count
    stripped: StrippedThinking
    next_turn_strips: StrippedThinking
    kept_thinking: Count
    notes: tuple[str, ...] = ()


def total_of(parts: tuple[Part, ...]) -> Count:
    """Return the sum of the parts with a band of its own.

    Errors that have nothing to do with one another partly cancel, so distances from the estimate add up in
    quadrature. Those of one cause do not cancel: they add up as they are, over all parts, before.
    """
    tokens = sum(part.count.tokens for part in parts)
    unsure = [part.count for part in parts if part.count.low != part.count.high]
    common = _joined(doubt for count in unsure for doubt in count.doubts)
    below = [count.tokens - count.low - sum(doubt[1] for doubt in count.doubts) for count in unsure]
    above = [count.high - count.tokens - sum(doubt[2] for doubt in count.doubts) for count in unsure]
    return Count(
        tokens,
        tokens - _quadrature((*below, *(doubt[1] for doubt in common))),
        tokens + _quadrature((*above, *(doubt[2] for doubt in common))),
        least_certain(part.count.method for part in parts),
    )


def _joined(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Return the doubts with those of the same cause added up."""
    found: dict[str, tuple[int, int]] = {}
    for cause, below, above in doubts:
        known = found.get(cause, (0, 0))
        found[cause] = known[0] + below, known[1] + above
    return tuple((cause, below, above) for cause, (below, above) in found.items())


def _quadrature(widths: Iterable[int]) -> int:
    total = sum(width * width for width in widths)
    root = isqrt(total)
    return root if root * root == total else root + 1
