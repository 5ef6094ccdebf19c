"""A number of tokens and how it is known."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Count:
    """Tokens with a band: the true number lies in ``low`` … ``high``; all three are equal when exact."""

    tokens: int
    low: int
    high: int
    method: Method

    def __add__(self, other: Count) -> Count:
        """Return the sum; its method is that of the less certain summand, its band the sum of the bands."""
        if other is _NOTHING:
            return self
        return Count(
            self.tokens + other.tokens,
            self.low + other.low,
            self.high + other.high,
            self.method if self.method == other.method else least_certain((self.method, other.method)),
        )


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

    Errors of different parts partly cancel, so distances from the estimate add up in quadrature; within a part
    they have been added up as they are, since one constant that is off is off every time.
    """
    tokens = sum(part.count.tokens for part in parts)
    below = _quadrature(part.count.tokens - part.count.low for part in parts)
    above = _quadrature(part.count.high - part.count.tokens for part in parts)
    return Count(tokens, tokens - below, tokens + above, least_certain(part.count.method for part in parts))


def _quadrature(widths: Iterable[int]) -> int:
    total = sum(width * width for width in widths)
    root = isqrt(total)
    return root if root * root == total else root + 1
