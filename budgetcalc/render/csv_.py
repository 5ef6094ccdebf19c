"""CSV, one row for one thing, numbers plain.

``estimate``: a row a part, so that a column of tokens sums to the billed input; stripped thinking is not
billed and has no row. ``models``: a row a model. Quoting follows RFC 4180, lines end with a line feed. A cell
of text that a spreadsheet would run as a formula gets a leading apostrophe.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetcalc.answers import Report
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.render import Look

Cell = str | int | None

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


def _row(cells: Sequence[Cell]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow([_guarded(cell) for cell in cells])
    # A file name may hold what UTF-8 cannot carry.
    return out.getvalue().encode("utf-8", "backslashreplace").decode()


def _guarded(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
