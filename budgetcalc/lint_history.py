"""``lint`` beside what was before: the baseline that was accepted, and the files as they were at a git ref."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.baseline import hold_against
from budgetcalc.comparison import Comparison, compare_measurements
from budgetcalc.globs import matches
from budgetcalc.lint.policy import Policy
from budgetcalc.lint.rule import RunContext
from budgetcalc.lint.rules import RULES
from budgetcalc.lint_report import PlacedFinding
from budgetcalc.linting import STDIN, measure_files, select_files
from budgetcalc.measurements import measurement_of
from budgetcalc.readers.git_tree import write_tree
from budgetcalc.readers.lint_files import relative_name
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgetcalc.lint_report import LintReport
    from budgetcalc.linting import LintRun


def hold_report(report: LintReport, run: LintRun, *, is_whole: bool) -> LintReport:
    """Return the report with what the baseline accepts taken out, and told of as a number.

    Args:
        report: of the run.
        run: with its baseline; without one the report is returned as it is.
        is_whole: whether all files were looked at, so that what was not found is gone.
    """
    if run.baseline is None:
        return report
    ratchet = hold_against(report.findings, run.baseline)
    if not is_whole:
        looked_at = {measured.file for measured in report.measurements}
        ratchet = replace(ratchet, gone=tuple(each for each in ratchet.gone if each.file in looked_at))
    context = RunContext(
        run.config, run.baseline_name, run.today, run.today, "", has_baseline=True, ratchet=ratchet
    )
    policy = Policy(run.config, run.select, run.ignore)
    stale = next(rule for rule in RULES if rule.name == "baseline-stale")
    said = tuple(
        PlacedFinding(settled, settled.file)
        for finding in stale.check(context)
        if (settled := policy.settled(finding)) is not None
    )
    checked = {**report.checked, "accepted": len(ratchet.accepted)}
    return replace(report, findings=(*ratchet.findings, *said), checked=checked)


def compare_with(report: LintReport, paths: Sequence[str], run: LintRun, ref: str) -> LintReport:
    """Return the report with how its files have changed since a git ref.

    The files of the ref are judged by the configuration of today, so that only they differ.

    Args:
        report: of the run.
        paths: as they were given to the run.
        run: what is asked.
        ref: branch, tag or commit.

    Raises:
        UsageError: git is missing, or there is no such ref.
    """
    from tempfile import TemporaryDirectory

    names = [relative_name(Path(path), run.root) for path in paths if path != STDIN]
    globs = [glob for budget in run.config.budgets for glob in budget.files if not glob.startswith("!")]

    def wanted(file: str) -> bool:
        if names:
            return any(name in {".", file} or file.startswith(f"{name}/") for name in names)
        return any(matches(glob, file) for glob in globs)

    with TemporaryDirectory(prefix="budgetcalc-") as folder:
        commit = write_tree(run.root, ref, wanted, Path(folder))
        config = replace(run.config, file=str(Path(folder) / Path(run.config.file or "-").name))
        earlier = replace(run, config=config, cache=None)
        there = [str(Path(folder) / name) for name in names if (Path(folder) / name).exists()]
        has_files = bool(there) or not names
        files = measure_files(select_files(there, config, earlier.root), earlier, None) if has_files else {}
    before = [measurement_of(file) for file in files.values() if file.requests]
    now = [measured for measured in report.measurements if measured.requests]
    unmeasured = tuple(name for name, file in files.items() if file.failures)
    changes = compare_measurements(before, now)
    known = tuple(change for change in changes if change.file not in unmeasured)
    return replace(report, comparison=Comparison(ref, commit, known, unmeasured))
