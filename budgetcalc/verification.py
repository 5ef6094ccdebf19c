"""How right estimates are: figures over recordings, by model and feature, and where the differences arise.

The one definition of "exact" and of every other figure, for ``budgetcalc verify`` and the benchmark alike. A
recording is counted before its usage is looked at, and the usage is only ever compared with.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import field
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.conversation import (
    Document,
    Image,
    RedactedThinking,
    ServerTool,
    Thinking,
    ToolResult,
    ToolUse,
)
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest, Part
    from budgetcalc.locations import SourceRef

VERIFY_SCHEMA = "budgetcalc/verify/v1"
TEXT_FEATURE = "text, system, turns"
THINKING_ON = frozenset({"enabled", "adaptive", "between_tools"})
SHOWN_PARTS = 5
"""Inexact parts that a worst case names, the widest first."""
MOST_DIFFERENCES = 50_000
"""Distinct differences that are remembered; a tool that is wrong in so many ways has no shared one."""
LEAST_SHARED = 2


class Comparison(NamedTuple):
    """What was billed, and the estimate with its band, in tokens."""

    true: int
    tokens: int
    low: int
    high: int

    @property
    def error(self) -> int:
        """By how many tokens the estimate is too high."""
        return self.tokens - self.true

    @property
    def ape(self) -> float:
        """The absolute error as a share of the truth."""
        return abs(self.error) / max(self.true, 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """How right a number of estimates are.

    Attributes:
        compared: how many.
        exact: estimates equal to the truth.
        within_1_token: off by a token at most.
        within_1_percent: off by a hundredth of the truth at most.
        inside_band: the truth lies in the band.
        median_ape: median of the absolute errors as shares of the truth; ``None`` for nothing, as all below.
        p95_ape: their 95th percentile.
        bias: by what share all estimates together are above (or below) all truths.
        median_band_width: median of high - low, in tokens.
    """

    compared: int
    exact: int
    within_1_token: int
    within_1_percent: int
    inside_band: int
    median_ape: float | None
    p95_ape: float | None
    bias: float | None
    median_band_width: float | None

    @property
    def exact_share(self) -> float | None:
        """Exact ones among those compared; ``None`` when there are none."""
        return self.exact / self.compared if self.compared else None

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's figures; shares as fractions of one."""
        return {
            "compared": self.compared,
            "exact": self.exact,
            "exact_share": _rounded(self.exact_share),
            "within_1_token": self.within_1_token,
            "within_1_percent": self.within_1_percent,
            "median_ape": _rounded(self.median_ape),
            "p95_ape": _rounded(self.p95_ape),
            "bias": _rounded(self.bias),
            "inside_band": self.inside_band,
            "median_band_width": self.median_band_width,
        }


@dataclass(slots=True)
class _Sums:
    """What the figures need of some comparisons: most are exact, so only the others leave 16 bytes each."""

    compared: int = 0
    exact: int = 0
    within_1_token: int = 0
    within_1_percent: int = 0
    inside_band: int = 0
    true: int = 0
    tokens: int = 0
    apes: array[float] = field(default_factory=lambda: array("d"))
    widths: array[int] = field(default_factory=lambda: array("q"))

    def add(self, each: Comparison) -> None:
        error = abs(each.error)
        self.compared += 1
        self.exact += error == 0
        self.within_1_token += error <= 1
        self.within_1_percent += error * 100 <= each.true
        self.inside_band += each.low <= each.true <= each.high
        self.true += each.true
        self.tokens += each.tokens
        if error:
            self.apes.append(each.ape)
        if each.high != each.low:
            self.widths.append(each.high - each.low)

    def join(self, other: _Sums) -> None:
        self.compared += other.compared
        self.exact += other.exact
        self.within_1_token += other.within_1_token
        self.within_1_percent += other.within_1_percent
        self.inside_band += other.inside_band
        self.true += other.true
        self.tokens += other.tokens
        self.apes.extend(other.apes)
        self.widths.extend(other.widths)

    def figures(self) -> Figures:
        n = self.compared
        if not n:
            return Figures(0, 0, 0, 0, 0, None, None, None, None)
        apes, widths = _Ordered(self.apes, n), _Ordered(self.widths, n)
        return Figures(
            compared=n,
            exact=self.exact,
            within_1_token=self.within_1_token,
            within_1_percent=self.within_1_percent,
            inside_band=self.inside_band,
            median_ape=float(apes.median()),
            p95_ape=float(apes.at(min(n - 1, int(n * 0.95)))),
            bias=self.tokens / max(1, self.true) - 1,
            median_band_width=widths.median(),
        )


class _Ordered:
    """``n`` numbers in order, of which those that are not given are zero."""

    def __init__(self, numbers: Iterable[float], n: int) -> None:
        self.numbers = sorted(numbers)
        self.n = n

    def at(self, index: int) -> float:
        """Return the number at a place of the order: zeros, then those above, as none is below."""
        zeros = self.n - len(self.numbers)
        return self.numbers[index - zeros] if index >= zeros else 0

    def median(self) -> float:
        """Return the median as ``statistics.median`` does: of an even number the mean of the two in the middle."""
        below, above = self.at((self.n - 1) // 2), self.at(self.n // 2)
        return below if self.n % 2 else (below + above) / 2


def figures_of(comparisons: Iterable[Comparison]) -> Figures:
    """Return the figures over comparisons."""
    sums = _Sums()
    for each in comparisons:
        sums.add(each)
    return sums.figures()


def _joined(parts: Iterable[_Sums]) -> _Sums:
    """Return several sums as one."""
    whole = _Sums()
    for part in parts:
        whole.join(part)
    return whole


def feature_of(request: Request) -> str:
    """Name the one feature that decides how a request is counted."""
    blocks = [block for _, block in request.blocks()]

    def has(*types: type) -> bool:
        return any(isinstance(block, types) for block in blocks)

    thinking = request.thinking is not None and request.thinking.type in THINKING_ON
    if has(ServerTool) or any(not tool.is_custom for tool in request.tools):
        return "server tools"
    if has(Document):
        return "documents"
    if has(Image):
        return "images"
    if has(Thinking, RedactedThinking):
        return "thinking in history"
    if request.output_schema is not None:
        return "structured output"
    if has(ToolUse, ToolResult):
        return "tool history"
    if request.tools:
        return "tools + thinking" if thinking else "tools, first turn"
    return "thinking" if thinking else TEXT_FEATURE


@dataclass(frozen=True, slots=True)
class Case:
    """One recording beside its estimate, in full; only the worst ones are kept.

    Attributes:
        source: where it was read.
        model: canonical id.
        feature: see :func:`feature_of`.
        comparison: the figures.
        method: that of the estimate.
        doubtful: parts that are not exact, the widest first.
    """

    source: SourceRef
    model: str
    feature: str
    comparison: Comparison
    method: str
    doubtful: tuple[Part, ...]

    @property
    def difference(self) -> Difference:
        """What other recordings may share."""
        return Difference(self.model, self.feature, self.comparison.error)


class Difference(NamedTuple):
    """An error in tokens that recordings of one model and feature may share."""

    model: str
    feature: str
    error: int


def case_of(
    source: SourceRef, model: str, request: Request, counted: CountedRequest, input_tokens: int
) -> Case:
    """Return an estimate beside what was billed for its request."""
    total = counted.total
    doubtful = [
        part for part in counted.parts if part.count.method != "exact" or part.count.low != part.count.high
    ]
    doubtful.sort(key=lambda part: part.count.low - part.count.high)
    return Case(
        source,
        model,
        feature_of(request),
        Comparison(input_tokens, total.tokens, total.low, total.high),
        total.method,
        tuple(doubtful[:SHOWN_PARTS]),
    )


@dataclass(slots=True)
class Tally:
    """Takes in one case after the other and keeps what the figures need.

    Attributes:
        worst_cases: how many of the worst cases are kept.
    """

    worst_cases: int = 10
    cells: dict[tuple[str, str], _Sums] = field(default_factory=dict)
    differences: Counter[Difference] = field(default_factory=Counter)
    worst: list[tuple[float, int, int, Case]] = field(default_factory=list)
    added: int = 0

    def add(self, case: Case) -> None:
        """Take in a case."""
        comparison = case.comparison
        self.cells.setdefault((case.model, case.feature), _Sums()).add(comparison)
        self.added += 1
        if not comparison.error:
            return
        difference = case.difference
        if difference in self.differences or len(self.differences) < MOST_DIFFERENCES:
            self.differences[difference] += 1
        # Of cases equally wrong the first one read stays; the counter also keeps cases from being compared.
        entry = (comparison.ape, abs(comparison.error), -self.added, case)
        if len(self.worst) < self.worst_cases:
            heappush(self.worst, entry)
        elif self.worst_cases:
            heappushpop(self.worst, entry)

    def figures(self) -> Figures:
        """Return the figures over everything."""
        return _joined(self.cells.values()).figures()

    def groups(self) -> Iterator[Group]:
        """Yield the figures by model and by feature, the largest groups first."""
        for position, name in enumerate(("model", "feature")):
            members: dict[str, list[_Sums]] = {}
            for key, cell in self.cells.items():
                members.setdefault(key[position], []).append(cell)
            groups = [Group(name, value, _joined(cells).figures()) for value, cells in members.items()]
            yield from sorted(groups, key=lambda group: (-group.figures.compared, group.value))

    def worst_first(self) -> Iterator[Case]:
        """Yield the worst cases."""
        for *_, case in sorted(self.worst, key=lambda entry: entry[:3], reverse=True):
            yield case

    def shared(self, case: Case) -> int:
        """Return how many recordings of the case's model and feature are off by the very same number."""
        return self.differences[case.difference]


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one model or one feature: ``by`` is the dimension, ``value`` its value."""

    by: str
    value: str
    figures: Figures

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's entry of ``by``."""
        return {"key": {self.by: self.value}, **self.figures.to_dict()}


def explain_difference(case: Case, shared: int) -> str:
    """Return where the difference of a case arises, as far as it can be told, in a sentence."""
    comparison = case.comparison
    others = (
        f"; {shared:,} recordings of this model and feature are off by the same {comparison.error:+,}"
        if shared >= LEAST_SHARED
        else ""
    )
    if not case.doubtful:
        return f"every part was counted as exact, so a frame constant or a text is counted wrong{others}"
    names = ", ".join(dict.fromkeys(part.why or part.kind for part in case.doubtful))
    if comparison.low <= comparison.true <= comparison.high:
        return f"inside the band, which comes from: {names}{others}"
    return f"outside the band; not exact are: {names}{others}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The answer of ``budgetcalc verify``.

    Attributes:
        tally: the comparisons.
        figures: over all of them.
        left_out: reason → recordings that were read and cannot be compared.
        invalid: records that cannot be read.
        failed: inputs that cannot be read, as ``source``, ``message``, ``hint``.
        fail_under: the least ``exact_share`` that is accepted, if one was given.
        calibration: what a calibration says of itself, if one was used.
        undated: the day that recordings without a date took.
    """

    tally: Tally
    figures: Figures
    left_out: Counter[str]
    invalid: int
    failed: Sequence[dict[str, str]]
    undated: str
    fail_under: Decimal | None = None
    calibration: dict[str, Any] | None = None

    @property
    def records(self) -> int:
        """Recordings that were read: compared, left out and invalid ones."""
        return self.tally.added + self.left_out.total() + self.invalid

    @property
    def too_few_exact(self) -> bool:
        """Whether ``exact_share`` is under the limit."""
        if self.fail_under is None or not self.tally.added:
            return False
        return self.figures.exact < self.fail_under * self.tally.added

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's document."""
        document: dict[str, Any] = {
            "schema": VERIFY_SCHEMA,
            "records": self.records,
            **self.figures.to_dict(),
            "skipped": [
                {"reason": reason, "records": times} for reason, times in self.left_out.most_common()
            ],
            "invalid": self.invalid,
            "by": [group.to_dict() for group in self.tally.groups()],
            "worst": [self.case_dict(case) for case in self.tally.worst_first()],
            "shared_differences": [
                {**difference._asdict(), "records": times} for difference, times in self.shared_differences()
            ],
            "undated": self.undated,
            "errors": list(self.failed),
        }
        if self.calibration is not None:
            document["calibration"] = self.calibration
        if self.fail_under is not None:
            document |= {"fail_under": float(self.fail_under), "passed": not self.too_few_exact}
        return document

    def shared_differences(self) -> list[tuple[Difference, int]]:
        """Return the errors that most recordings share, at most as many as worst cases are kept."""
        common = self.tally.differences.most_common(self.tally.worst_cases)
        return [(difference, times) for difference, times in common if times >= LEAST_SHARED]

    def case_dict(self, case: Case) -> dict[str, Any]:
        """Return the contract's entry of ``worst``."""
        comparison = case.comparison
        return {
            "source": case.source.to_dict(),
            "model": case.model,
            "feature": case.feature,
            **comparison._asdict(),
            "method": case.method,
            "error": comparison.error,
            "ape": _rounded(comparison.ape),
            "shared_by": self.tally.shared(case),
            "where": explain_difference(case, self.tally.shared(case)),
            "inexact_parts": [
                {
                    "kind": part.kind,
                    "path": part.path,
                    "tokens": part.count.tokens,
                    "low": part.count.low,
                    "high": part.count.high,
                    "method": part.count.method,
                    "rule": part.why,
                }
                for part in case.doubtful
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
