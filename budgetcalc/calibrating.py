"""Learning constants from recordings: what to learn, from which of them, and when to refuse.

What no table can know is learned. The definition of a tool that Anthropic serves, and the tool prompt of a new
model: what is billed beyond the other parts, of requests in which nothing else is doubtful. An offset for a model:
what every request is off by. A factor for a changed tokenizer: where the difference grows with the text.
Each is judged by cross-validation, on whole sources when there are several, and nothing is learned that does not
make estimates better.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.calibration import (
    LARGEST_FACTOR,
    LARGEST_TOKENS,
    LEAST_FACTOR,
    OFFSET,
    SCALE,
    TOOL_PROMPT,
    Constant,
    Evidence,
    Refusal,
)
from budgetcalc.framing import ENOUGH_FAMILIES, ENOUGH_RECORDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from budgetcalc.calibration import LeftOutKind

FEWEST_FOR_TOKENS = 3
"""Distinct requests for a constant in tokens: two may agree by chance."""
FEWEST_FOR_SCALE = 8
"""Distinct requests for a factor, which is told from an offset only by texts of different lengths."""
LEAST_LENGTH_RATIO = 4
"""The longest text over the shortest, for a factor."""
CONTRADICTORY_PERCENT = 10
CONTRADICTORY_TOKENS = 10
"""A constant whose recordings differ by more than both is none."""
WORST_CROSS_VALIDATED_PERCENT = 5
"""A model whose requests are missed by more than this (95th percentile), most of them by more than a token, is not
described by offset and factor."""
OUTLIERS_PER = 20
"""Errors of which the worst may lie outside a band: 95 % is what every band is held to."""
LEAST_DOUBT = Decimal("0.005")
"""Half-width of the band of a constant with little evidence, as a share of it; a token at least."""
ROUNDING_TOKENS = 2
"""What a factor may miss through rounding, text by text."""
MOST_FOLDS = 50
"""Times something is left out and learned again."""
MOST_FITTED = 300
"""Recordings a factor is fitted on: pairs of them are compared, and more would not change the median."""
MOST_SAMPLES = 5_000
"""Requests of one source that are looked at for a model or constant, so that memory has a bound."""
FACTOR_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a recording says to learning, in some 200 bytes.

    Attributes:
        model: canonical id, or the unknown name.
        generation: of the model it was counted as.
        frame: of that generation.
        treated_as: canonical id of the stand-in, for an unknown model.
        group: where it comes from.
        digest: of the request; repeated requests say nothing new.
        true: billed input.
        rest: tokens of all parts but the open ones.
        open: constants that only recordings can tell, by name: Anthropic's tools, a tool prompt nobody measured.
        settled: all other parts are exact (under the stand-in, for an unknown model).
        text: tokens that a changed tokenizer would change.
        rules: rules of its parts.
        is_text: nothing but texts, and no thinking or schema asked for: where there are enough of those, what all
            requests of a model share is learned from them.
    """

    model: str
    generation: str
    frame: str
    treated_as: str
    group: str
    digest: bytes
    true: int
    rest: int
    open: tuple[str, ...]
    settled: bool
    text: int
    rules: frozenset[str]
    is_text: bool

    @property
    def residual(self) -> int:
        """Tokens billed beyond what is counted without the open parts."""
        return self.true - self.rest


class Learned(NamedTuple):
    """What came out."""

    constants: tuple[Constant, ...]
    refused: tuple[Refusal, ...]


def learn(samples: Iterable[Sample]) -> Learned:
    """Return what the samples teach, and what they do not."""
    distinct = _distinct(samples)
    results: list[Constant | Refusal] = []
    fits: dict[str, _Fit] = {}
    by_model: dict[str, list[Sample]] = defaultdict(list)
    for each in distinct:
        if not each.open and each.settled:
            by_model[each.model].append(each)
    for model, members in sorted(by_model.items()):
        plain = [each for each in members if each.is_text]
        enough = len(plain) >= FEWEST_FOR_TOKENS
        found, fits[model] = _model_constants(model, plain if enough else members)
        results += found
    results += _open_constants(distinct, fits)
    return Learned(
        tuple(each for each in results if isinstance(each, Constant)),
        tuple(each for each in results if isinstance(each, Refusal)),
    )


def _distinct(samples: Iterable[Sample]) -> list[Sample]:
    """Return the samples that can teach something, each request once, of each source no more than are needed."""
    kept: dict[tuple[str, bytes, int], Sample] = {}
    taken: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for each in samples:
        kind = each.model, each.group, each.open
        key = each.model, each.digest, each.true
        if (each.settled or each.open) and key not in kept and taken[kind] < MOST_SAMPLES:
            taken[kind] += 1
            kept[key] = each
    return list(kept.values())


# ---- tools that Anthropic defines, and their prompt --------------------------------------------------------


def _open_constants(samples: Iterable[Sample], fits: Mapping[str, _Fit]) -> Iterator[Constant | Refusal]:
    """Yield a constant of each name: over all generations of a frame when they agree, else for each of them.

    Of an unknown model nothing is shared with others, and what every one of its requests is off by is taken off.
    """
    by_name: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for each in samples:
        for name in sorted(set(each.open)):
            by_name[name, each.model if _is_of_model(name, each) else each.frame].append(each)
    for (name, _), members in sorted(by_name.items()):
        usable = [
            replace(each, true=each.true - fits.get(each.model, _Fit(0)).tokens(each))
            for each in members
            if each.settled and each.open == (name,)
        ]
        applies = sorted({_applies(name, each) for each in members})
        if not usable:
            reason = "no recording has this part alone, with every other one exact"
            yield Refusal(name, tuple(applies), len(members), reason)
            continue
        together = _tool_constant(name, usable)
        if isinstance(together, Constant) or len(applies) == 1:
            yield together
            continue
        for one in applies:
            own = [each for each in usable if _applies(name, each) == one]
            if own:
                yield _tool_constant(name, own)


def _is_of_model(name: str, sample: Sample) -> bool:
    """Whether a constant may differ from model to model: a tool prompt, and everything of an unknown model."""
    return name == TOOL_PROMPT or bool(sample.treated_as)


def _applies(name: str, sample: Sample) -> str:
    return sample.model if _is_of_model(name, sample) else sample.generation


def _tool_constant(name: str, samples: Sequence[Sample]) -> Constant | Refusal:
    applies = tuple(sorted({_applies(name, each) for each in samples}))
    if len(samples) < FEWEST_FOR_TOKENS:
        return Refusal(name, applies, len(samples), _too_few(len(samples), FEWEST_FOR_TOKENS))
    residuals = [each.residual for each in samples]
    middle = _middle(residuals)
    spread = max(residuals) - min(residuals)
    if spread > max(CONTRADICTORY_TOKENS, abs(middle) * CONTRADICTORY_PERCENT // 100) or min(residuals) < 0:
        reason = (
            f"contradictory: single recordings show {min(residuals):,} to {max(residuals):,} tokens "
            "(its options, or results in the history, may differ)"
        )
        return Refusal(name, applies, len(samples), reason)
    return _in_range(_token_constant(name, applies, samples, samples[0].treated_as))


def _in_range(constant: Constant) -> Constant | Refusal:
    """Return the constant, or why a calibration can't hold it."""
    if constant.is_in_range:
        return constant
    band = f"{constant.low:,} to {constant.high:,}"
    allowed = (
        f"{LEAST_FACTOR} to {LARGEST_FACTOR}" if constant.unit == "factor" else f"±{LARGEST_TOKENS:,} tokens"
    )
    reason = f"out of range: it would be {constant.value:,} ({band}), and a calibration holds {allowed}"
    return Refusal(constant.name, constant.applies, constant.evidence.recordings, reason)


def _token_constant(
    name: str, applies: tuple[str, ...], samples: Sequence[Sample], treated_as: str = ""
) -> Constant:
    """Return the median residual, with the band that cross-validation leaves."""
    residuals = [each.residual for each in samples]
    value = _middle(residuals)
    left_out, errors = _cross_validated(samples, _fit_offset)
    doubt = _doubt(value, len(samples), len({each.group for each in samples}), max(map(abs, errors)))
    inner = _without_outliers(errors)
    return Constant(
        name=name,
        applies=applies,
        unit="tokens",
        value=Decimal(value),
        low=Decimal(value + min(*inner, -doubt)),
        high=Decimal(value + max(*inner, doubt)),
        evidence=_evidence(samples, residuals, left_out, errors),
        treated_as=treated_as,
        rules=_rules(samples) if treated_as else (),
    )


def _without_outliers(errors: Sequence[int]) -> list[int]:
    """Return the errors that a band has to hold: of twenty all but the worst, as of every band."""
    return sorted(errors, key=abs)[: len(errors) - len(errors) // OUTLIERS_PER]


def _doubt(value: int, recordings: int, sources: int, worst: int) -> int:
    """Return the least half-width: none for evidence that makes a constant exact, else some, even without a miss."""
    if worst == 0 and recordings >= ENOUGH_RECORDINGS and sources >= ENOUGH_FAMILIES:
        return 0
    return max(1, int(abs(value) * LEAST_DOUBT))


# ---- models ------------------------------------------------------------------------------------------------


class _Fit(NamedTuple):
    """An offset in tokens, and by what a token of text is more than one."""

    offset: float
    slope: float = 0.0

    def tokens(self, sample: Sample) -> int:
        return round(self.offset + self.slope * sample.text)

    def misses(self, sample: Sample) -> int:
        return sample.residual - self.tokens(sample)


def _model_constants(model: str, samples: Sequence[Sample]) -> tuple[list[Constant | Refusal], _Fit]:
    """Return offset and factor of a model, nothing for one that is counted right, or why they cannot be told."""
    treated_as = samples[0].treated_as
    right = sum(each.residual == 0 for each in samples)
    if not treated_as and right * 2 >= len(samples):
        return [], _Fit(0)
    if len(samples) < FEWEST_FOR_TOKENS:
        reason = _too_few(len(samples), FEWEST_FOR_TOKENS)
        return [Refusal(OFFSET, (model,), len(samples), reason)], _Fit(0)
    left_out, errors = _cross_validated(samples, _fit_offset)
    fit, name = _fit_offset(samples), OFFSET
    lengths = sorted(each.text for each in samples)
    if len(samples) >= FEWEST_FOR_SCALE and lengths[-1] >= LEAST_LENGTH_RATIO * max(1, lengths[0]):
        _, scaled = _cross_validated(samples, _fit_scale)
        if sum(map(abs, scaled)) < sum(map(abs, errors)):
            errors, fit, name = scaled, _fit_scale(samples), SCALE
    percent = _p95([100 * abs(miss) / each.true for miss, each in zip(errors, samples, strict=True)])
    agreeing = sum(abs(miss) <= 1 for miss in errors)
    if percent > WORST_CROSS_VALIDATED_PERCENT and agreeing * 2 < len(samples):
        reason = (
            f"contradictory: {len(samples) - agreeing} of {len(samples)} requests that were left out in turn are "
            f"missed by more than a token, by up to {percent:.1f} % (95th percentile); the limit is "
            f"{WORST_CROSS_VALIDATED_PERCENT} %, and a factor takes {FEWEST_FOR_SCALE} requests, the longest "
            f"text at least {LEAST_LENGTH_RATIO} times as long as the shortest (here {lengths[-1]:,} and "
            f"{lengths[0]:,} tokens)"
        )
        return [Refusal(name, (model,), len(samples), reason)], _Fit(0)
    if not treated_as and sum(map(abs, errors)) >= sum(abs(each.residual) for each in samples):
        reason = "a constant makes the estimates no better than they are"
        return [Refusal(name, (model,), len(samples), reason)], _Fit(0)
    if name == OFFSET:
        learned = [_in_range(_token_constant(OFFSET, (model,), samples, treated_as))]
    else:
        learned = [_in_range(each) for each in _scale_constants(model, samples, fit, left_out, errors)]
    # Factor and offset belong together: one without the other would be wrong.
    if any(isinstance(each, Refusal) for each in learned):
        return [each for each in learned if isinstance(each, Refusal)], _Fit(0)
    return learned, fit


def _scale_constants(
    model: str, samples: Sequence[Sample], fit: _Fit, left_out: LeftOutKind, errors: Sequence[int]
) -> Iterator[Constant]:
    """Yield the factor and the offset beside it; what rounding does not explain widens the factor's band."""
    factor = Decimal(1 + fit.slope).quantize(FACTOR_STEP)
    offset = Decimal(round(fit.offset))
    widths = [
        Decimal(max(0, abs(miss) - ROUNDING_TOKENS)) / max(1, each.text)
        for miss, each in zip(errors, samples, strict=True)
    ]
    width = max(*widths, LEAST_DOUBT / 10).quantize(FACTOR_STEP)
    residuals = [each.residual - round(fit.slope * each.text) for each in samples]
    evidence = _evidence(samples, residuals, left_out, errors)
    treated_as = samples[0].treated_as
    rules = _rules(samples) if treated_as else ()
    yield Constant(
        SCALE, (model,), "factor", factor, factor - width, factor + width, evidence, treated_as, rules
    )
    low, high = offset - ROUNDING_TOKENS, offset + ROUNDING_TOKENS
    yield Constant(OFFSET, (model,), "tokens", offset, low, high, evidence, treated_as, rules)


def _fit_offset(samples: Sequence[Sample]) -> _Fit:
    return _Fit(_middle([each.residual for each in samples]))


def _fit_scale(samples: Sequence[Sample]) -> _Fit:
    """Return the line through the residuals that single odd recordings do not bend (Theil and Sen)."""
    step = -(-len(samples) // MOST_FITTED)
    chosen = sorted(samples, key=lambda each: each.text)[::step]
    slopes = [
        (after.residual - before.residual) / (after.text - before.text)
        for i, before in enumerate(chosen)
        for after in chosen[i + 1 :]
        if after.text > before.text
    ]
    slope = median(slopes) if slopes else 0.0
    return _Fit(median(each.residual - slope * each.text for each in chosen), slope)


# ---- judging -----------------------------------------------------------------------------------------------


def _cross_validated(
    samples: Sequence[Sample], fit: Callable[[Sequence[Sample]], _Fit]
) -> tuple[LeftOutKind, list[int]]:
    """Return what was left out in turn, and by how much each sample was then missed, in the samples' order."""
    left_out, folds = _folds(samples)
    errors = [0] * len(samples)
    for fold in folds:
        held_out = set(fold)
        learned = fit([each for i, each in enumerate(samples) if i not in held_out])
        for i in fold:
            errors[i] = learned.misses(samples[i])
    return left_out, errors


def _folds(samples: Sequence[Sample]) -> tuple[LeftOutKind, list[list[int]]]:
    """Return positions to leave out in turn: those of a source where there are several, else single ones.

    Of very many recordings several are left out at once, which only makes the judgement harder.
    """
    by_source: dict[str, list[int]] = defaultdict(list)
    for i, each in enumerate(samples):
        by_source[each.group].append(i)
    if len(by_source) >= ENOUGH_FAMILIES:
        return "source", list(by_source.values())
    folds = min(len(samples), MOST_FOLDS)
    return "recording", [list(range(i, len(samples), folds)) for i in range(folds)]


def _evidence(
    samples: Sequence[Sample], residuals: Sequence[int], left_out: LeftOutKind, errors: Sequence[int]
) -> Evidence:
    absolute = [abs(miss) for miss in errors]
    return Evidence(
        recordings=len(samples),
        sources=len({each.group for each in samples}),
        spread=max(residuals) - min(residuals),
        models=tuple(sorted({each.model for each in samples})),
        left_out=left_out,
        median_error=_middle(absolute),
        worst_error=max(absolute),
    )


def _rules(samples: Iterable[Sample]) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*(each.rules for each in samples))))


def _middle(values: Sequence[int]) -> int:
    """Return the median; of two middle ones the lower, as a constant is one that was really seen."""
    return sorted(values)[(len(values) - 1) // 2]


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _too_few(found: int, wanted: int) -> str:
    return f"too few: {found} distinct request{'s' if found != 1 else ''}, {wanted} are needed"
