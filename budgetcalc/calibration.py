"""What a user's recordings taught: constants that no table can know, and how they enter the count.

A calibration holds constants for tools that Anthropic defines, an offset for a model, and a factor for a changed
tokenizer, each with its recordings and the error of its cross-validation. A constant counts as exact under the
rule that ``framing.yaml`` follows (:class:`~budgetcalc.framing.FrameValue`); until then its part is an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.framing import FrameFact, FrameValue, TokenizerScale
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.framing import Framing

CALIBRATION_SCHEMA = "budgetcalc/calibration/v1"
OFFSET = "request_offset"
SCALE = "tokenizer_scale"
TOOL_PROMPT = "tool_prompt"
TOOL = "tool."
"""Names of constants: offset, factor, tool prompt, and ``tool.TYPE`` for the definition of an Anthropic tool."""
CONSTANT_NAME = pattern(rf"{OFFSET}|{SCALE}|{TOOL_PROMPT}|{TOOL.replace('.', '[.]')}[a-z0-9_]{{1,100}}")
LARGEST_TOKENS = 1_000_000
LEAST_FACTOR, LARGEST_FACTOR = Decimal("0.01"), Decimal(10)
"""What a constant may be, learned or read: beyond it the recordings are no requests of that model."""

Unit = Literal["tokens", "factor"]
LeftOutKind = Literal["recording", "source"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a constant was learned from, and how far off it was on recordings it was learned without.

    Attributes:
        recordings: distinct requests it was learned from.
        sources: how many independent sources they come from.
        spread: largest minus smallest value that single recordings show, in tokens.
        models: whose recordings they are.
        left_out: what was left out in turn: one recording, or all of one source.
        median_error: of the absolute errors of whole requests, in tokens.
        worst_error: the largest of them.
    """

    recordings: int
    sources: int
    spread: int
    models: tuple[str, ...]
    left_out: LeftOutKind
    median_error: int
    worst_error: int


@dataclass(frozen=True, slots=True)
class Constant:
    """One thing that was learned.

    Attributes:
        name: ``tool.TYPE``, ``tool_prompt``, ``request_offset`` or ``tokenizer_scale``.
        applies: the generations (of a tool or its prompt) or models that it holds for.
        unit: tokens, or a factor.
        value: the constant.
        low: the least it may be.
        high: the most it may be.
        evidence: what it was learned from.
        treated_as: the known model that stands in, for a model that is not in the catalogue.
        rules: rules of the parts the recordings had, for such a model: only those are narrowed.
    """

    name: str
    applies: tuple[str, ...]
    unit: Unit
    value: Decimal
    low: Decimal
    high: Decimal
    evidence: Evidence
    treated_as: str = ""
    rules: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What it is, for people."""
        if self.name == OFFSET:
            return "tokens of every request that no other constant explains"
        if self.name == TOOL_PROMPT:
            return "prompt that is added when a request has tools, the choice of one left to the model"
        if self.name == SCALE:
            return "tokens billed for each token of text that is counted here"
        return f"definition of the {self.name.removeprefix(TOOL)} tool"

    @property
    def frame_value(self) -> FrameValue:
        """The constant as the count looks it up; only of one in tokens."""
        return FrameValue(
            applies=frozenset(self.applies),
            tokens=int(self.value),
            low=int(self.low),
            high=int(self.high),
            recordings=self.evidence.recordings,
            families=self.evidence.sources,
            calibrated=True,
        )

    @property
    def is_in_range(self) -> bool:
        """Whether value and band are what a calibration may hold."""
        if self.unit == "factor":
            return self.low >= LEAST_FACTOR and self.high <= LARGEST_FACTOR
        return self.low >= -LARGEST_TOKENS and self.high <= LARGEST_TOKENS

    @property
    def is_exact(self) -> bool:
        """Whether the evidence is what ``framing.yaml`` wants of an exact constant."""
        return self.unit == "tokens" and not self.treated_as and self.frame_value.is_exact

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of the calibration file; numbers as numbers."""
        entry: dict[str, Any] = {
            "name": self.name,
            "about": self.about,
            "applies": list(self.applies),
            "unit": self.unit,
            "value": _number(self.value),
            "low": _number(self.low),
            "high": _number(self.high),
            "method": "exact" if self.is_exact else "estimated",
            "recordings": self.evidence.recordings,
            "sources": self.evidence.sources,
            "spread_tokens": self.evidence.spread,
            "models": list(self.evidence.models),
            "error": {
                "left_out": self.evidence.left_out,
                "median_tokens": self.evidence.median_error,
                "worst_tokens": self.evidence.worst_error,
            },
        }
        if self.treated_as:
            entry |= {"treated_as": self.treated_as, "rules": list(self.rules)}
        return entry


@dataclass(frozen=True, slots=True)
class Refusal:
    """A constant that was not learned, with the reason."""

    name: str
    applies: tuple[str, ...]
    recordings: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of the calibration file."""
        return {
            "name": self.name,
            "applies": list(self.applies),
            "recordings": self.recordings,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that was learned in one run, or read from one file.

    Attributes:
        constants: what was learned.
        made_on: the day, in ISO form.
        version: the version of budgetcalc that learned it.
        framing: sha256 of the frame constants it was learned beside.
        recordings: how many recordings were compared.
        refused: what was not learned.
        origin: the file it was read from.
        sha256: of that file's bytes.
    """

    constants: tuple[Constant, ...]
    made_on: str
    version: str
    framing: str
    recordings: int = 0
    refused: tuple[Refusal, ...] = ()
    origin: str = ""
    sha256: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the calibration file's document."""
        return {
            "schema": CALIBRATION_SCHEMA,
            "made_on": self.made_on,
            "budgetcalc": self.version,
            "framing": self.framing,
            "recordings": self.recordings,
            "constants": [constant.to_dict() for constant in self.constants],
            "refused": [refusal.to_dict() for refusal in self.refused],
        }

    def reference(self) -> dict[str, Any]:
        """Return what a document that used the calibration says of it."""
        return {
            "source": self.origin,
            "sha256": self.sha256,
            "made_on": self.made_on,
            "budgetcalc": self.version,
            "constants": len(self.constants),
        }

    def doubts(self, framing: Framing) -> tuple[str, ...]:
        """Return why the calibration may not fit these frame constants, if so."""
        if self.framing == framing.sha256:
            return ()
        doubt = (
            f"the calibration was made by budgetcalc {self.version} beside other frame constants than this "
            "version's: run `budgetcalc calibrate` on the recordings again"
        )
        return (doubt,)


def calibrated(framing: Framing, calibration: Calibration) -> Framing:
    """Return the frame constants with those of a calibration before them."""
    facts = dict(framing.facts)
    for name, values in _by_name(calibration.constants):
        facts[name] = FrameFact(name, _about(facts, name), (*values, *_fallback(facts, name)))
    return replace(
        framing,
        facts=facts,
        scales=tuple(
            TokenizerScale(frozenset(each.applies), each.value, each.low, each.high)
            for each in calibration.constants
            if each.unit == "factor"
        ),
        stand_ins={
            model: frozenset(
                rule
                for each in calibration.constants
                if model in each.applies
                for rule in (*each.rules, OFFSET)
            )
            for model in {name for each in calibration.constants if each.treated_as for name in each.applies}
        },
    )


def _by_name(constants: Iterable[Constant]) -> Iterable[tuple[str, tuple[FrameValue, ...]]]:
    values: dict[str, tuple[FrameValue, ...]] = {}
    for each in constants:
        if each.unit == "tokens":
            values[each.name] = (*values.get(each.name, ()), each.frame_value)
    return values.items()


def _about(facts: dict[str, FrameFact], name: str) -> str:
    return facts[name].about if name in facts else "learned from recordings"


def _fallback(facts: dict[str, FrameFact], name: str) -> tuple[FrameValue, ...]:
    """Return what holds for models that the calibration says nothing of."""
    if name in facts:
        return facts[name].values
    undated, _, day = name.rpartition("_")
    known = undated if day.isdecimal() and undated in facts else f"{TOOL}unknown"
    return facts[known].values if name.startswith(TOOL) else ()


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
