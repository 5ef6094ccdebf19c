"""OpenRouter: responses with usage accounting and the export of its logs (formats.md §7).

``prompt_tokens`` includes cache reads and writes, as in every OpenAI-shaped usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.readers.recorded_times import read_moment
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
from budgetcalc.readers.usage.inclusive_counts import made_disjoint
from budgetcalc.readers.usage.reported_values import (
    NO_CACHE_SPLIT,
    dimensions,
    optional_amount,
)
from budgetcalc.usage import Charge, InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

FORMAT = "openrouter"
LOGS = "openrouter-logs-csv"

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
    """Return whether columns are those of the logs export."""
    return {"created_at", "model_permaslug"} <= set(header)


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[UsageRow | InvalidRow]:
    """Yield a row per line of the logs export.

    Raises:
        InputError: a token column is missing.
    """
    for record in records(lines, file, is_header, lambda _: _LOGS, cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        try:
            yield _log(record.cells, Origin(file, record.line))
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))


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
