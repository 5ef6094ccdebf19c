"""The Claude Code analytics report of the Admin API: tokens a day, person and model, and money beside them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.fields import (
    ASSUMED_5M,
    BadUsage,
    Origin,
    count,
    mapping,
    moment_in,
    text,
)
from budgetcalc.usage import Charge, InvalidRow, ReportPage, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "claude-code-analytics"
_BUCKET = timedelta(days=1)
_BUCKETS = (
    ("uncached_input", "input"),
    ("cache_write_5m", "cache_creation"),
    ("cache_read", "cache_read"),
    ("output", "output"),
)


def is_this(value: Any) -> bool:
    """Whether a value is a page of the report, or one of its records."""
    data = value.get("data")
    first = mapping(data[0]) if isinstance(data, list) and data else value
    return isinstance(first.get("model_breakdown"), list)


def read(value: Mapping[str, Any], origin: Origin) -> Iterator[UsageRow | InvalidRow | ReportPage]:
    """Yield a row for each record and model, then the page itself."""
    records = [mapping(each) for each in value["data"]] if isinstance(value.get("data"), list) else [value]
    for record in records:
        parts = record.get("model_breakdown")
        for part in parts if isinstance(parts, list) else ():
            try:
                yield _row(record, mapping(part), origin)
            except BadUsage as error:
                yield InvalidRow(*origin, str(error))
    if "has_more" in value:
        days = [day for each in records if (day := read_moment(each.get("date")))]
        end = max(days) + _BUCKET if days else None
        yield ReportPage(*origin, FORMAT, min(days, default=None), end, value["has_more"] is True)


def _row(record: Mapping[str, Any], part: Mapping[str, Any], origin: Origin) -> UsageRow:
    """Return the row of one model on one day.

    Raises:
        BadUsage: a count is none.
    """
    start, said = moment_in((record,))
    tokens = part.get("tokens")
    if not isinstance(tokens, dict):
        raise BadUsage("a model's tokens are missing")
    buckets = {bucket: count(tokens.get(name), f"tokens.{name}") for bucket, name in _BUCKETS}
    return UsageRow(
        *origin,
        FORMAT,
        (Charge(text(part.get("model")), UsageTokens(**buckets)),),
        day=start.date() if start else None,
        moment=start,
        period_end=start + _BUCKET if start else None,
        unit="bucket",
        reported_usd=_usd(mapping(part.get("estimated_cost"))),
        dimensions=_dimensions(record),
        warnings=(*said, ASSUMED_5M) if buckets["cache_write_5m"] else said,
    )


def _usd(cost: Mapping[str, Any]) -> Decimal | None:
    amount = cost.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return None
    try:
        cents = Decimal(str(amount))
    except ArithmeticError:
        return None
    return cents.scaleb(-2) if money.is_in_range(cents) else None


def _dimensions(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what a record is told apart by: always the same names, as the report is always grouped the same way."""
    actor = mapping(record.get("actor"))
    said = {
        "user": actor.get("email_address") or actor.get("api_key_name"),
        "terminal": record.get("terminal_type"),
        "customer_type": record.get("customer_type"),
        "organization": record.get("organization_id"),
    }
    return tuple((name, text(value) or "none") for name, value in said.items())
