"""What ``budgetcalc lint`` found: findings at their places, and what was measured of each file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.findings import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from budgetcalc.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding and the file it is in.

    Attributes:
        finding: what the rule says.
        file: as it is shown and compared: relative to the config, with forward slashes.
        line: from 1; ``None`` when the finding speaks of the file as a whole.
        is_unmeasured: the file could not be measured, so that the exit code is 2 and not 1.
    """

    finding: Finding
    file: str
    line: int | None = None
    is_unmeasured: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's FINDING."""
        return self.finding.to_dict(self.file, self.line)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one file holds, in the units of budgets.

    Attributes:
        file: as in findings.
        requests: how many requests it holds; a prompt text is one.
        input_tokens: the largest request's, as is every figure below that is not of the suite.
        system_tokens: of the system prompt.
        tool_tokens: of the tool definitions.
        cost_usd: worst case of one call; ``None`` when no request says ``max_tokens``.
        suite_cost_usd: worst case of all its requests together; ``None`` when one of them is not known.
        spent_usd: what a usage report cost; ``None`` for requests.
    """

    file: str
    requests: int
    input_tokens: int
    system_tokens: int
    tool_tokens: int
    cost_usd: Decimal | None
    suite_cost_usd: Decimal | None
    spent_usd: Decimal | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON; money as strings of plain digits."""

        def usd(amount: Decimal | None) -> str | None:
            return None if amount is None else money.plain(amount)

        return {
            "file": self.file,
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "system_tokens": self.system_tokens,
            "tool_tokens": self.tool_tokens,
            "cost_usd": usd(self.cost_usd),
            "suite_cost_usd": usd(self.suite_cost_usd),
            "spent_usd": usd(self.spent_usd),
        }


@dataclass(frozen=True, slots=True)
class LintReport:
    """The answer of one run.

    Attributes:
        findings: sorted by file and line, then the most severe first.
        measurements: one a file, in the order of their names.
        checked: how many of what was looked at: ``files``, ``requests``, ``budgets``, ``rules``, ``suppressed``.
        fail_on: the least severity that fails the run.
    """

    findings: tuple[PlacedFinding, ...]
    measurements: tuple[Measurement, ...]
    checked: Mapping[str, int]
    fail_on: Severity = "error"

    @property
    def failing(self) -> tuple[PlacedFinding, ...]:
        """The findings that fail the run."""
        worst = SEVERITIES[: SEVERITIES.index(self.fail_on) + 1]
        return tuple(placed for placed in self.findings if placed.finding.severity in worst)

    @property
    def passed(self) -> bool:
        """Whether nothing failed the run, and everything could be measured."""
        return not self.failing and not any(placed.is_unmeasured for placed in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's ``budgetcalc/lint/v1`` document."""
        return {
            "schema": "budgetcalc/lint/v1",
            "passed": self.passed,
            "checked": dict(self.checked),
            "findings": [placed.to_dict() for placed in self.findings],
            "measurements": [measurement.to_dict() for measurement in self.measurements],
        }


def distinct_fingerprints(findings: Iterable[PlacedFinding]) -> Iterator[tuple[PlacedFinding, str]]:
    """Yield each finding with a fingerprint that no other one of the run has.

    A finding's own fingerprint leaves line and figures out, so that it stays when a file is edited: two lines
    of a suite can share it. Servers take equal ones for one finding, so later ones are numbered.
    """
    seen: Counter[str] = Counter()
    for placed in findings:
        fingerprint = placed.finding.fingerprint(placed.file)
        seen[fingerprint] += 1
        number = seen[fingerprint]
        yield placed, fingerprint if number == 1 else f"{fingerprint}-{number}"
