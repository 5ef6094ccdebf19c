"""What may be done to a report without changing a cent, in every format of calls and buckets; and the same calls in
several formats.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .priced import aggregated, jsonl, sse, total

if TYPE_CHECKING:
    from collections.abc import Callable

RATES = {
    "claude-opus-4-6": ("5", "6.25", "10", "0.5", "25"),
    "claude-haiku-4-5": ("1", "1.25", "2", "0.1", "5"),
    "claude-sonnet-4-6": ("3", "3.75", "6", "0.3", "15"),
}
"""Dollars a million: input, 5-minute and 1-hour writes, reads, output."""

DISPLAY_DAY = "2026-09-0{}"


@dataclass(frozen=True)
class Call:
    """A call as any format can write it."""

    id: str
    model: str
    day: int
    fresh: int
    five: int
    hour: int
    read: int
    output: int
    thinking: int

    @property
    def date(self) -> str:
        return DISPLAY_DAY.format(self.day)

    @property
    def usd(self) -> Decimal:
        counts = (self.fresh, self.five, self.hour, self.read, self.output)
        rates = RATES[self.model]
        return sum((n * Decimal(rate) for n, rate in zip(counts, rates, strict=True)), Decimal(0)) / 1_000_000

    @property
    def usage(self) -> dict[str, Any]:
        return {
            "input_tokens": self.fresh,
            "output_tokens": self.output,
            "cache_creation_input_tokens": self.five + self.hour,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.five,
                "ephemeral_1h_input_tokens": self.hour,
            },
            "cache_read_input_tokens": self.read,
            "output_tokens_details": {"thinking_tokens": self.thinking},
        }

    @property
    def message(self) -> dict[str, Any]:
        return {
            "id": self.id, "type": "message", "role": "assistant", "model": self.model, "content": [],
            "stop_reason": "end_turn", "usage": self.usage,
        }  # fmt: skip


def split(counts: Call) -> dict[str, int]:
    return {"ephemeral_5m_input_tokens": counts.five, "ephemeral_1h_input_tokens": counts.hour}


def wrapped(call: Call) -> dict[str, Any]:
    return {"timestamp": call.date, "response": call.message}


def transcript(call: Call) -> dict[str, Any]:
    return {
        "type": "assistant", "sessionId": "s", "uuid": call.id, "requestId": f"r-{call.id}",
        "timestamp": f"{call.date}T10:00:00.000Z", "message": call.message,
    }  # fmt: skip


def batch_result(call: Call) -> dict[str, Any]:
    return {
        "custom_id": "c",
        "created_at": call.date,
        "result": {"type": "succeeded", "message": call.message},
    }


def bedrock_log(call: Call) -> dict[str, Any]:
    return {
        "schemaType": "ModelInvocationLog", "timestamp": f"{call.date}T10:00:00Z", "requestId": call.id,
        "modelId": f"anthropic.{call.model}-v1:0", "operation": "InvokeModel", "input": {"inputTokenCount": 1},
        "output": {"outputTokenCount": 1, "outputBodyJson": call.message},
    }  # fmt: skip


def litellm(call: Call) -> dict[str, Any]:
    prompt = call.fresh + call.five + call.hour + call.read
    usage = {
        "cache_read_input_tokens": call.read,
        "cache_creation_input_tokens": call.five + call.hour,
        "prompt_tokens_details": {"cache_creation_token_details": split(call)},
        "completion_tokens_details": {"reasoning_tokens": call.thinking},
    }
    return {
        "request_id": call.id, "call_type": "acompletion", "spend": 0.5, "model": f"anthropic/{call.model}",
        "startTime": f"{call.date}T10:00:00Z", "prompt_tokens": prompt, "completion_tokens": call.output,
        "metadata": {"usage_object": usage},
    }  # fmt: skip


def langfuse(call: Call) -> dict[str, Any]:
    usage = {
        "input": call.fresh, "output": call.output - call.thinking, "output_reasoning_tokens": call.thinking,
        "input_cache_read": call.read, "input_cache_creation_5m": call.five, "input_cache_creation_1h": call.hour,
    }  # fmt: skip
    return {
        "id": call.id, "traceId": "t", "type": "GENERATION", "startTime": f"{call.date}T10:00:00Z",
        "model": call.model, "usageDetails": usage | {"total": sum(usage.values())},
    }  # fmt: skip


def helicone(call: Call) -> dict[str, Any]:
    return {
        "request_id": call.id, "request_created_at": f"{call.date}T10:00:00Z", "response_status": 200,
        "model": call.model, "prompt_tokens": 1, "completion_tokens": 1, "response_body": call.message,
    }  # fmt: skip


def admin_bucket(call: Call) -> dict[str, Any]:
    fields = {
        "uncached_input_tokens": call.fresh, "cache_read_input_tokens": call.read, "output_tokens": call.output,
        "cache_creation": split(call), "model": call.model, "service_tier": "standard", "api_key_id": call.id,
        "inference_geo": "global", "context_window": "0-200k",
    }  # fmt: skip
    end = f"2026-09-{call.day + 1:02}T00:00:00Z"
    return {"starting_at": f"{call.date}T00:00:00Z", "ending_at": end, "results": [fields]}


HEADER = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    "usage_output_tokens,web_search_count"
)


def console_row(call: Call) -> str:
    counts = (call.fresh, call.five, call.hour, call.read, call.output, 0)
    return ",".join([call.date, call.model, call.id, "Default", "standard", "≤ 200k", *map(str, counts)])


JSONL_FORMATS: dict[str, Callable[[Call], dict[str, Any]]] = {
    each.__name__: each
    for each in (wrapped, transcript, batch_result, bedrock_log, litellm, langfuse, helicone, admin_bucket)
}
PRICE_OF = dict.fromkeys([*JSONL_FORMATS, "console", "stream"], Decimal(1)) | {"batch_result": Decimal("0.5")}


def events(call: Call) -> list[dict[str, Any]]:
    """A stream: its first counts are small, its last ones whole."""
    first = {**call.usage, "output_tokens": min(1, call.output), "output_tokens_details": None}
    last = {"output_tokens": call.output, "output_tokens_details": call.usage["output_tokens_details"]}
    return [
        {"type": "message_start", "message": {**call.message, "stop_reason": None, "usage": first}},
        {"type": "ping"},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": last},
        {"type": "message_stop"},
    ]


def written(name: str, calls: list[Call]) -> bytes:
    """Calls in a format."""
    if name == "stream":
        return b"".join(sse(*events(call)) for call in calls)
    if name == "console":
        return "\n".join([HEADER, *map(console_row, calls), ""]).encode()
    return jsonl(*map(JSONL_FORMATS[name], calls))


NUMBERS = st.integers(0, 40_000)


@st.composite
def some_calls(draw: st.DrawFn) -> list[Call]:
    """Up to six calls of different ids."""
    found = []
    for n in range(draw(st.integers(1, 6))):
        output = draw(NUMBERS)
        thinking = draw(st.integers(0, output))
        counts = [draw(NUMBERS) for _ in range(4)]
        model = draw(st.sampled_from(sorted(RATES)))
        found.append(Call(f"call-{n}", model, draw(st.integers(1, 9)), *counts, output, thinking))
    return found


def cost(*inputs: bytes) -> Decimal:
    result = aggregated(*inputs)
    assert not result.rows.invalid
    assert not result.rows.unpriced
    return total(result)


each_format = pytest.mark.parametrize("name", sorted(PRICE_OF))
slowly = settings(max_examples=25, deadline=None)


@each_format
@slowly
@given(some_calls())
def test_every_format_costs_what_its_calls_cost(name: str, calls: list[Call]) -> None:
    """Tokens times rates, a batch half of it: so do they all say the same."""
    assert cost(written(name, calls)) == sum((call.usd for call in calls), Decimal(0)) * PRICE_OF[name]


@each_format
@slowly
@given(
    some_calls().flatmap(lambda calls: st.tuples(st.just(calls), st.permutations(calls), st.integers(0, 6)))
)
def test_order_and_files_change_nothing(name: str, given_: tuple[list[Call], list[Call], int]) -> None:
    """Shuffled rows, and rows split over two files."""
    calls, shuffled, at = given_
    expected = cost(written(name, calls))
    assert cost(written(name, shuffled)) == expected
    parts = [part for part in (shuffled[:at], shuffled[at:]) if part]
    assert cost(*(written(name, part) for part in parts)) == expected


@each_format
@slowly
@given(some_calls())
def test_what_is_fed_twice_costs_once(name: str, calls: list[Call]) -> None:
    """Two files of the same, and a file that repeats itself."""
    data = written(name, calls)
    once, twice, doubled = aggregated(data), aggregated(data, data), aggregated(data + data)
    assert total(once) == total(twice) == total(doubled)
    assert twice.rows.priced == doubled.rows.priced == once.rows.priced
    assert twice.rows.deduplicated == doubled.rows.deduplicated == len(calls)


@each_format
@slowly
@given(some_calls())
def test_the_writing_changes_nothing(name: str, calls: list[Call]) -> None:
    """gzip, a byte order mark, UTF-16, and every kind of line end."""
    data = written(name, calls)
    expected = cost(data)
    assert cost(gzip.compress(data)) == expected
    assert cost(gzip.compress(data[:40]) + gzip.compress(data[40:])) == expected
    assert cost(b"\xef\xbb\xbf" + data) == expected
    assert cost(data.decode().encode("utf-16")) == expected
    assert cost(data.replace(b"\n", b"\r\n")) == expected
    assert cost(data.replace(b"\n", b"\r")) == expected
    assert cost(data.rstrip(b"\n")) == expected


@pytest.mark.parametrize("name", sorted(JSONL_FORMATS))
@slowly
@given(some_calls())
def test_the_form_of_json_changes_nothing(name: str, calls: list[Call]) -> None:
    """Spaced, pretty, as one array, as documents in a row, keys in another order."""
    values = [JSONL_FORMATS[name](call) for call in calls]
    expected = cost(jsonl(*values))
    assert (
        cost("\n".join(json.dumps(each, separators=(" ,  ", "  :  ")) for each in values).encode())
        == expected
    )
    assert cost("\n".join(json.dumps(each, indent=3) for each in values).encode()) == expected
    assert cost(json.dumps(values).encode()) == expected
    assert cost(json.dumps(values, indent="\t").encode()) == expected
    assert cost("\n".join(json.dumps(each, sort_keys=True) for each in values).encode()) == expected
    assert cost("\n".join(json.dumps(dict(reversed(each.items()))) for each in values).encode()) == expected


@slowly
@given(some_calls())
def test_a_stream_and_its_messages_are_the_same_calls(calls: list[Call]) -> None:
    """SSE, JSONL of events and final messages: the same rows, and together they count once."""
    stream, finals = written("stream", calls), jsonl(*(call.message for call in calls))
    as_lines = jsonl(*(event for call in calls for event in events(call)))
    assert cost(stream) == cost(as_lines) == cost(finals) == cost(stream, finals)
    sums = [aggregated(data).groups for data in (stream, finals)]
    assert [group.sums for group in sums[0].values()] == [group.sums for group in sums[1].values()]


@slowly
@given(some_calls())
def test_a_batch_costs_half(calls: list[Call]) -> None:
    """By its format, by the usage's own tier, by a wrapper's, and never twice."""
    whole = cost(jsonl(*(call.message for call in calls)))
    said = [{**call.message, "usage": {**call.usage, "service_tier": "batch"}} for call in calls]
    results = [{"custom_id": "c", "result": {"type": "succeeded", "message": each}} for each in said]
    beside = [{"service_tier": "batch", "response": call.message} for call in calls]
    for values in (said, results, beside):
        assert cost(jsonl(*values)) * 2 == whole


@slowly
@given(some_calls())
def test_the_same_calls_in_several_files_of_formats_count_once(calls: list[Call]) -> None:
    """Formats that keep the message's id are one set of calls."""
    inputs = [written(name, calls) for name in ("transcript", "wrapped", "stream", "helicone")]
    assert cost(*inputs) == sum((call.usd for call in calls), Decimal(0))
