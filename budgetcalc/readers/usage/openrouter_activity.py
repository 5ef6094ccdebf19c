"""OpenRouter's activity: the use of a model on a day, from its page as CSV and from ``/api/v1/activity`` as JSON.

Both count prompts with their cached tokens and do not tell them apart, and completions with their reasoning.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.csv_tables import MOST_LINES_OF_A_CELL, cell_count, records
from budgetcalc.readers.usage.fields import UNREADABLE_DATE, BadUsage, Origin, count, mapping, text
from budgetcalc.readers.usage.inclusive_counts import made_disjoint
from budgetcalc.readers.usage.reported_values import NO_CACHE_SPLIT, optional_amount
from budgetcalc.usage import Charge, InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

FORMAT = "openrouter-activity"

_COLUMNS = {
    "Date": "date",
    "Slug": "model_permaslug",
    "Usage": "usage",
    "BYOK Usage": "byok_usage_inference",
    "Prompt Tokens": "prompt_tokens",
    "Completion Tokens": "completion_tokens",
    "Reasoning Tokens": "reasoning_tokens",
    "Provider": "provider_name",
    "API Key": "api_key",
}
"""Columns of the page's export → fields of the API."""

_SDK_NAMES = {
    "byokUsageInference": "byok_usage_inference",
    "completionTokens": "completion_tokens",
    "endpointId": "endpoint_id",
    "modelPermaslug": "model_permaslug",
    "promptTokens": "prompt_tokens",
    "providerName": "provider_name",
    "reasoningTokens": "reasoning_tokens",
}
"""Names that OpenRouter's TypeScript SDK gives the API's fields."""

_REQUIRED = ("Prompt Tokens", "Completion Tokens")
_KEYS = frozenset({"date", "model_permaslug", "prompt_tokens", "completion_tokens"})
_DIMENSIONS = (("provider", "provider_name"), ("endpoint", "endpoint_id"), ("api_key", "api_key"))


def is_this(value: object) -> bool:
    """Return whether an object is an item of the API's answer."""
    return _with_api_names(mapping(value)).keys() >= _KEYS


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one item."""
    try:
        yield _row(_with_api_names(mapping(value)), origin)
    except BadUsage as bad:
        yield InvalidRow(*origin, str(bad))


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of the page's export."""
    return {"Date", "Slug"} <= set(header)


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[UsageRow | InvalidRow]:
    """Yield a row per line of the page's export.

    Raises:
        InputError: a token column is missing.
    """
    for record in records(lines, file, is_header, lambda _: _REQUIRED, cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        cells = record.cells
        counted = (*_REQUIRED, *(("Reasoning Tokens",) if cells.get("Reasoning Tokens") else ()))
        try:
            counts = {_COLUMNS[name]: cell_count(cells, name) for name in counted}
            said = {field: cells.get(name) or None for name, field in _COLUMNS.items()}
            yield _row({**said, **counts}, Origin(file, record.line))
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))


def _with_api_names(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {_SDK_NAMES.get(name, name): value for name, value in item.items()}


def _row(item: Mapping[str, Any], origin: Origin) -> UsageRow:
    day = read_moment(item["date"])
    missing = next((name for name in ("prompt_tokens", "completion_tokens") if item[name] is None), None)
    if missing:
        raise BadUsage(f"there is no {missing}")
    thinking = item.get("reasoning_tokens")
    tokens = made_disjoint(
        count(item["prompt_tokens"], "prompt_tokens"),
        count(item["completion_tokens"], "completion_tokens"),
        thinking=None if thinking is None else count(thinking, "reasoning_tokens"),
    )
    return UsageRow(
        *origin,
        FORMAT,
        (Charge(text(item["model_permaslug"]) or text(item.get("model")), tokens),),
        day=day.date() if day else None,
        moment=day,
        period_end=day + timedelta(days=1) if day else None,
        unit="bucket",
        reported_usd=_cost(item),
        dimensions=tuple((name, text(item.get(field)) or "none") for name, field in _DIMENSIONS),
        warnings=(NO_CACHE_SPLIT,) if day else (NO_CACHE_SPLIT, UNREADABLE_DATE),
    )


def _cost(item: Mapping[str, Any]) -> Decimal | None:
    """Return what was paid: to OpenRouter, and to providers with a key of one's own."""
    names = ("usage", "byok_usage_inference")
    amounts = [paid for name in names if (paid := optional_amount(item.get(name), name)) is not None]
    return money.total(amounts) if amounts else None
