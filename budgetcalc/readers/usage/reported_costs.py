"""Reports of money: the Admin ``cost_report``, the analytics cost reports and the Console's cost export.

They hold no tokens to price: their rows are compared with, for ``price --reconcile`` (formats.md §4.2, §4.3).
API amounts are in cents.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.admin_pages import Result, is_report, report_pages, results
from budgetcalc.readers.usage.csv_tables import MOST_LINES_OF_A_CELL, Record, records
from budgetcalc.readers.usage.fields import BadUsage, Origin, mapping, text
from budgetcalc.readers.usage.reported_values import (
    amount,
    dimensions,
    optional_amount,
)
from budgetcalc.usage import InvalidRow, ReportedCost, ReportPage

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = "admin-cost-report"
CONSOLE_FORMAT = "console-cost-csv"

_CENT = Decimal("0.01")
_REQUIRED = ("usage_date_utc", "cost_usd")

_KINDS = {
    "uncached_input_tokens": "uncached_input",
    "cache_creation.ephemeral_5m_input_tokens": "cache_write_5m",
    "cache_creation.ephemeral_1h_input_tokens": "cache_write_1h",
    "cache_read_input_tokens": "cache_read",
    "output_tokens": "output",
    "input_no_cache": "uncached_input",
    "input_cache_write_5m": "cache_write_5m",
    "input_cache_write_1h": "cache_write_1h",
    "input_cache_read": "cache_read",
}
"""Token types of the API and of the Console → buckets; others keep their name."""


def is_this(value: object) -> bool:
    """Return whether a document is a cost report: pages, buckets, or one of either."""
    return is_report(value, lambda fields: "amount" in fields)


def read(value: object, origin: Origin) -> Iterator[ReportedCost | InvalidRow | ReportPage]:
    """Yield an amount per result, then the pages."""
    for each in results(value):
        try:
            yield _cost(each, origin)
        except BadUsage as bad:
            yield InvalidRow(origin.file, origin.line, f"{each.place}: {bad}" if each.place else str(bad))
    yield from report_pages(value, origin, FORMAT)


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of the Console's cost export."""
    return set(_REQUIRED) <= set(header)


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[ReportedCost | InvalidRow]:
    """Yield an amount per line of the Console's cost export, which rounds each to cents.

    Raises:
        InputError: a column is missing.
    """
    for record in records(lines, file, is_header, lambda _: _REQUIRED, cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        try:
            yield _console_cost(record, Origin(file, record.line))
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))


def _cost(result: Result, origin: Origin) -> ReportedCost:
    fields = result.fields
    if text(fields.get("currency")) not in (None, "USD"):
        raise BadUsage("the currency is not USD")
    cents = amount(fields.get("amount"), "amount")
    listed = optional_amount(fields.get("list_amount"), "list_amount")
    return ReportedCost(
        origin.file,
        origin.line,
        result.start.date() if result.start else None,
        text(fields.get("model")),
        _kind(text(fields.get("cost_type")), text(fields.get("token_type"))),
        money.times(cents, _CENT),
        None if listed is None else money.times(listed, _CENT),
        _step(money.times(cents, _CENT)),
        text(fields.get("description")) or "",
        dimensions(
            workspace=fields.get("workspace_id"),
            service_tier=fields.get("service_tier"),
            context_window=fields.get("context_window"),
            inference_geo=fields.get("inference_geo"),
            product=fields.get("product"),
            user=mapping(fields.get("actor")).get("user_id"),
        ),
    )


def _console_cost(record: Record, origin: Origin) -> ReportedCost:
    cells = record.cells
    when = read_moment(cells["usage_date_utc"])
    usd = amount(_without_commas(record, "cost_usd"), "cost_usd")
    listed = optional_amount(_without_commas(record, "list_price_usd"), "list_price_usd")
    return ReportedCost(
        origin.file,
        origin.line,
        when.date() if when else None,
        text(cells.get("model")),
        _kind(text(cells.get("cost_type")), text(cells.get("token_type"))),
        usd,
        listed,
        _step(usd),
        text(cells.get("token_type")) or "",
        dimensions(
            **{name: cells.get(name) for name in ("workspace", "api_key", "context_window", "inference_geo")}
        ),
    )


def _kind(cost_type: str | None, token_type: str | None) -> str | None:
    """Return the bucket of tokens, or the type of what is no token."""
    if cost_type not in (None, "token", "tokens"):
        return cost_type
    return None if token_type is None else _KINDS.get(token_type, token_type)


def _step(usd: Decimal) -> Decimal:
    """Return the last digit given: a cent, or less where the report has more digits."""
    exponent = usd.as_tuple().exponent
    return min(_CENT, Decimal(1).scaleb(exponent)) if isinstance(exponent, int) else _CENT


def _without_commas(record: Record, name: str) -> str:
    """Return an amount without thousands commas; ``1,5`` stays as it is, which is no amount.

    Raises:
        BadUsage: the comma may be a decimal one: where commas do not stand between cells, they often are.
    """
    written = record.cells.get(name, "")
    if record.delimiter == ";" and "," in written:
        raise BadUsage(f"{name} may have a decimal comma: export it with decimal points")
    whole, point, decimals = written.partition(".")
    parts = whole.lstrip("-").split(",")
    grouped = len(parts) > 1 and 1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    return whole.replace(",", "") + point + decimals if grouped else written
