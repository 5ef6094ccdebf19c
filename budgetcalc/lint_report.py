"""What ``budgetcalc lint`` found: findings at their places, what was measured, and how full each budget is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.limits import held_limits
from budgetcalc.lint.policy import FIXED
from budgetcalc.lint.rules import RULES
from budgetcalc.measurements import Measurement as Measurement  # noqa: PLC0414 - part of a LintReport
from budgetcalc.measurements import measurement_of
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from budgetcalc.comparison import Comparison
    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Figure, Held
    from budgetcalc.lint.policy import Policy
    from budgetcalc.lint.rule import BudgetContext, RunContext
    from budgetcalc.measurements import MeasuredFile, MeasuredUsage

LINT_SCHEMA = "budgetcalc/lint/v1"


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A finding and the file it is in.

    Attributes:
        finding: what the rule says.
        file: as it is shown and compared: relative to the config, with forward slashes.
        line: from 1; ``None`` when the finding speaks of the file as a whole.
        is_unmeasured: the file could not be measured, so that the exit code is 2 and not 1.
        occurrence: how many findings with the same rule, file and path come before it.
    """

    finding: Finding
    file: str
    line: int | None = None
    is_unmeasured: bool = False
    occurrence: int = 0

    @property
    def fingerprint(self) -> str:
        """What stays the same while the finding does, and is no other's in this report."""
        return self.finding.fingerprint(self.file, self.occurrence)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's FINDING."""
        return self.finding.to_dict(self.file, self.line) | {"fingerprint": self.fingerprint}


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """How full one limit of a budget is: the fullest of what is held against it.

    Attributes:
        held: the limit and the fullest figure.
        files: how many of the budget's files were judged.
        figures: how many figures were held against it.
        over: how many of them are over.
    """

    held: Held
    files: int
    figures: int
    over: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON; money as strings, the share as a decimal string."""
        held = self.held

        def plain(figure: Figure) -> int | str:
            return figure if isinstance(figure, int) else money.plain(figure)

        return {
            "budget": held.budget,
            "limit_key": held.key,
            "measured": plain(held.measured),
            "limit": plain(held.limit),
            "full": None if held.full is None else money.plain(round(held.full, 4)),
            "verdict": held.verdict,
            "file": held.file,
            "line": held.line,
            "files": self.files,
            "figures": self.figures,
            "over": self.over,
        }


@dataclass(frozen=True, slots=True)
class LintReport:
    """The answer of one run.

    Attributes:
        findings: sorted by file and line, then the most severe first.
        measurements: one a file, in the order of their names.
        checked: how many of what was looked at: ``files``, ``requests``, ``budgets``, ``rules``, ``suppressed``, and
            of what was ``passed_over``.
        fail_on: the least severity that fails the run.
        budgets: how full each limit is, in the order of the config.
        comparison: with a git ref, when one was asked for.
        passed_over: files that were come upon in a folder and are no requests.
    """

    findings: tuple[PlacedFinding, ...]
    measurements: tuple[Measurement, ...]
    checked: Mapping[str, int]
    fail_on: Severity = "error"
    budgets: tuple[BudgetLine, ...] = ()
    comparison: Comparison | None = None
    passed_over: tuple[str, ...] = ()

    @property
    def failing(self) -> tuple[PlacedFinding, ...]:
        """The findings that fail the run."""
        worst = SEVERITIES[: SEVERITIES.index(self.fail_on) + 1]
        return tuple(placed for placed in self.findings if placed.finding.severity in worst)

    @property
    def is_measured(self) -> bool:
        """Whether everything could be measured."""
        return not any(placed.is_unmeasured for placed in self.findings)

    @property
    def passed(self) -> bool:
        """Whether nothing failed the run, and everything could be measured."""
        return not self.failing and self.is_measured

    def count(self, severity: Severity) -> int:
        """Return how many findings are as severe."""
        return sum(placed.finding.severity == severity for placed in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's ``budgetcalc/lint/v1`` document."""
        document = {
            "schema": LINT_SCHEMA,
            "passed": self.passed,
            "checked": dict(self.checked),
            "findings": [placed.to_dict() for placed in self.findings],
            "budgets": [line.to_dict() for line in self.budgets],
            "measurements": [measurement.to_dict() for measurement in self.measurements],
        }
        return document if self.comparison is None else document | {"diff": self.comparison.to_dict()}


def report_lint(
    files: Sequence[MeasuredFile],
    usages: Sequence[MeasuredUsage],
    run: RunContext,
    policy: Policy,
    *,
    fail_on: Severity = "error",
    planned: Sequence[Finding] = (),
    passed_over: tuple[str, ...] = (),
) -> LintReport:
    """Return what is to be said of measured files: the rules on budgets and on the run, settled by the policy.

    Args:
        files: every file once, in the order of their names.
        usages: usage reports, by budget.
        run: the run, with its budgets; ``suppressed`` says whether it was whole.
        policy: severities and ignores.
        fail_on: the least severity that fails the run.
        planned: what the rules on pipelines found.
        passed_over: files that were come upon and are no requests.
    """
    found = [*planned, *(finding for file in files for finding in file.findings)]
    found += [finding for budget in run.budgets for finding in _on_budget(budget)]
    found += _on_run(run, policy, {rule.id for rule in RULES if rule.scope == "run"} - {_STALE})
    kept, suppressed = policy.without_ignored(_settled(found, policy), run.today)
    if run.suppressed is not None and policy.is_whole:
        stale = _on_run(replace(run, suppressed=suppressed), policy, {_STALE})
        kept = (*kept, *_settled(stale, policy))
    measurements = [measurement_of(file) for file in files if file.requests]
    measurements += [_spent(usage) for usage in usages if len(usage.files) == 1]
    return LintReport(
        tuple(_placed(kept)),
        tuple(sorted(measurements, key=lambda each: each.file)),
        {
            "files": len(
                {*(file.file for file in files), *(name for usage in usages for name in usage.files)}
            ),
            "requests": sum(len(file.requests) for file in files),
            "budgets": len(run.budgets),
            "pipelines": len(run.config.pipelines) if run.suppressed is not None else 0,
            "rules": sum(policy.asks(rule.id) for rule in RULES),
            "suppressed": sum(suppressed),
            "passed_over": len(passed_over),
        },
        fail_on,
        tuple(line for budget in run.budgets for line in _lines(budget)),
        passed_over=passed_over,
    )


_STALE = next(rule.id for rule in RULES if rule.name == "ignore-stale")


def _on_budget(budget: BudgetContext) -> Iterator[Finding]:
    for rule in RULES:
        if rule.scope == "budget":
            yield from rule.check(budget)


def _on_run(run: RunContext, policy: Policy, wanted: set[str]) -> list[Finding]:
    traits = run.traits
    return [
        finding
        for rule in RULES
        if rule.id in wanted and rule.concerns(traits)
        for finding in rule.check(replace(run, options=policy.options(rule.id, rule.options)))
    ]


def _settled(found: Iterable[Finding], policy: Policy) -> Iterator[Finding]:
    return (settled for finding in found if (settled := policy.settled(finding)) is not None)


def _placed(findings: Iterable[Finding]) -> Iterator[PlacedFinding]:
    """Yield the findings in their order, equal ones told apart by their number."""
    met: Counter[tuple[str, str, str]] = Counter()
    for finding in sorted(
        findings, key=lambda f: (f.file, f.line or 0, SEVERITIES.index(f.severity), f.rule, f.path)
    ):
        same = (finding.rule, finding.file, finding.path)
        yield PlacedFinding(finding, finding.file, finding.line, finding.rule in FIXED, met[same])
        met[same] += 1


def _lines(budget: BudgetContext) -> Iterator[BudgetLine]:
    """Yield each limit of a budget with the fullest figure held against it."""
    by_key: dict[str, list[Held]] = {}
    for held in held_limits(budget):
        by_key.setdefault(held.key, []).append(held)
    for figures in by_key.values():
        fullest = max(figures, key=lambda each: (each.full is None and bool(each.measured), each.full or 0))
        files = len(budget.usage.files) if budget.usage is not None else len(budget.files)
        yield BudgetLine(fullest, files, len(figures), sum(each.verdict == "over" for each in figures))


def _spent(usage: MeasuredUsage) -> Measurement:
    return Measurement(usage.files[0], 0, 0, 0, 0, None, None, 0, usage.usd)
