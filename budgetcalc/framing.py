"""What a request costs beyond its texts: measured constants, looked up by model; the content of ``framing.yaml``.

A constant says how it is known: at least five recordings from at least two repositories, without a band of its
own, make it ``exact``; everything else is ``estimated`` and carries a band.
"""

from __future__ import annotations

from dataclasses import field
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Protocol

from budgetcalc.counts import Count, exact
from budgetcalc.records import dataclass

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


class Evidence(Protocol):
    """A constant of the price table, with what is known of it."""

    @property
    def tokens(self) -> int:
        """The constant."""

    @property
    def low(self) -> int | None:
        """The least it may be, where that is known."""

    @property
    def high(self) -> int | None:
        """The most it may be."""

    @property
    def recordings(self) -> int:
        """Recorded requests it explains; 0 for a documented figure."""

    @property
    def families(self) -> int:
        """Repositories among them."""

    @property
    def source(self) -> str:
        """Where it is from; ``assumed`` when from the nearest model."""


ENOUGH_RECORDINGS = 5
ENOUGH_FAMILIES = 2
RECORDINGS_A_MISS = 4
ASSUMED = "assumed"


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

    ``framing.yaml`` has the first and last day of the recordings too.
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
        """Whether the evidence is enough to call the constant exact; a miss is often another constant's."""
        return (
            self.low == self.high == self.tokens
            and self.recordings >= max(ENOUGH_RECORDINGS, RECORDINGS_A_MISS * self.misses)
            and self.families >= ENOUGH_FAMILIES
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
        has_glued_results: whether a tool's only result is written between tags that merge with its text.
        trimmed_messages: generations or models that do not read white space at the end of a message.
    """

    name: str
    generations: frozenset[str]
    marked_roles: frozenset[str]
    has_glued_results: bool = True
    trimmed_messages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SealedText:
    """How the bytes of text that is not shown tell its tokens.

    Attributes:
        applies: names of frames, generations or models.
        thinking_bytes_per_token: bytes a token of thinking, where no text beside it shows what it is like.
        search_bytes_per_token: bytes a token of search results, the frames of their sentences included.
        search_result_tokens: what each result costs beyond its sealed text, its address and title included.
        visible_tokens: how many tokens of visible text weigh as much as the figure above.
        spread_percent: how far off the tokens may be with much text beside the sealed one.
        unseen_spread_percent: how much further with none.
    """

    applies: frozenset[str]
    thinking_bytes_per_token: Decimal
    search_bytes_per_token: Decimal
    search_result_tokens: int
    visible_tokens: int
    spread_percent: int
    unseen_spread_percent: int

    def thinking(self, sealed: int, visible_bytes: int, visible_tokens: int) -> Count:
        """Return the tokens of sealed thinking, taking it to be written like the text that is visible beside it."""
        weight = visible_tokens + self.visible_tokens
        ratio = (visible_bytes + self.visible_tokens * self.thinking_bytes_per_token) / weight
        unseen = Decimal(self.unseen_spread_percent * self.visible_tokens) / weight
        return _spread(sealed / ratio, self.spread_percent + unseen).due_to("sealed thinking")

    def search(self, sealed: int) -> Count:
        """Return the tokens of a sealed search result."""
        tokens = sealed / self.search_bytes_per_token + self.search_result_tokens
        spread = Decimal(self.spread_percent + self.unseen_spread_percent)
        return _spread(tokens, spread).due_to("sealed search results")


def _spread(tokens: Decimal, percent: Decimal) -> Count:
    spread = tokens * percent / 100
    low, middle, high = (
        int(value.to_integral_value(ROUND_HALF_EVEN)) for value in (tokens - spread, tokens, tokens + spread)
    )
    return Count(middle, low, high, "estimated")


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
        scaled = round(tokens * self.factor), floor(tokens * self.low), ceil(tokens * self.high)
        return Count(*scaled, "estimated").due_to("tokenizer")


@dataclass(frozen=True, slots=True)
class Framing:
    """All frame constants.

    Attributes:
        frames: ways of framing, oldest first.
        facts: the constants by name.
        sealed_text: how text that is handed back sealed is sized.
        sha256: of the bytes of ``framing.yaml``.
        scales: tokenizers that a calibration found changed.
        stand_ins: unknown models that a calibration knows → the rules of the parts it has seen of them.
        standing_in_for: the unknown model that a known one is counted for; its calibration goes first.
    """

    frames: tuple[Frame, ...]
    facts: Mapping[str, FrameFact]
    sealed_text: tuple[SealedText, ...]
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

    def trims_messages(self, model: Model) -> bool:
        """Return whether the model does not read white space at the end of a message."""
        return not self.frame_of(model).trimmed_messages.isdisjoint(self.names(model))

    def scale(self, model: Model) -> TokenizerScale | None:
        """Return by what factor the model's tokenizer has changed; ``None`` when nothing says that it has."""
        if not self.scales:
            return None
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
        """Return ``n`` uses of the constant for a model as a count; what it may be off, it is off at every use."""
        return self.value(fact, model).times(n).due_to(fact)

    def measured(self, fact: Evidence) -> Count:
        """Return a constant of the price table with the band its evidence leaves.

        A documented figure may hold a separator or be rounded: on the models with both, recordings are 1 to 4 below
        it. One that few recordings or one repository show may be off by one; one taken over from another model may
        be half or twice as large (tool prompts of neighbouring models are 285 to 674).
        """
        low, high = fact.low, fact.high
        if low is not None and high is not None:
            return Count(fact.tokens, low, high, "estimated")
        if fact.recordings >= ENOUGH_RECORDINGS and fact.families >= ENOUGH_FAMILIES:
            return exact(fact.tokens)
        if fact.recordings:
            return Count(fact.tokens, max(0, fact.tokens - 1), fact.tokens + 1, "estimated")
        if fact.source == ASSUMED:
            return Count(fact.tokens, fact.tokens // 2, 2 * fact.tokens, "estimated")
        return Count(fact.tokens, max(0, fact.tokens - 2), fact.tokens + 6, "documented")

    def sealed(self, model: Model) -> SealedText:
        """Return how text that the model's API hands back sealed is sized."""
        return _most_specific(self.sealed_text, self.names(model), "sealed_text")


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
            Frame(
                name,
                frozenset(frame["generations"]),
                frozenset(frame["marked_roles"]),
                frame.get("glued_results") != "false",
                frozenset(frame.get("trimmed_messages", ())),
            )
            for name, frame in document["frames"].items()
        ),
        facts={
            name: FrameFact(name, fact["about"], tuple(_value(value) for value in fact["values"]))
            for name, fact in document["facts"].items()
        },
        sealed_text=tuple(
            SealedText(
                applies=frozenset(value["applies"]),
                thinking_bytes_per_token=Decimal(value["thinking_bytes_per_token"]),
                search_bytes_per_token=Decimal(value["search_bytes_per_token"]),
                search_result_tokens=int(value["search_result_tokens"]),
                visible_tokens=int(value["visible_tokens"]),
                spread_percent=int(value["spread_percent"]),
                unseen_spread_percent=int(value["unseen_spread_percent"]),
            )
            for value in document["sealed_text"]
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
