"""Helicone, OpenRouter's activity, Langfuse's CSV and Bedrock's batch output: exports with fields of their own."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.errors import InputError, WrongCommandError
from budgetcalc.readers.usage import bedrock_batch, helicone, openrouter_activity
from budgetcalc.readers.usage.csv_tables import MOST_LINES_OF_A_CELL
from budgetcalc.readers.usage.langfuse import NO_CACHE_SPLIT as OLD_USAGE
from budgetcalc.readers.usage.reported_values import NO_CACHE_SPLIT
from budgetcalc.usage import UsageTokens

from .priced import aggregated, invalid, jsonl, message, row, rows, tokens, usd
from .report_rows import broken_copies

HELICONE: dict[str, Any] = {
    "response_id": "r-1",
    "response_created_at": "2026-10-01T10:00:02.000Z",
    "response_status": 200,
    "response_model": "claude-opus-4-6",
    "request_id": "q-1",
    "request_created_at": "2026-10-01T10:00:00.000Z",
    "request_body": {"model": "claude-opus-4-6", "messages": [{"role": "user", "content": "a secret"}]},
    "request_user_id": "u-7",
    "request_properties": {"App": "mail", "Helicone-Session-Id": "s-1"},
    "helicone_user": None,
    "provider": "ANTHROPIC",
    "prompt_tokens": 100,
    "prompt_cache_write_tokens": 20,
    "prompt_cache_read_tokens": 40,
    "completion_tokens": 10,
    "costUSD": 0.0009,
    "cache_reference_id": "00000000-0000-0000-0000-000000000000",
    "cache_enabled": False,
}
HELICONE_USD = (100 * Decimal(5) + 20 * Decimal("6.25") + 40 * Decimal("0.5") + 10 * Decimal(25)) / 1_000_000

ACTIVITY: dict[str, Any] = {
    "date": "2026-05-12",
    "model": "anthropic/claude-opus-4.7",
    "model_permaslug": "anthropic/claude-4.7-opus-20260416",
    "endpoint_id": "e-1",
    "provider_name": "Anthropic",
    "usage": 0.015,
    "byok_usage_inference": 0.012,
    "requests": 5,
    "prompt_tokens": 50,
    "completion_tokens": 125,
    "reasoning_tokens": 25,
}

BATCH: dict[str, Any] = {
    "recordId": "CALL0000001",
    "modelInput": {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9, "messages": []},
    "modelOutput": message(),
}


def csv_of(*records: dict[str, Any]) -> bytes:
    """Return records as a CSV file, objects as JSON in their cells."""

    def cell(value: Any) -> str:
        text = json.dumps(value) if isinstance(value, dict | list) else "" if value is None else str(value)
        return '"' + text.replace('"', '""') + '"'

    lines = [",".join(records[0]), *(",".join(map(cell, each.values())) for each in records)]
    return "\n".join(lines).encode()


def test_helicone_counts_leave_the_cache_out() -> None:
    """Its prompt tokens are Claude's own input tokens: nothing is subtracted."""
    found = row(jsonl(HELICONE))
    assert tokens(jsonl(HELICONE)) == UsageTokens(100, 20, 0, 40, 10)
    assert (found.day, found.reported_usd) == (date(2026, 10, 1), Decimal("0.0009"))
    assert {("user", "u-7"), ("session", "s-1"), ("property.App", "mail")} <= set(found.dimensions)
    assert usd(jsonl(HELICONE)) == HELICONE_USD == usd(json.dumps([HELICONE, HELICONE]).encode())


def test_helicone_bodies_say_more_than_its_counts() -> None:
    """A response has the lifetimes of its cache writes, its tier and its own id."""
    split = {"ephemeral_1h_input_tokens": 20, "ephemeral_5m_input_tokens": 0}
    usage = {
        "input_tokens": 100, "output_tokens": 10, "cache_creation_input_tokens": 20, "cache_creation": split,
        "cache_read_input_tokens": 40, "service_tier": "batch",
    }  # fmt: skip
    data = jsonl({**HELICONE, "response_body": message(usage=usage)})
    assert tokens(data) == UsageTokens(100, 0, 20, 40, 10)
    assert usd(data) == (HELICONE_USD + 20 * (Decimal(10) - Decimal("6.25")) / 1_000_000) / 2
    assert usd(data, jsonl(message(usage=usage))) == usd(data)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"cache_reference_id": "c-1"}, "unbilled"),
        ({"response_status": 529, "prompt_tokens": None, "completion_tokens": None}, "unbilled"),
        ({"response_status": -3, "prompt_tokens": 5, "completion_tokens": 0}, "unbilled"),
        ({"response_status": 500}, "priced"),
        ({"prompt_tokens": None, "completion_tokens": None}, "unpriced"),
        ({"prompt_tokens": -1}, "invalid"),
        ({"model": "claude-unheard-of"}, "unpriced"),
    ],
)
def test_helicone_requests_without_a_bill(changes: dict[str, Any], counts: str) -> None:
    """What its own cache answered and what failed costs nothing; what is not known is not nothing."""
    assert getattr(aggregated(jsonl({**HELICONE, **changes})).rows, counts) == 1


def test_helicone_csv_misses_the_cache_and_says_so() -> None:
    """The export tool writes no cache columns."""
    names = (
        "response_id", "response_created_at", "response_status", "request_created_at", "request_body",
        "request_properties", "request_user_id", "prompt_tokens", "completion_tokens", "latency", "cost",
    )  # fmt: skip
    record = {name: HELICONE.get(name) for name in names} | {"model": "claude-opus-4-6"}
    found = row(csv_of(record))
    assert found.warnings == (helicone.NO_CACHE_COLUMNS,)
    assert usd(csv_of(record)) == (100 * Decimal(5) + 10 * Decimal(25)) / 1_000_000
    assert "whole number" in invalid(csv_of({**record, "prompt_tokens": "1.5"})).message
    with pytest.raises(InputError, match="no column prompt_tokens"):
        rows(csv_of({name: value for name, value in record.items() if name != "prompt_tokens"}))


@pytest.mark.parametrize("wrap", [lambda item: {"data": [item]}, lambda item: [item], lambda item: item])
def test_openrouter_activity_is_an_upper_bound_in_json_too(wrap: Any) -> None:
    """A day of a model and provider; what both sides were paid is beside it."""
    item = {**ACTIVITY, "model_permaslug": "anthropic/claude-opus-4.7"}
    data = json.dumps(wrap(item)).encode()
    found = row(data)
    assert (found.format, found.unit, found.warnings) == ("openrouter-activity", "bucket", (NO_CACHE_SPLIT,))
    assert found.reported_usd == Decimal("0.015") + Decimal("0.012")
    assert usd(data) == (50 * Decimal(5) + 125 * Decimal(25)) / 1_000_000
    assert tokens(data).thinking == 25


def test_openrouter_activity_of_the_sdk_has_other_names() -> None:
    """Its TypeScript client writes camelCase."""
    names = {field: name for name, field in openrouter_activity._SDK_NAMES.items()}
    renamed = {names.get(name, name): value for name, value in ACTIVITY.items()}
    assert "promptTokens" in renamed
    assert row(jsonl(renamed)) == row(jsonl(ACTIVITY))


def test_openrouter_activity_twice_counts_once() -> None:
    """The page's export and the answer of the API are told apart from their own repetition only."""
    other = {**ACTIVITY, "provider_name": "Amazon Bedrock", "endpoint_id": "e-2"}
    page = json.dumps({"data": [ACTIVITY, other]}).encode()
    result = aggregated(page, page, model=None)
    assert (result.rows.read, result.rows.deduplicated) == (4, 2)


def observation(**changes: Any) -> dict[str, Any]:
    """A row of Langfuse's export, whose cells may hold JSON."""
    usage = {"input": 24, "output": 378, "cache_read_input_tokens": 30, "total": 432}
    record = {
        "id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-04-04T06:21:09.835Z",
        "input": "first\nsecond, third", "model": "claude-sonnet-4-6", "usageDetails": usage, "totalCost": "0.0009",
    }  # fmt: skip
    return record | changes


def test_langfuse_csv_is_what_its_json_is() -> None:
    """Cells hold the JSON of objects, and texts with line breaks."""
    (of_csv,), (of_json,) = rows(csv_of(observation())), rows(json.dumps([observation()]).encode())
    assert (of_csv.charges, of_csv.moment, of_csv.call_id, of_csv.reported_usd) == (
        of_json.charges, of_json.moment, of_json.call_id, of_json.reported_usd,
    )  # fmt: skip
    assert of_csv.charges[0].tokens == UsageTokens(24, cache_read=30, output=378)


def test_langfuse_csv_counts_generations_only() -> None:
    """Spans repeat their children, in whatever form they are exported."""
    data = csv_of(observation(), observation(id="p", type="SPAN"), observation(id="q", usageDetails="{"))
    result = aggregated(data)
    assert (result.rows.priced, result.rows.invalid, result.rows.read) == (1, 1, 2)


def test_older_langfuse_csv_has_no_cache() -> None:
    """Before 2024-12 the column was ``usage``."""
    old = observation(usage={"promptTokens": 24, "completionTokens": 3, "totalTokens": 27})
    del old["usageDetails"]
    found = row(csv_of(old))
    assert (found.charges[0].tokens, found.warnings) == (UsageTokens(24, output=3), (OLD_USAGE,))


def test_a_cell_may_hold_a_whole_answer() -> None:
    """Texts of a thousand lines are one cell; an unclosed quote costs its own line."""
    long = observation(input="\n".join(["text"] * 1000))
    assert aggregated(csv_of(long, observation(id="p"))).rows.priced == 2
    broken = csv_of(observation()) + b'\n"x\n' + b"\n".join(csv_of(observation(id="p")).split(b"\n")[1:])
    assert aggregated(broken).rows.priced == 2
    assert MOST_LINES_OF_A_CELL > 1000


def test_bedrock_batch_output_costs_half_once() -> None:
    """The format decides the tier, also where the body says batch itself."""
    half = usd(jsonl(message())) / 2
    assert usd(jsonl(BATCH)) == half
    said = message(usage={"input_tokens": 100, "output_tokens": 10, "service_tier": "batch"})
    assert usd(jsonl({**BATCH, "modelOutput": said})) == half
    assert row(jsonl(BATCH)).dimensions == (("custom_id", "CALL0000001"),)


def test_bedrock_batch_output_of_converse_takes_the_model_of_the_flag() -> None:
    """A Converse response names no model."""
    output = {"stopReason": "end_turn", "usage": {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110}}
    data = jsonl({**BATCH, "modelOutput": output})
    assert aggregated(data).rows.unpriced == 1
    assert usd(data, model="claude-opus-4-6") == usd(jsonl(message())) / 2


def test_bedrock_batch_records_without_usage() -> None:
    """A failed call costs nothing; another maker's output is not nothing."""
    failed = {"recordId": "a", "modelInput": {}, "error": {"errorCode": 400, "errorMessage": "bad request"}}
    other = {"recordId": "b", "modelInput": {}, "modelOutput": {"inputTextTokenCount": 8, "results": []}}
    result = aggregated(jsonl(failed, other))
    assert (result.rows.unbilled, result.rows.unpriced) == (1, 1)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"recordId": "a", "modelInput": {"messages": []}}, "a request"),
        ({"totalRecordCount": 3, "processedRecordCount": 3, "inputTokenCount": 9}, "manifest"),
        ({"heliconeMetadata": {}, "raw": {}}, "Helicone"),
    ],
)
def test_what_stands_beside_these_exports_is_told_by_name(value: Any, name: str) -> None:
    """Inputs of a batch, its manifest, and other shapes of Helicone."""
    with pytest.raises(WrongCommandError, match=name):
        rows(jsonl(value))


@pytest.mark.parametrize(
    ("module", "whole"), [(helicone, HELICONE), (openrouter_activity, ACTIVITY), (bedrock_batch, BATCH)]
)
def test_no_broken_record_raises(module: Any, whole: dict[str, Any]) -> None:
    """Whatever stands where, rows or invalid rows come out."""
    for broken in broken_copies(whole):
        if module.is_this(broken):
            aggregated(jsonl(broken))
