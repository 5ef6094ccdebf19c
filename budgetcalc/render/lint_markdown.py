"""``lint`` as GitHub-flavoured Markdown, for comments and job summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.render import lint_wording as wording
from budgetcalc.render.markdown import escape, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetcalc.lint_report import LintReport, PlacedFinding
    from budgetcalc.render import Columns, Look

FINDINGS: Columns = (("severity", "left"), ("where", "left"), ("rule", "left"), ("what", "left"))
MOST_FINDINGS = 200
"""A comment has room for some 65,000 characters."""


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield the verdict, how full each budget is, and the findings, the most severe first."""
    yield f"## budgetcalc lint: {escape(wording.verdict(report))}\n\n"
    yield f"{escape(wording.summary(report))}\n"
    if report.comparison is not None:
        yield f"\n### Change\n\n**{escape(wording.comparison_summary(report.comparison))}**\n"
        changed = wording.change_rows(report.comparison)
        if changed:
            yield "\n" + table(wording.CHANGES, [*changed[:MOST_FINDINGS], *changed[MOST_FINDINGS:][-1:]])
    if look.verbose:
        yield "".join(f"\nPassed over, no request: {escape(name)}\n" for name in report.passed_over)
    if report.budgets:
        rows = wording.budget_rows(report, wording.fullest_first(report.budgets))
        titles = [(title or "verdict", side) for title, side in wording.BUDGETS]
        yield f"\n### Budgets\n\n{table(titles, rows)}"
    findings = wording.folded(report.findings)
    wanted = [placed for placed in findings if look.verbose or placed.finding.severity != "note"]
    if wanted:
        yield "\n### Findings\n\n"
        yield table(FINDINGS, map(_row, _most_severe(wanted)))
    if len(wanted) > MOST_FINDINGS:
        yield f"\n{len(wanted) - MOST_FINDINGS:,} more findings are not shown.\n"


def _most_severe(findings: Sequence[PlacedFinding]) -> Sequence[PlacedFinding]:
    ordered = sorted(findings, key=lambda placed: SEVERITIES.index(placed.finding.severity))
    return ordered[:MOST_FINDINGS]


def _row(placed: PlacedFinding) -> tuple[str, ...]:
    finding = placed.finding
    where = placed.file if placed.line is None else f"{placed.file}:{placed.line}"
    hint = f" ({finding.hint})" if finding.hint else ""
    return finding.severity, where, f"{finding.rule} {finding.name}", f"{finding.message}{hint}"
