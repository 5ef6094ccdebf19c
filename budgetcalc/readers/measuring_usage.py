"""Usage reports → what they cost together, and why that may not be all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.errors import BudgetcalcError
from budgetcalc.locations import printable
from budgetcalc.measurements import MeasuredUsage, ReadFailure
from budgetcalc.plurals import plural
from budgetcalc.readers.usage import read_usage
from budgetcalc.usage_question import UsageQuestion
from budgetcalc.usage_run import price_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.input_limits import Limits
    from budgetcalc.packed_calls import PackedCalls
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.usage_run import Row


def measure_usage(
    catalogue: Catalogue,
    day: date,
    files: Mapping[str, str],
    *,
    model: str | None = None,
    limits: Limits | None = None,
) -> MeasuredUsage:
    """Return what the reports cost together; a call that stands in several of them counts once.

    Args:
        catalogue: models and prices.
        day: for rows without a date.
        files: name → path of each report.
        model: of rows that name none.
        limits: how much is read of each report.
    """
    failures: list[ReadFailure] = []

    def rows() -> Iterator[Row | PackedCalls]:
        for name, path in files.items():
            try:
                yield from read_usage(path, limits=limits, packs=True)
            except BudgetcalcError as error:
                line = error.location.line if error.location else None
                failures.append(ReadFailure("unreadable", name, line, error.message, error.hint))

    question = UsageQuestion(catalogue, day, model=model)
    priced = price_rows(question, rows())
    return MeasuredUsage(tuple(files), priced.total_usd, tuple(_gaps(priced, failures)), tuple(failures))


def _gaps(priced: PricedUsage, failures: list[ReadFailure]) -> Iterator[str]:
    for unpriced in priced.unpriced:
        model = printable(unpriced.model) or "no model"
        yield f"{plural(unpriced.rows, 'row')} of {model} without a price ({printable(unpriced.reason)})"
    if priced.rows.invalid:
        yield f"{plural(priced.rows.invalid, 'row')} that cannot be read"
    for reason in priced.incomplete:
        yield printable(reason)
    if priced.total_usd is None and not priced.rows.read and not failures:
        yield "no row of usage was found"
