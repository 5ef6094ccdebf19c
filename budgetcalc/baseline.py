"""The baseline: what was measured and accepted once, so that only what gets worse fails.

It is a ratchet. A finding that stands in it is accepted while its figure is no further beyond the limit than it was;
what has become better is said, so that the baseline is written again and stays better.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from budgetcalc.lint_report import PlacedFinding
    from budgetcalc.measurements import Measurement

BASELINE_SCHEMA = "budgetcalc/baseline/v1"
_SURROGATE = pattern("[\ud800-\udfff]")
"""Names that are no UTF-8 hold them; JSON is read without."""

DEFAULT_BASELINE = ".budgetcalc-baseline.json"


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding that was there when the baseline was written.

    Attributes:
        fingerprint: of its rule, file and place.
        rule: its id.
        file: where it was.
        path: JSON pointer.
        measured: its figure; ``None`` for a rule without one.
    """

    fingerprint: str
    rule: str
    file: str
    path: str
    measured: int | Decimal | None


@dataclass(frozen=True, slots=True)
class Baseline:
    """Figures of files and accepted findings.

    Attributes:
        measurements: by file.
        accepted: by fingerprint.
    """

    measurements: Mapping[str, Measurement]
    accepted: Mapping[str, AcceptedFinding]

    def to_dict(self) -> dict[str, Any]:
        """Return the ``budgetcalc/baseline/v1`` document, in an order that makes small differences."""
        return {
            "schema": BASELINE_SCHEMA,
            "files": {file: _figures(self.measurements[file]) for file in sorted(self.measurements)},
            "accepted": [
                {
                    "fingerprint": each.fingerprint,
                    "rule": each.rule,
                    "file": each.file,
                    "path": each.path,
                    "measured": _plain(each.measured),
                }
                for each in sorted(
                    self.accepted.values(), key=lambda a: (a.file, a.rule, a.path, a.fingerprint)
                )
            ],
        }


@dataclass(frozen=True, slots=True)
class Ratchet:
    """Findings held against a baseline.

    Attributes:
        findings: what is new or worse, and so counts.
        accepted: what stands in the baseline and is no worse.
        gone: accepted findings of the baseline that were not found any more.
        better: accepted findings whose figure has become better than in the baseline.
    """

    findings: tuple[PlacedFinding, ...]
    accepted: tuple[PlacedFinding, ...]
    gone: tuple[AcceptedFinding, ...]
    better: tuple[AcceptedFinding, ...]


def baseline_of(measurements: Iterable[Measurement], findings: Iterable[PlacedFinding]) -> Baseline:
    """Return the baseline of a run.

    Args:
        measurements: one a file.
        findings: those that are to be accepted.
    """
    return Baseline(
        {measured.file: measured for measured in measurements},
        {
            placed.fingerprint: AcceptedFinding(
                placed.fingerprint,
                placed.finding.rule,
                placed.file,
                placed.finding.path,
                placed.finding.measured,
            )
            for placed in findings
        },
    )


def merged(earlier: Baseline | None, later: Baseline, *, is_whole: bool) -> Baseline:
    """Return the later baseline, with what the earlier one knows of files that the run did not look at.

    Args:
        earlier: what is there; ``None`` when nothing is.
        later: of the run.
        is_whole: whether the run looked at all files, so that nothing of the earlier one is kept.
    """
    if earlier is None or is_whole:
        return later
    others = {file: each for file, each in earlier.measurements.items() if file not in later.measurements}
    kept = {key: each for key, each in earlier.accepted.items() if each.file not in later.measurements}
    return Baseline(others | dict(later.measurements), kept | dict(later.accepted))


def hold_against(findings: Iterable[PlacedFinding], baseline: Baseline) -> Ratchet:
    """Return which findings are new or worse than the baseline; what could not be measured always counts."""
    counting: list[PlacedFinding] = []
    accepted: list[PlacedFinding] = []
    better: list[AcceptedFinding] = []
    seen: set[str] = set()
    for placed in findings:
        known = baseline.accepted.get(placed.fingerprint)
        if known is not None and not _is_of(known, placed):
            known = None  # written by hand, to look like another one
        seen.add(placed.fingerprint)
        change = None if known is None or placed.is_unmeasured else _beyond(placed, known)
        if known is None or change is None or change > 0:
            counting.append(placed)
            continue
        accepted.append(placed)
        if change < 0:
            better.append(known)
    gone = tuple(known for fingerprint, known in baseline.accepted.items() if fingerprint not in seen)
    return Ratchet(tuple(counting), tuple(accepted), gone, tuple(better))


def _is_of(known: AcceptedFinding, placed: PlacedFinding) -> bool:
    """Whether an entry says of itself what its fingerprint says: people read the one, and the other accepts."""
    said, found = (
        (known.rule, known.file, known.path),
        (placed.finding.rule, placed.file, placed.finding.path),
    )
    return said == tuple(_SURROGATE.sub("\ufffd", part) for part in found)


def _beyond(placed: PlacedFinding, known: AcceptedFinding) -> int | Decimal | None:
    """Return how much further from its limit the figure is than it was; ``None`` when that is not known."""
    measured, limit = placed.finding.measured, placed.finding.limit
    if measured is None or known.measured is None:
        return 0 if measured is known.measured else None
    change = Decimal(measured) - Decimal(known.measured)
    # A limit from below, as of headroom, gets worse downwards.
    return -change if limit is not None and measured < limit else change


def _figures(measured: Measurement) -> dict[str, Any]:
    figures = measured.to_dict()
    del figures["file"]
    return {name: value for name, value in figures.items() if value is not None}


def _plain(figure: int | Decimal | None) -> int | str | None:
    return money.plain(figure) if isinstance(figure, Decimal) else figure
