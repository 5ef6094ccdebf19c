"""CSV, one row for one thing, numbers plain.

``estimate``: a row a part, so that a column of tokens sums to the billed input; stripped thinking is not
billed and has no row. ``models``: a row a model. ``price``: a row a group, or a row a line of a group, so that a
column of money sums to the total. ``verify``: a row for everything, then a row a model and a row a feature.
Quoting follows RFC 4180, lines end with a line feed. A cell of text that a spreadsheet would run as a formula gets
a leading apostrophe.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from budgetcalc.locations import printable
from budgetcalc.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetcalc.answers import Report
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.render import Look
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.verification import VerifyReport

Cell = str | int | float | None

ESTIMATE_COLUMNS = (
    "file",
    "line",
    "id",
    "model",
    "kind",
    "path",
    "message",
    "tokens",
    "low",
    "high",
    "method",
)
USAGE_COLUMNS = (
    "rows",
    "uncached_input",
    "cache_write_5m",
    "cache_write_1h",
    "cache_read",
    "output",
    "thinking_known",
    "thinking_at_most",
    "web_search_requests",
    "usd",
)
LINE_COLUMNS = (
    "model",
    "bucket",
    "tokens",
    "requests",
    "usd_per_mtok",
    "multiplier",
    "rule",
    "price_period",
    "price_source",
    "usd",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render_estimates(report: Report, look: Look) -> Iterator[str]:
    """Yield a row a part of every request, as soon as it is answered."""
    del look
    from budgetcalc.answers import Failure

    yield _row(ESTIMATE_COLUMNS)
    for outcome in report.outcomes:
        if isinstance(outcome, Failure):
            continue
        estimate = outcome.estimate
        source, model = estimate.source, estimate.match.model.id
        for part in estimate.counted.parts:
            count = part.count
            yield _row(
                (
                    source.file,
                    source.line,
                    source.id,
                    model,
                    part.kind,
                    part.path,
                    part.message,
                    count.tokens,
                    count.low,
                    count.high,
                    count.method,
                )
            )


def render_models(report: ModelsReport, look: Look) -> Iterator[str]:
    """Yield a row a model."""
    del look
    from budgetcalc.models_report import COLUMNS

    yield _row(COLUMNS)
    for entry in report.entries:
        yield _row(report.row(entry))


def render_verification(report: VerifyReport, look: Look) -> Iterator[str]:
    """Yield the figures of everything, then of each model and feature, a row each."""
    del look
    names = tuple(report.figures.to_dict())
    yield _row(("by", "value", *names))
    for by, value, figures in (
        ("all", "", report.figures),
        *((group.by, group.value, group.figures) for group in report.tally.groups()),
    ):
        cells = figures.to_dict()
        yield _row((by, value, *(cells[name] for name in names)))


def render_usage(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield a row a group, or with lines a row a line of a group; without groups the total is the only one."""
    del look
    from budgetcalc.usage_report import UsageGroup

    question = report.question
    groups = report.groups or (() if question.by else (UsageGroup((), report.spend),))
    # A line names its model itself.
    names = [name for name in question.by if not (question.lines and name == "model")]
    yield _row((*names, *(LINE_COLUMNS if question.lines else USAGE_COLUMNS)))
    for group in groups:
        values = [value for name, value in group.key if name in names]
        if question.lines:
            for line in group.spend.lines(report.search_fee()):
                cells = {"requests": None, **line.to_dict(), "price_source": line.source}
                yield _row((*values, *(cells[column] for column in LINE_COLUMNS)))
        else:
            cells = {**group.spend.tokens_dict(), "web_search_requests": group.spend.web_searches}
            cells |= {"rows": group.spend.rows, "usd": plain(group.spend.usd)}
            yield _row((*values, *(cells[column] for column in USAGE_COLUMNS)))


def _row(cells: Sequence[Cell]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow([_guarded(cell) for cell in cells])
    # A file name may hold what UTF-8 cannot carry.
    return out.getvalue().encode("utf-8", "backslashreplace").decode()


def _guarded(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula and no terminal for a command."""
    if not isinstance(cell, str):
        return cell
    shown = printable(cell, limit=len(cell) * 10)
    return f"'{shown}" if cell.startswith(FORMULA_STARTS) else shown
