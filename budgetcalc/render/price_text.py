"""``price`` for a terminal: groups or kinds of tokens as a table, what qualifies them, the total last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.dimensions import PERIODS
from budgetcalc.money import plain
from budgetcalc.render import usage_wording as wording
from budgetcalc.render.text import EMPTY, Grid, Line, Span, line, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.render import Look
    from budgetcalc.usage_report import PricedUsage, UsageGroup

BAR = 24
"""Cells of the longest bar."""
STYLES = {"unpriced": "bold red", "invalid": "bold red", "incomplete": "bold red"}


def render_usage(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield the page: tables first, the total in the last line."""
    yield page(_items(report, look), look)


def _items(report: PricedUsage, look: Look) -> Iterator[Line | Grid]:
    if report.rows.priced:
        yield _table(report, look)
        if report.question.lines:
            yield from _lines(report)
        yield EMPTY
    if report.reconciliation is not None:
        yield Grid(wording.RECONCILED, list(wording.reconciled_rows(report)))
        yield EMPTY
    if report.failed:
        inputs = "1 input" if len(report.failed) == 1 else f"{len(report.failed):,} inputs"
        yield line(Span(f"{inputs} could not be read, see the errors", "bold red"))
    for severity, text in wording.problems(report):
        if severity != "error":
            yield line(Span(severity, STYLES.get(severity, "yellow")), f" {text}")
    for name, text in wording.sentences(report):
        yield line(Span(f"{name:<10}", "dim"), f"  {text}")
    if look.verbose and report.total_usd is not None:
        yield line(Span(f"{'exact':<10}", "dim"), f"  ${plain(report.total_usd)}")
    style = "bold green" if report.complete and not report.over_limit else "bold red"
    yield line(Span(f"{'total':<10}", "bold"), "  ", Span(wording.total_sentence(report), style))


def _table(report: PricedUsage, look: Look) -> Grid:
    """Return the groups, with a bar where they follow time; without groups the kinds of tokens."""
    if not report.groups:
        return Grid(wording.BUCKET_COLUMNS, wording.bucket_rows(report.spend))
    columns = wording.group_columns(report)
    rows: list[list[Span | str]] = [list(wording.group_cells(group)) for group in report.groups]
    if look.terminal and any(name in PERIODS for name in report.question.by):
        columns = (*columns, ("", "left"))
        for row, bar in zip(rows, _bars(report.groups, look), strict=True):
            row.append(bar)
    return Grid(columns, rows)


def _bars(groups: tuple[UsageGroup, ...], look: Look) -> Iterator[Span]:
    """Yield a bar a group; what is not nothing gets a cell."""
    largest = max(group.spend.usd for group in groups) or 1
    for group in groups:
        usd = group.spend.usd
        yield Span(("█" if look.unicode else "#") * max(round(usd / largest * BAR), int(usd > 0)), "cyan")


def _lines(report: PricedUsage) -> Iterator[Line | Grid]:
    for group in report.groups:
        yield EMPTY
        yield line(Span(group.label, "bold"))
        yield Grid(wording.LINES, list(wording.line_rows(report, group.spend)))
    if not report.groups:
        yield EMPTY
        yield Grid(wording.LINES, list(wording.line_rows(report, report.spend)))
