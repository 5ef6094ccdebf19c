"""``verify`` as GitHub-flavoured Markdown, for comments and job summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.render import verify_wording as wording
from budgetcalc.render.markdown import escape, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.render import Look
    from budgetcalc.verification import VerifyReport


def render_verification(report: VerifyReport, look: Look) -> Iterator[str]:
    """Yield the answer, the tables, and what qualifies them."""
    del look
    yield "## Estimates beside what was billed\n\n"
    yield f"**{escape(wording.verdict(report))}**\n"
    for columns, rows in wording.group_tables(report):
        yield "\n"
        yield table(columns, rows)
    shared = report.shared_differences()
    if shared:
        yield "\n### Differences that recordings share\n\n"
        yield table(wording.SHARED, [wording.shared_cells(*each) for each in shared])
    worst = [wording.worst_cells(case, report) for case in report.tally.worst_first()]
    if worst:
        yield "\n### Worst cases\n\n"
        yield table(wording.WORST, worst)
    said = list(wording.sentences(report))
    if said:
        yield "\n" + "".join(f"- {name}: {escape(text)}\n" for name, text in said)
