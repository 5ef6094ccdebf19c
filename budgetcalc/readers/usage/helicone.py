"""Helicone: requests as its API and its export tool write them, as JSON and as CSV.

The fields are those of ``/v1/request/query-clickhouse`` and of ``npx @helicone/export``. Counts are the provider's own:
for Claude ``prompt_tokens`` leaves cache reads and writes out. A response's body, where it was exported, says more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage import messages
from budgetcalc.readers.usage.csv_tables import MOST_LINES_OF_A_CELL, cell_count, records
from budgetcalc.readers.usage.fields import (
    ASSUMED_5M,
    UNREADABLE_DATE,
    BadUsage,
    Origin,
    count,
    mapping,
    text,
)
from budgetcalc.readers.usage.reported_values import dimensions, optional_amount
from budgetcalc.records import replace
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "helicone"

CACHE_HIT = "answered from the gateway's cache"
FAILED = "failed call"
NO_CACHE_COLUMNS = (
    "the export has no cache columns: cached tokens are not in the total, which is a lower bound"
)

_COUNTS = ("prompt_tokens", "completion_tokens")
_KEYS = frozenset({"response_status", *_COUNTS})
_IDS = ("request_id", "response_id")
_TIMES = ("request_created_at", "response_created_at")
_MODELS = ("model", "model_override", "response_model", "request_model")
_NOT_CACHED = (None, "", "00000000-0000-0000-0000-000000000000")
_FIRST_ERROR = 400


def is_this(value: object) -> bool:
    """Return whether an object is a recorded request."""
    record = mapping(value)
    return record.keys() >= _KEYS and any(name in record for name in _IDS)


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one request."""
    try:
        yield _row(mapping(value), origin)
    except BadUsage as bad:
        yield InvalidRow(*origin, str(bad))


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of the export tool."""
    return is_this(dict.fromkeys(header)) or {"response_id", "response_status", "request_created_at"} <= set(
        header
    )


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[UsageRow | InvalidRow]:
    """Yield a row per line of an export.

    Raises:
        InputError: a token column is missing.
    """
    for record in records(lines, file, is_header, lambda _: _COUNTS, cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        cells: dict[str, Any] = {name: cell or None for name, cell in record.cells.items()}
        try:
            counts = {name: cell_count(record.cells, name) for name in _numbers(record.cells)}
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))
            continue
        for row in read({**cells, **counts}, Origin(file, record.line)):
            if isinstance(row, InvalidRow) or "prompt_cache_read_tokens" in cells:
                yield row
            else:
                yield replace(row, warnings=(*row.warnings, NO_CACHE_COLUMNS))


def _numbers(cells: Mapping[str, str]) -> Iterator[str]:
    names = (*_COUNTS, "prompt_cache_read_tokens", "prompt_cache_write_tokens", "response_status")
    return (name for name in names if cells.get(name) and not cells[name].startswith("-"))


def _row(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    when = next((read for name in _TIMES if (read := read_moment(record.get(name)))), None)
    identity = next((name for each in _IDS if (name := text(record.get(each)))), None)
    properties = {**mapping(record.get("request_properties")), **mapping(record.get("properties"))}
    row = _counted(record, origin)
    unbilled = _unbilled(record, row)
    return replace(
        row,
        charges=() if unbilled else row.charges,
        day=when.date() if when else None,
        moment=when,
        unbilled=unbilled or row.unbilled,
        reported_usd=optional_amount(record.get("costUSD"), "costUSD"),
        call_id=row.call_id or (f"helicone:{identity}" if identity else None),
        dimensions=dimensions(
            provider=record.get("provider"),
            user=record.get("request_user_id") or record.get("helicone_user"),
            session=properties.get("Helicone-Session-Id"),
            **{f"property.{name}": value for name, value in properties.items()},
        ),
        warnings=row.warnings if when else (*row.warnings, UNREADABLE_DATE),
    )


def _unbilled(record: Mapping[str, Any], row: UsageRow) -> str:
    """Return why a request costs nothing; Helicone writes negative statuses for what was never answered."""
    if record.get("cache_reference_id") not in _NOT_CACHED:
        return CACHE_HIT
    status = record.get("response_status")
    is_error = isinstance(status, int) and not 0 <= status < _FIRST_ERROR
    return FAILED if is_error and not any(charge.tokens.output for charge in row.charges) else ""


def _counted(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    """Return the row of the response's body where it holds usage, else of the record's own counts."""
    body = mapping(record.get("response_body"))
    model = next((name for each in _MODELS if (name := text(record.get(each)))), None)
    if messages.is_this(body) and mapping(body.get("usage")):
        return messages.response_row(body, origin, ({"model": model},), form=FORMAT)
    if all(record.get(name) is None for name in _COUNTS):
        return UsageRow(*origin, FORMAT, ())
    written = count(record.get("prompt_cache_write_tokens"), "prompt_cache_write_tokens")
    tokens = UsageTokens(
        uncached_input=count(record.get("prompt_tokens"), "prompt_tokens"),
        cache_write_5m=written,
        cache_read=count(record.get("prompt_cache_read_tokens"), "prompt_cache_read_tokens"),
        output=count(record.get("completion_tokens"), "completion_tokens"),
    )
    return UsageRow(*origin, FORMAT, (Charge(model, tokens),), warnings=(ASSUMED_5M,) if written else ())
