"""The baseline of ``lint`` as the command line takes it: found, read, and written whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.baseline import DEFAULT_BASELINE, baseline_of, merged
from budgetcalc.cli.messages import say
from budgetcalc.cli.output import write
from budgetcalc.errors import UsageError
from budgetcalc.locations import printable
from budgetcalc.plurals import plural
from budgetcalc.readers.baseline_file import baseline_text, read_baseline
from budgetcalc.records import replace

if TYPE_CHECKING:
    from budgetcalc.lint_report import LintReport
    from budgetcalc.linting import LintRun

NO_BASELINE = "none"
"""What ``--baseline`` takes to say that there is none."""

GONE_WITH_A_BASELINE = {"BC108", "BC913"}
"""Rules whose findings end when it is written: growth over the figures that are replaced, and that there are none."""


def with_baseline(run: LintRun, given: str | None, *, is_required: bool) -> LintRun:
    """Return the run with its baseline: the one given, or the one beside the configuration where there is one.

    Raises:
        UsageError: it is damaged, or a required one is not there.
    """
    if given == NO_BASELINE:
        return run
    path = Path(given) if given is not None else run.root / DEFAULT_BASELINE
    found = read_baseline(path, run.question.limits)
    if found is None and is_required:
        hint = "`budgetcalc lint --write-baseline` writes one"
        raise UsageError(f"there is no baseline {printable(str(path), limit=400)}", hint=hint)
    return replace(run, baseline=found, baseline_path=path)


def accept(report: LintReport, run: LintRun, *, is_whole: bool, quiet: bool) -> tuple[LintReport, LintRun]:
    """Write what there is as the baseline, and return the run with it, and the report without what ended by that.

    Notes are not written: they never fail. What could not be measured cannot be accepted. Growth is over figures
    that are no longer there.

    Raises:
        UsageError: something could not be measured, or the file cannot be written.
    """
    if not report.is_measured:
        hint = "the findings say what it is; a baseline of the rest would hide it"
        say(f"the baseline is not written: not everything could be measured\nhint: {hint}")
        return report, run
    # Read again: another run may have written its files to it while this one measured.
    earlier = None if is_whole else read_baseline(run.baseline_path, run.question.limits)
    lasting = tuple(each for each in report.findings if each.finding.rule not in GONE_WITH_A_BASELINE)
    limits = tuple(line for line in report.budgets if line.held.key != "max_growth")
    report = replace(report, findings=lasting, budgets=limits)
    accepted = [placed for placed in lasting if placed.finding.severity != "note"]
    new = merged(earlier, baseline_of(report.measurements, accepted), is_whole=is_whole)
    write([baseline_text(new)], str(run.baseline_path))
    if not quiet:
        name = printable(str(run.baseline_path), limit=400)
        counts = f"{plural(len(new.measurements), 'file')}, {plural(len(new.accepted), 'finding')}"
        say(f"{name}: {counts} accepted")
    return report, replace(run, baseline=baseline_of(report.measurements, accepted))
