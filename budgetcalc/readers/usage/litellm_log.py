"""LiteLLM's spend logs: rows of its ``LiteLLM_SpendLogs`` table as JSON or CSV (formats.md §7).

``prompt_tokens`` includes cache reads and writes. What the gateway answered out of its own cache, or failed to
answer, costs nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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
    web_searches,
)
from budgetcalc.readers.usage.inclusive_counts import made_disjoint
from budgetcalc.readers.usage.reported_values import (
    NO_CACHE_SPLIT,
    dimensions,
    is_fast,
    is_us_only,
    optional_amount,
    service_tier,
)
from budgetcalc.usage import Charge, InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetcalc.usage import UsageTokens

FORMAT = "litellm"

_BATCH_CALLS = frozenset(
    {"acreate_batch", "create_batch", "aretrieve_batch", "retrieve_batch", "acancel_batch"}
)
"""Calls of LiteLLM's batch interface: retrieving a finished batch logs the usage of all its requests, once."""

NO_TOKENS = "a batch that used no tokens yet"
CACHE_HIT = "answered from the gateway's cache"
FAILED = "failed call"
_COUNTS = ("prompt_tokens", "completion_tokens")


def is_this(value: object) -> bool:
    """Return whether an object is a spend log row."""
    return mapping(value).keys() >= {"request_id", "call_type", "spend"}


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one call."""
    try:
        yield _row(mapping(value), origin)
    except BadUsage as bad:
        yield InvalidRow(origin.file, origin.line, str(bad))


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of the table."""
    return {"request_id", "call_type", "spend"} <= set(header)


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[UsageRow | InvalidRow]:
    """Yield a row per line of an exported table.

    Raises:
        InputError: a token column is missing.
    """
    for record in records(lines, file, is_header, lambda _: _COUNTS, cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        try:
            counts = {name: cell_count(record.cells, name) for name in _COUNTS}
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))
        else:
            yield from read({**record.cells, **counts}, Origin(file, record.line))


def _row(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    metadata = _object(record.get("metadata"))
    usage = mapping(metadata.get("usage_object"))
    when = read_moment(record.get("startTime"))
    unbilled = _unbilled(record, metadata)
    charges: tuple[Charge, ...] = ()
    tier, warnings = service_tier(usage.get("service_tier"))
    is_batch = text(record.get("call_type")) in _BATCH_CALLS
    if not unbilled:
        tokens, said = _tokens(record, metadata)
        model = text(record.get("model")) or text(record.get("model_group"))
        charges = (Charge(model, tokens, web_searches(usage)),)
        if is_batch and not tokens.prompt and not tokens.output:
            charges, unbilled = (), NO_TOKENS
        warnings += said if when else (*said, UNREADABLE_DATE)
    identity = text(record.get("request_id"))
    return UsageRow(
        origin.file,
        origin.line,
        FORMAT,
        charges,
        day=when.date() if when else None,
        moment=when,
        unit="session" if is_batch else "call",
        service_tier="batch" if is_batch else tier,
        us_only=is_us_only(usage.get("inference_geo")),
        fast=is_fast(usage.get("speed")),
        unbilled=unbilled,
        reported_usd=optional_amount(record.get("spend"), "spend"),
        call_id=f"litellm:{identity}" if identity else None,
        dimensions=dimensions(
            api_key=metadata.get("user_api_key_alias") or record.get("api_key"),
            team=metadata.get("user_api_key_team_alias") or record.get("team_id"),
            user=record.get("user"),
            end_user=record.get("end_user"),
            session=record.get("session_id"),
            model_group=record.get("model_group"),
            provider=record.get("custom_llm_provider"),
        ),
        warnings=warnings,
    )


def _unbilled(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    if str(record.get("cache_hit")).lower() == "true":
        return CACHE_HIT
    return FAILED if "failure" in (record.get("status"), metadata.get("status")) else ""


def _tokens(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> tuple[UsageTokens, tuple[str, ...]]:
    usage, added = mapping(metadata.get("usage_object")), mapping(metadata.get("additional_usage_values"))
    details = mapping(usage.get("prompt_tokens_details"))
    split = mapping(details.get("cache_creation_token_details"))
    for name in _COUNTS:
        if record.get(name) is None:
            raise BadUsage(f"there is no {name}")

    def cached(name: str, detail: str) -> int:
        said = (usage.get(name), added.get(name), details.get(detail))
        return next((count(each, name) for each in said if each is not None), 0)

    read_tokens = cached("cache_read_input_tokens", "cached_tokens")
    written = cached("cache_creation_input_tokens", "cache_creation_tokens")
    hour = count(split.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens")
    five = count(split.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens")
    five += max(0, written - hour - five)
    thinking = mapping(usage.get("completion_tokens_details")).get("reasoning_tokens")
    tokens = made_disjoint(
        count(record["prompt_tokens"], "prompt_tokens"),
        count(record["completion_tokens"], "completion_tokens"),
        cache_read=read_tokens,
        cache_write_5m=five,
        cache_write_1h=hour,
        thinking=None if thinking is None else count(thinking, "reasoning_tokens"),
    )
    warnings = (ASSUMED_5M,) if written and not split else ()
    return tokens, warnings if usage or added else (*warnings, NO_CACHE_SPLIT)


def _object(value: object) -> Mapping[str, Any]:
    """Return the metadata, which the table keeps as JSON text."""
    if not isinstance(value, str):
        return mapping(value)
    try:
        return mapping(json.loads(value)) if value else {}
    except (ValueError, RecursionError):
        raise BadUsage("metadata is no JSON") from None
