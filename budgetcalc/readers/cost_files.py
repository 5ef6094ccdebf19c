"""Files of reported money, for ``price --reconcile``: cost reports of the Admin API, cost exports of the Console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.errors import InputError
from budgetcalc.locations import Location
from budgetcalc.readers.files import open_input
from budgetcalc.readers.usage import reported_costs
from budgetcalc.readers.usage.csv_tables import header_of
from budgetcalc.readers.usage.raw_input import with_line_feeds, without_http_headers
from budgetcalc.readers.usage.values import first_lines, json_values, text_lines
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.files import Opened
    from budgetcalc.usage import ReportedCost, ReportPage

HINT = "give the JSON of /v1/organizations/cost_report, or the cost CSV of the Console"


def read_costs(
    path: str, *, stdin: BinaryIO | None = None, limits: Limits | None = None
) -> Iterator[ReportedCost | InvalidRow | ReportPage]:
    """Yield the amounts of a cost report.

    Args:
        path: a file, or ``-`` for standard input.
        stdin: standard input as bytes.
        limits: how much is read.

    Raises:
        InputError: missing or unreadable, or no cost report.
    """
    opened, _ = without_http_headers(with_line_feeds(open_input(path, stdin=stdin, limits=limits)))
    if opened.head.lstrip()[:1] in {b"{", b"["}:
        yield from _json_costs(opened)
        return
    first = (line.decode(errors="replace") for line in first_lines(opened.head, 2))
    if not reported_costs.is_header(header_of(first)):
        raise InputError("this is no cost report", location=Location(opened.file), hint=HINT)
    yield from reported_costs.read_csv(text_lines(opened), opened.file, opened.limits.cell_lines)


def _json_costs(opened: Opened) -> Iterator[ReportedCost | InvalidRow | ReportPage]:
    for each in json_values(opened):
        if isinstance(each, InvalidRow):
            yield each
            continue
        origin, value = each
        if not reported_costs.is_this(value):
            raise InputError("this is no cost report", location=Location(*origin), hint=HINT)
        yield from reported_costs.read(value, origin)
