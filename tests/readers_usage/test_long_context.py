"""Long-context tiers: decided by each request's whole prompt, for the whole request, on the days they existed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from .priced import aggregated, jsonl, line, message, total, usd

BASE = {"fresh": "0.10", "five": "0.125", "hour": "0.20", "read": "0.01", "output": "0.50"}
CLIFF = {"fresh": "0.50", "five": "0.625", "hour": "1.00", "read": "0.05", "output": "2.50"}
"""Haiku 5.5 up to 100,000 tokens of prompt, and above."""


def counts(fresh: int = 0, five: int = 0, hour: int = 0, read: int = 0, output: int = 0) -> dict[str, Any]:
    split = {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}
    return {
        "input_tokens": fresh, "output_tokens": output, "cache_read_input_tokens": read,
        "cache_creation_input_tokens": five + hour, "cache_creation": split,
    }  # fmt: skip


def dollars(rates: dict[str, str], **tokens: int) -> Decimal:
    return sum((n * Decimal(rates[kind]) for kind, n in tokens.items()), Decimal(0)) / 1_000_000


def call(model: str, day: str, usage: dict[str, Any], n: int = 0) -> dict[str, Any]:
    return line(timestamp=f"{day}T12:00:00.000Z", message=message(id=f"m{n}", model=model, usage=usage))


@pytest.mark.parametrize("packs", [False, True])
@pytest.mark.parametrize(
    ("tokens", "rates"),
    [
        ({"fresh": 100_000, "output": 1000}, BASE),
        ({"fresh": 100_001, "output": 1000}, CLIFF),
        ({"fresh": 40_000, "five": 20_000, "hour": 20_000, "read": 20_000, "output": 9}, BASE),
        ({"fresh": 40_000, "five": 20_000, "hour": 20_000, "read": 20_001, "output": 9}, CLIFF),
        ({"read": 250_000, "output": 7}, CLIFF),
        ({"fresh": 60_000, "output": 60_000}, BASE),
    ],
)
def test_the_whole_prompt_reprices_the_whole_request(
    tokens: dict[str, int], rates: dict[str, str], packs: bool
) -> None:
    """Cached tokens count towards the threshold, output does not; equality is not over it."""
    data = jsonl(call("claude-haiku-5-5", "2026-11-01", counts(**tokens)))
    assert total(aggregated(data, packs=packs)) == dollars(rates, **tokens)


@pytest.mark.parametrize("packs", [False, True])
def test_each_request_is_judged_by_itself(packs: bool) -> None:
    """Two of 60,000 are none of 120,000; iterations of one call are requests of their own."""
    usage = counts(fresh=60_000, output=1)
    two = jsonl(*(call("claude-haiku-5-5", "2026-11-01", usage, n) for n in range(2)))
    assert total(aggregated(two, packs=packs)) == 2 * dollars(BASE, fresh=60_000, output=1)
    iterations = [{"type": "message", **counts(fresh=60_000, output=1)}] * 2
    one = jsonl(
        call("claude-haiku-5-5", "2026-11-01", counts(fresh=60_000, output=2) | {"iterations": iterations})
    )
    assert total(aggregated(one, packs=packs)) == 2 * dollars(BASE, fresh=60_000, output=1)


@pytest.mark.parametrize(
    ("model", "day", "rate"),
    [
        ("claude-sonnet-4-5", "2026-04-29", "6"),
        ("claude-sonnet-4-5", "2026-04-30", "3"),
        ("claude-opus-4-6", "2026-03-12", "10"),
        ("claude-opus-4-6", "2026-03-13", "5"),
        ("claude-sonnet-4-6", "2026-03-12", "6"),
        ("claude-sonnet-4-6", "2026-03-13", "3"),
    ],
)
def test_a_tier_ends_with_its_last_day(model: str, day: str, rate: str) -> None:
    """Afterwards a long prompt costs what a short one does."""
    data = jsonl(call(model, day, counts(fresh=250_000)))
    assert usd(data) == 250_000 * Decimal(rate) / 1_000_000


def test_a_sum_of_calls_takes_the_base_price() -> None:
    """A session's sum says nothing of its requests."""
    models = {"claude-haiku-5-5": {"inputTokens": 300_000, "outputTokens": 10}}
    result = {"type": "result", "session_id": "s", "timestamp": "2026-11-01", "modelUsage": models}
    assert usd(jsonl(result)) == dollars(BASE, fresh=300_000, output=10)
    # A day of one model in LiteLLM's batches is such a sum too.
    batch = {
        "request_id": "b", "call_type": "aretrieve_batch", "spend": 0, "model": "claude-haiku-5-5",
        "startTime": "2026-11-01T00:00:00Z", "prompt_tokens": 300_000, "completion_tokens": 10,
    }  # fmt: skip
    assert usd(jsonl(batch)) * 2 == dollars(BASE, fresh=300_000, output=10)


@pytest.mark.parametrize(("window", "rate"), [("0-200k", "3"), ("200k-1M", "6"), (None, "3")])
def test_the_context_window_of_a_report_decides(window: str | None, rate: str) -> None:
    """Where a bucket does not say, its sum is no long prompt."""
    fields = {
        "uncached_input_tokens": 500_000, "cache_read_input_tokens": 0, "output_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "model": "claude-sonnet-4-5", "context_window": window,
    }  # fmt: skip
    bucket = {"starting_at": "2026-01-01T00:00:00Z", "ending_at": "2026-01-02T00:00:00Z", "results": [fields]}
    assert usd(jsonl(bucket)) == 500_000 * Decimal(rate) / 1_000_000
