"""OpenRouter: responses with usage accounting, the activity export and the logs export (formats.md §7).

``prompt_tokens`` includes cache reads and writes, as in every OpenAI-shaped usage.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.csv_tables import cell_count, records
from budgetcalc.readers.usage.fields import (
    ASSUMED_5M,
    UNREADABLE_DATE,
    BadUsage,
    Origin,
    count,
    mapping,
    text,
)
from budgetcalc.readers.usage.inclusive_counts import made_disjoint
from budgetcalc.readers.usage.reported_values import (
    NO_CACHE_SPLIT,
    dimensions,
    optional_amount,
)
from budgetcalc.usage import Charge, InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

FORMAT = "openrouter"
ACTIVITY = "openrouter-activity-csv"
LOGS = "openrouter-logs-csv"

_ACTIVITY = ("Prompt Tokens", "Completion Tokens")
_LOGS = ("tokens_prompt", "tokens_completion")


def is_this(value: object) -> bool:
    """Return whether an object is a response with OpenAI-shaped usage."""
    return mapping(mapping(value).get("usage")).keys() >= {"prompt_tokens", "completion_tokens"}


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one response."""
    try:
        yield _response(mapping(value), origin)
    except BadUsage as bad:
        yield InvalidRow(origin.file, origin.line, str(bad))


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of the activity export or of the logs export."""
    return _reader(header) is not None


def read_csv(lines: Iterator[str], file: str) -> Iterator[UsageRow | InvalidRow]:
    """Yield a row per line of either export.

    Raises:
        InputError: a token column is missing.
    """
    for record in records(lines, file, is_header, lambda header: _ACTIVITY if "Slug" in header else _LOGS):
        if isinstance(record, InvalidRow):
            yield record
            continue
        row = _reader(list(record.cells))
        try:
            if row is not None:
                yield row(record.cells, Origin(file, record.line))
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))


def _reader(header: list[str]) -> Callable[[Mapping[str, str], Origin], UsageRow] | None:
    if {"Date", "Slug"} <= set(header):
        return _activity
    if {"created_at", "model_permaslug"} <= set(header):
        return _log
    return None


def _response(response: Mapping[str, Any], origin: Origin) -> UsageRow:
    usage = response["usage"]
    for name in ("prompt_tokens", "completion_tokens"):
        if usage[name] is None:
            raise BadUsage(f"there is no {name}")
    details = usage.get("prompt_tokens_details")
    written = count(mapping(details).get("cache_write_tokens"), "cache_write_tokens")
    thinking = mapping(usage.get("completion_tokens_details")).get("reasoning_tokens")
    tokens = made_disjoint(
        count(usage["prompt_tokens"], "prompt_tokens"),
        count(usage["completion_tokens"], "completion_tokens"),
        cache_read=count(mapping(details).get("cached_tokens"), "cached_tokens"),
        cache_write_5m=written,
        thinking=None if thinking is None else count(thinking, "reasoning_tokens"),
    )
    warnings: tuple[str, ...] = (ASSUMED_5M,) if written else ()
    if not isinstance(details, dict):
        warnings += (NO_CACHE_SPLIT,)
    raw = response.get("created")
    when = read_moment(raw)
    identity = text(response.get("id"))
    return UsageRow(
        origin.file,
        origin.line,
        FORMAT,
        (Charge(text(response.get("model")), tokens),),
        day=when.date() if when else None,
        moment=when,
        reported_usd=_cost(usage),
        call_id=f"openrouter:{identity}" if identity else None,
        dimensions=dimensions(provider=response.get("provider"), user=response.get("user")),
        warnings=(*warnings, UNREADABLE_DATE) if raw is not None and when is None else warnings,
    )


def _cost(usage: Mapping[str, Any]) -> Decimal | None:
    """Return what the call cost: with a key of one's own the provider's bill comes on top of OpenRouter's fee."""
    cost = optional_amount(usage.get("cost"), "cost")
    if cost is None or usage.get("is_byok") is not True:
        return cost
    upstream = mapping(usage.get("cost_details")).get("upstream_inference_cost")
    added = optional_amount(upstream, "upstream_inference_cost")
    return cost if added is None else money.total([cost, added])


def _activity(cells: Mapping[str, str], origin: Origin) -> UsageRow:
    """Return a day of one model; the export knows no cache."""
    day = read_moment(cells["Date"])
    tokens = made_disjoint(
        cell_count(cells, "Prompt Tokens"),
        cell_count(cells, "Completion Tokens"),
        thinking=cell_count(cells, "Reasoning Tokens") if cells.get("Reasoning Tokens") else None,
    )
    return UsageRow(
        origin.file,
        origin.line,
        ACTIVITY,
        (Charge(text(cells["Slug"]), tokens),),
        day=day.date() if day else None,
        moment=day,
        period_end=day + timedelta(days=1) if day else None,
        unit="bucket",
        reported_usd=optional_amount(cells.get("Usage"), "Usage"),
        dimensions=dimensions(provider=cells.get("Provider"), api_key=cells.get("API Key")),
        warnings=(NO_CACHE_SPLIT,) if day else (NO_CACHE_SPLIT, UNREADABLE_DATE),
    )


def _log(cells: Mapping[str, str], origin: Origin) -> UsageRow:
    """Return one call."""
    when = read_moment(cells["created_at"])
    has_cached = bool(cells.get("tokens_cached"))
    tokens = made_disjoint(
        cell_count(cells, "tokens_prompt"),
        cell_count(cells, "tokens_completion"),
        cache_read=cell_count(cells, "tokens_cached") if has_cached else 0,
        thinking=cell_count(cells, "tokens_reasoning") if cells.get("tokens_reasoning") else None,
    )
    identity = text(cells.get("generation_id"))
    return UsageRow(
        origin.file,
        origin.line,
        LOGS,
        (Charge(text(cells["model_permaslug"]), tokens),),
        day=when.date() if when else None,
        moment=when,
        reported_usd=optional_amount(cells.get("cost_total"), "cost_total"),
        call_id=f"openrouter:{identity}" if identity else None,
        dimensions=dimensions(
            provider=cells.get("provider_name"),
            project=cells.get("app_name"),
            api_key=cells.get("api_key_name"),
        ),
        warnings=(*(() if has_cached else (NO_CACHE_SPLIT,)), *(() if when else (UNREADABLE_DATE,))),
    )
