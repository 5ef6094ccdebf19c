"""What a request costs beyond its texts: measured constants, looked up by model; the content of ``framing.yaml``.

A constant says how it is known: at least five recordings from at least two repositories, without a band of its
own, make it ``exact``; everything else is ``estimated`` and carries a band.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Protocol

from budgetcalc.counts import Count

if TYPE_CHECKING:
    from collections.abc import Mapping


class Model(Protocol):
    """What a constant is looked up by."""

    @property
    def id(self) -> str:
        """The canonical id."""

    @property
    def generation(self) -> str:
        """What the model shares its frame with."""


ENOUGH_RECORDINGS = 5
ENOUGH_FAMILIES = 2


@dataclass(frozen=True, slots=True)
class FrameValue:
    """A constant in tokens for some models, with the evidence for it.

    Attributes:
        applies: names of frames, generations or models.
        tokens: the constant.
        low: the least it may be.
        high: the most it may be.
        recordings: recorded requests that use it and come out exact.
        misses: recorded requests that use it and do not.
        families: independent repositories among the recordings.
        calibrated: it was learned from the user's recordings and is not in ``framing.yaml``.
    """

    applies: frozenset[str]
    tokens: int
    low: int
    high: int
    recordings: int = 0
    misses: int = 0
    families: int = 0
    calibrated: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether the evidence is enough to call the constant exact."""
        settled = self.low == self.high == self.tokens and self.misses * 3 <= self.recordings
        trivial = self.tokens == 0 and self.recordings == 0
        return settled and (
            trivial or (self.recordings >= ENOUGH_RECORDINGS and self.families >= ENOUGH_FAMILIES)
        )

    def times(self, n: int) -> Count:
        """Return ``n`` uses of the constant as a count with its band."""
        if self.is_exact or n == 0:
            return Count(self.tokens * n, self.tokens * n, self.tokens * n, "exact")
        return Count(self.tokens * n, self.low * n, self.high * n, "estimated")


@dataclass(frozen=True, slots=True)
class FrameFact:
    """One constant of the frame: what it is, and its values from the most specific to the most general."""

    name: str
    about: str
    values: tuple[FrameValue, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A way of framing that several generations share.

    Attributes:
        name: as ``v3``.
        generations: which models use it.
        marked_roles: roles whose messages begin after a begin-of-word mark.
    """

    name: str
    generations: frozenset[str]
    marked_roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class HiddenThinking:
    """How the length of a signature tells the size of thinking that is not shown.

    Attributes:
        applies: names of frames, generations or models.
        text_is_summary_over: a signature longer than this belongs to thinking whose text is only a summary;
            0 where the text, when there is any, is what is billed.
        base: tokens of the block with an empty thinking.
        offset: base64 characters of a signature without thinking.
        characters_per_token: base64 characters a token of thinking adds.
        spread: tokens the formula was off at most.
    """

    applies: frozenset[str]
    text_is_summary_over: int
    base: int
    offset: int
    characters_per_token: Decimal
    spread: int


@dataclass(frozen=True, slots=True)
class TokenizerScale:
    """By what factor a model's texts have more tokens than its tokenizer here says; only a calibration knows any.

    Attributes:
        applies: names of models.
        factor: tokens billed for a token counted.
        low: the least it may be.
        high: the most it may be.
    """

    applies: frozenset[str]
    factor: Decimal
    low: Decimal
    high: Decimal

    def times(self, tokens: int) -> Count:
        """Return so many counted tokens as the model counts them, with a band."""
        return Count(
            round(tokens * self.factor), floor(tokens * self.low), ceil(tokens * self.high), "estimated"
        )


@dataclass(frozen=True, slots=True)
class Framing:
    """All frame constants.

    Attributes:
        frames: ways of framing, oldest first.
        facts: the constants by name.
        hidden_thinking: how hidden thinking is sized.
        sha256: of the bytes of ``framing.yaml``.
        scales: tokenizers that a calibration found changed.
        stand_ins: unknown models that a calibration knows → the rules of the parts it has seen of them.
        standing_in_for: the unknown model that a known one is counted for; its calibration goes first.
    """

    frames: tuple[Frame, ...]
    facts: Mapping[str, FrameFact]
    hidden_thinking: tuple[HiddenThinking, ...]
    sha256: str = ""
    scales: tuple[TokenizerScale, ...] = ()
    stand_ins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    standing_in_for: str = ""

    def frame_of(self, model: Model) -> Frame:
        """Return the model's frame; the newest one for a generation no recording shows."""
        return next((f for f in self.frames if model.generation in f.generations), self.frames[-1])

    def names(self, model: Model) -> tuple[str, ...]:
        """Return the names facts may apply to, from the most specific to the most general."""
        names = model.id, model.generation, self.frame_of(model).name
        return (self.standing_in_for, *names) if self.standing_in_for else names

    def scale(self, model: Model) -> TokenizerScale | None:
        """Return by what factor the model's tokenizer has changed; ``None`` when nothing says that it has."""
        name = self.standing_in_for or model.id
        return next((scale for scale in self.scales if name in scale.applies), None)

    def value(self, fact: str, model: Model) -> FrameValue:
        """Return the constant for a model: its own value, else its generation's, else its frame's.

        Raises:
            KeyError: no such fact, or no value for this model's frame: an error of ``framing.yaml``.
        """
        values = self.facts[fact].values
        return _most_specific(values, self.names(model), fact)

    def learned(self, fact: str, model: Model) -> FrameValue | None:
        """Return what a calibration knows of a constant that the table of models holds; ``None`` for nothing."""
        values = self.facts[fact].values if fact in self.facts else ()
        names = self.names(model)
        return next(
            (value for value in values if value.calibrated and not value.applies.isdisjoint(names)), None
        )

    def count(self, fact: str, model: Model, n: int = 1) -> Count:
        """Return ``n`` uses of the constant for a model as a count."""
        return self.value(fact, model).times(n)

    def hidden(self, model: Model) -> HiddenThinking:
        """Return how the model's hidden thinking is sized."""
        return _most_specific(self.hidden_thinking, self.names(model), "hidden_thinking")


NO_FRAMING = Framing((), {}, ())


class _Applies(Protocol):
    @property
    def applies(self) -> frozenset[str]: ...


def _most_specific[T: _Applies](values: tuple[T, ...], names: tuple[str, ...], fact: str) -> T:
    for name in names:
        for value in values:
            if name in value.applies:
                return value
    raise KeyError(f"{fact} has no value for {names[0]}")


def parse_framing(document: Mapping[str, Any]) -> Framing:
    """Return the framing of a document whose scalars are text, as the build compiles ``framing.yaml``.

    Raises:
        KeyError, ValueError: the file is not of its form; it ships with the package, so a test holds it.
    """
    return Framing(
        frames=tuple(
            Frame(name, frozenset(frame["generations"]), frozenset(frame["marked_roles"]))
            for name, frame in document["frames"].items()
        ),
        facts={
            name: FrameFact(name, fact["about"], tuple(_value(value) for value in fact["values"]))
            for name, fact in document["facts"].items()
        },
        hidden_thinking=tuple(
            HiddenThinking(
                applies=frozenset(value["applies"]),
                text_is_summary_over=int(value["text_is_summary_over"]),
                base=int(value["base"]),
                offset=int(value["offset"]),
                characters_per_token=Decimal(value["characters_per_token"]),
                spread=int(value["spread"]),
            )
            for value in document["hidden_thinking"]
        ),
    )


def _value(value: Mapping[str, Any]) -> FrameValue:
    tokens = int(value["tokens"])
    return FrameValue(
        applies=frozenset(value["applies"]),
        tokens=tokens,
        low=int(value.get("low", tokens)),
        high=int(value.get("high", tokens)),
        recordings=int(value.get("recordings", 0)),
        misses=int(value.get("misses", 0)),
        families=int(value.get("families", 0)),
    )
