"""``lint`` for a terminal: findings by file, how full each budget is, and the verdict last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc.render import lint_wording as wording
from budgetcalc.render.estimate_text import SEVERITY_STYLES
from budgetcalc.render.text import EMPTY, Grid, Line, Span, line, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetcalc.lint_report import LintReport, PlacedFinding
    from budgetcalc.render import Look

VERDICT_STYLES = {"OVER": "bold red", "near": "yellow", "uncertain": "yellow", "ok": "green"}


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield the findings of each file (notes only with ``-v``, with ``-q`` only what fails), then the sums."""
    yield page(_page(report, look), look)


def _page(report: LintReport, look: Look) -> Iterator[Line | Grid]:
    shown = wording.folded(_shown(report, look))
    for file, findings in groupby(shown, key=lambda placed: placed.file):
        yield line(Span(file, "bold"))
        yield from _findings(list(findings))
        yield EMPTY
    if report.budgets and not look.quiet:
        yield Grid(wording.BUDGETS, _budget_rows(report))
        yield EMPTY
    if report.comparison is not None:
        if report.comparison.changes:
            yield Grid(wording.CHANGES, wording.change_rows(report.comparison))
        yield line(wording.comparison_summary(report.comparison))
        yield EMPTY
    if look.verbose:
        for name in report.passed_over:
            yield line(Span(f"passed over, no request: {name}", "dim"))
    hidden = report.count("note") if not (look.verbose or look.quiet or report.fail_on == "note") else 0
    tail = " (-v shows the notes)" if hidden else ""
    yield line(Span(wording.summary(report), "bold"), tail)
    yield line(Span(wording.verdict(report), "bold green" if report.passed else "bold red"))


def _shown(report: LintReport, look: Look) -> Sequence[PlacedFinding]:
    if look.quiet:
        failing = set(report.failing)
        return [placed for placed in report.findings if placed in failing or placed.is_unmeasured]
    if look.verbose or report.fail_on == "note":
        return report.findings
    return [placed for placed in report.findings if placed.finding.severity != "note"]


def _findings(findings: Sequence[PlacedFinding]) -> Iterator[Line]:
    """Yield place, severity and rule in columns, then the sentence: lines that fold are still read."""
    places = [f"{'' if placed.line is None else placed.line}" for placed in findings]
    width = max(map(len, places))
    for placed, place in zip(findings, places, strict=True):
        finding = placed.finding
        yield line(
            f"  {place:>{width}}{':' if place else ' '} " if width else "  ",
            Span(f"{finding.severity:<7}", SEVERITY_STYLES[finding.severity]),
            f"  {finding.rule} {finding.message}",
            Span(f"  [{finding.name}]", "dim"),
        )
        indent = " " * (width + 4 if width else 2)
        if finding.hint:
            yield line(f"{indent}{'':<7}  ", Span(f"hint: {finding.hint}", "dim"))


def _budget_rows(report: LintReport) -> list[list[Span | str]]:
    rows = zip(report.budgets, wording.budget_rows(report, report.budgets), strict=True)
    return [
        [*cells[:5], Span(cells[5], VERDICT_STYLES[wording.VERDICTS[budget.held.verdict]]), cells[6]]
        for budget, cells in rows
    ]
