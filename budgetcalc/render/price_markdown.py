"""``price`` as GitHub-flavoured Markdown, for comments and job summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.render import usage_wording as wording
from budgetcalc.render.markdown import escape, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.render import Look
    from budgetcalc.usage_report import PricedUsage


def render_usage(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield the total, the groups or kinds of tokens, and what qualifies them."""
    del look
    yield "## Claude usage cost\n\n"
    yield f"**Total: {escape(wording.total_sentence(report))}**\n\n"
    if report.groups:
        yield table(wording.group_columns(report), wording.group_rows(report.shown_groups))
    elif report.rows.priced:
        yield table(wording.BUCKET_COLUMNS, wording.bucket_rows(report.spend))
    if report.question.lines:
        yield from _lines(report)
    if report.reconciliation is not None:
        yield "\n### Reconciliation\n\n"
        yield table(wording.RECONCILED, wording.reconciled_rows(report))
    yield "\n" + "".join(f"- {name}: {escape(text)}\n" for name, text in wording.sentences(report))
    found = list(wording.problems(report))
    if found:
        yield "\n### Problems and warnings\n\n"
        yield "".join(f"- **{severity}** {escape(text)}\n" for severity, text in found)


def _lines(report: PricedUsage) -> Iterator[str]:
    for label, spend in [(group.label, group.spend) for group in report.shown_groups] or [("", report.spend)]:
        yield f"\n### Lines{': ' if label else ''}{escape(label)}\n\n"
        yield table(wording.LINES, wording.line_rows(report, spend))
