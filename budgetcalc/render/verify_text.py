"""``verify`` for a terminal: figures by model and feature, the worst cases, the answer last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.render import verify_wording as wording
from budgetcalc.render.text import EMPTY, Grid, Line, Span, line, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.render import Look
    from budgetcalc.verification import VerifyReport


def render_verification(report: VerifyReport, look: Look) -> Iterator[str]:
    """Yield the page: tables first, the answer in the last line."""
    yield page(_items(report), look)


def _items(report: VerifyReport) -> Iterator[Line | Grid]:
    for columns, rows in wording.group_tables(report):
        yield Grid(columns, rows)
        yield EMPTY
    shared = report.shared_differences()
    if shared:
        yield line(Span("Differences that recordings share", "bold"))
        yield Grid(wording.SHARED, [wording.shared_cells(*each) for each in shared])
        yield EMPTY
    worst = [wording.worst_cells(case, report) for case in report.tally.worst_first()]
    if worst:
        yield line(Span("Worst cases", "bold"))
        yield Grid(wording.WORST, worst)
        yield EMPTY
    for name, text in wording.sentences(report):
        yield line(Span(f"{name:<10}", "dim"), f"  {text}")
    good = bool(report.tally.added) and not report.too_few_exact
    yield line(
        Span("answer    ", "bold"), "  ", Span(wording.verdict(report), "bold green" if good else "bold red")
    )
