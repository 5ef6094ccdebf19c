"""``price`` for a terminal: groups or kinds of tokens as a table, what qualifies them, the total last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc.dimensions import PERIODS
from budgetcalc.plurals import plural
from budgetcalc.render import usage_wording as wording
from budgetcalc.render.text import EMPTY, Grid, Line, Span, fits, line, note, page, width
from budgetcalc.usage_report import UsageGroup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from budgetcalc.render import Look
    from budgetcalc.usage_report import PricedUsage

BAR = 24
"""Cells of the longest bar, fewer where a terminal is narrow."""
LEAST_BAR = 6
STYLES = {"unpriced": "bold red", "invalid": "bold red", "incomplete": "bold red"}


def render_usage(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield the page: tables first, the total in the last line."""
    yield page(_items(report, look), look)


def _items(report: PricedUsage, look: Look) -> Iterator[Line | Grid]:
    if report.rows.priced:
        yield _table(report, look)
        if report.question.lines:
            yield from _lines(report, look)
        yield EMPTY
    if report.reconciliation is not None:
        yield from _reconciled(list(wording.reconciled_rows(report)), look)
        yield EMPTY
    if report.failed:
        inputs = plural(len(report.failed), "input")
        yield line(Span(f"{inputs} could not be read, see the errors", "bold red"))
    for severity, text in wording.problems(report):
        if severity != "error":
            yield from note(Span(severity, STYLES.get(severity, "yellow")), text, look)
    for name, text in wording.sentences(report):
        yield from note(Span(name, "dim"), text, look)
    style = "bold green" if report.complete and not report.over_limit else "bold red"
    yield from note(Span("total", "bold"), Span(wording.total_sentence(report), style), look)


def _table(report: PricedUsage, look: Look) -> Grid:
    """Return the groups, with a bar where they follow time; without groups the kinds of tokens.

    A terminal too narrow for every kind of token gets fewer columns.
    """
    if not report.groups:
        return Grid(wording.BUCKET_COLUMNS, wording.bucket_rows(report.spend))
    keys, whole = wording.group_keys(report), (wording.FIGURES, wording.all_figures)
    for titles, figures in (whole, (wording.FEW_FIGURES, wording.few_figures)):
        grid = Grid((*keys, *titles), wording.group_rows(report.shown_groups, figures))
        if not look.terminal or fits(grid, look):
            break
    return _with_bars(grid, report, look)


def _with_bars(grid: Grid, report: PricedUsage, look: Look) -> Grid:
    """Return the table with a bar a group where the groups follow time and there is room."""
    room = BAR if look.width is None else min(BAR, look.width - width(grid) - 2)
    if not look.terminal or room < LEAST_BAR or not any(name in PERIODS for name in report.question.by):
        return grid
    largest = max(group.spend.usd for group in report.shown_groups) or 1
    glyph = "█" if look.unicode else "#"

    def bar(usd: Decimal) -> Span:
        """What is not nothing gets a cell."""
        return Span(glyph * max(round(usd / largest * room), int(usd > 0)), "cyan")

    bars = (bar(group.spend.usd) for group in report.shown_groups)
    return Grid(
        (*grid.columns, ("", "left")), [[*row, each] for row, each in zip(grid.rows, bars, strict=True)]
    )


def _lines(report: PricedUsage, look: Look) -> Iterator[Line | Grid]:
    for group in report.shown_groups or (UsageGroup((), report.spend),):
        yield EMPTY
        if group.key:
            yield line(Span(group.label, "bold"))
        rows = list(wording.line_rows(report, group.spend))
        yield from _parted(Grid(wording.LINES, rows), ("model", "rule", "period", "source"), look)


def _reconciled(rows: list[list[str]], look: Look) -> Iterator[Line | Grid]:
    yield from _parted(Grid(wording.RECONCILED, rows), ("day", "model"), look)


def _parted(grid: Grid, common: tuple[str, ...], look: Look) -> Iterator[Line | Grid]:
    """Yield a table; where a terminal is too narrow for it one a part, its common cells in the line above."""
    if not look.terminal or fits(grid, look):
        yield grid
        return
    titles = [title for title, _ in grid.columns]
    above = [titles.index(name) for name in common]
    below = [at for at in range(len(titles)) if at not in above]
    for names, rows in groupby(grid.rows, key=lambda row: [str(row[at]) for at in above]):
        yield line(Span("  ".join(filter(None, names)), "dim"))
        yield Grid([grid.columns[at] for at in below], [[row[at] for at in below] for row in rows])
