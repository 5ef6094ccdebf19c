"""What a report leaves open about a price is said, and what cannot be read is no zero."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import budgetcalc

MTOK = Decimal(1_000_000)


def priced(*records: Any, on: date | None = None) -> Any:
    """Return what records cost together."""
    return budgetcalc.price(list(records), on=on)


def message(
    model: str = "claude-sonnet-4-6", stamp: str = "2026-06-01T00:00:00Z", **usage: Any
) -> dict[str, Any]:
    """Return a response with this usage."""
    counts = {"input_tokens": 0, "output_tokens": 0} | usage
    return {"type": "message", "role": "assistant", "model": model, "timestamp": stamp, "usage": counts}


def headless(**models: Any) -> dict[str, Any]:
    """Return a headless result of Claude Code with these entries of modelUsage."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    return {"type": "result", "session_id": "S", "total_cost_usd": 5.0, "usage": usage, "modelUsage": models}


def test_a_price_before_the_first_one_is_said() -> None:
    """The earliest price applies before it, with a warning."""
    result = priced(message("claude-opus-5-5", "2025-01-01T00:00:00Z", input_tokens=1_000))
    assert result.total_usd == 4 * 1_000 / MTOK
    assert any("before 2026-09-22" in each for each in result.to_dict()["warnings"])


@pytest.mark.parametrize("entry", ["x", {}, {"input_tokens": 5}])
def test_unreadable_model_usage_is_no_zero(entry: Any) -> None:
    """An entry of modelUsage without its counts makes the row invalid, not unbilled."""
    rows = priced(headless(**{"claude-sonnet-4-6": entry})).to_dict()["rows"]
    assert (rows["invalid"], rows["unbilled"]) == (1, 0)


def test_more_thinking_than_output_is_invalid() -> None:
    """Thinking is a part of output, in headless results too."""
    entry = {"inputTokens": 1, "outputTokens": 5, "thinkingTokens": 50}
    assert priced(headless(**{"claude-sonnet-4-6": entry})).to_dict()["rows"]["invalid"] == 1


@pytest.mark.parametrize("missing", ["input_tokens", "output_tokens"])
def test_a_missing_count_is_no_zero(missing: str) -> None:
    """One of the two counts alone is an invalid row."""
    record = message(input_tokens=5, output_tokens=5)
    del record["usage"][missing]
    assert priced(record).to_dict()["rows"]["invalid"] == 1


@pytest.mark.parametrize(
    ("key", "word"), [("service_tier", "turbo"), ("inference_geo", "mars"), ("speed", "ludicrous")]
)
def test_an_unknown_word_has_no_price(key: str, word: str) -> None:
    """A tier, place or speed nobody knows makes the row invalid."""
    assert priced(message(input_tokens=5, **{key: word})).to_dict()["rows"]["invalid"] == 1


def test_fast_mode_in_a_batch_is_unpriced() -> None:
    """There is no such thing, so no price is guessed for it."""
    record = message(
        "claude-opus-5-5", "2026-11-01T00:00:00Z", input_tokens=5, service_tier="batch", speed="fast"
    )
    assert priced(record).to_dict()["rows"]["unpriced"] == 1


@pytest.mark.parametrize("split", [{"ephemeral_1h_input_tokens": 100}, {"ephemeral_5m_input_tokens": 100}])
def test_iterations_share_the_only_lifetime_there_is(split: dict[str, int]) -> None:
    """Where all cache writes live equally long, those of each iteration do."""
    record = message(
        input_tokens=300,
        output_tokens=30,
        cache_creation_input_tokens=100,
        cache_creation=split,
        iterations=[
            {"type": "message", "input_tokens": 100, "output_tokens": 10, "cache_creation_input_tokens": 60},
            {"type": "message", "input_tokens": 200, "output_tokens": 20, "cache_creation_input_tokens": 40},
        ],
    )
    write = Decimal(6) if "ephemeral_1h_input_tokens" in split else Decimal("3.75")
    assert priced(record).total_usd == (3 * 300 + write * 100 + 15 * 30) / MTOK


def test_the_lifetimes_of_a_single_iteration_count() -> None:
    """What the entry says of its cache writes is not lost because the top level says less."""
    entry = {"type": "message", "input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 1_000}
    entry |= {"cache_creation": {"ephemeral_1h_input_tokens": 1_000}}
    record = message(cache_creation_input_tokens=1_000, iterations=[entry])
    assert priced(record).total_usd == 6 * 1_000 / MTOK


def test_a_sum_of_calls_over_a_tier_is_a_lower_bound() -> None:
    """A session's 300,000 tokens may have been calls over Haiku 5.5's threshold: said, not guessed."""
    entry = {"inputTokens": 300_000, "outputTokens": 0}
    result = priced(headless(**{"claude-haiku-5-5": entry}), on=date(2026, 11, 1))
    assert any("lower bound" in each for each in result.to_dict()["warnings"])


def test_usage_of_another_api_is_not_read_as_ours() -> None:
    """OpenAI's input tokens hold the cached ones: its usage object is not taken for Anthropic's."""
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 5},
        "output_tokens": 0,
        "total_tokens": 10,
    }
    with pytest.raises(budgetcalc.InputError):
        priced({"object": "response", "model": "claude-sonnet-4-6", "usage": usage})


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    """A folder's reports are regular files."""
    os.mkfifo(tmp_path / "waits.jsonl")
    (tmp_path / "a.json").write_text(json.dumps(message(input_tokens=1_000)), encoding="utf-8")
    assert len(list(budgetcalc.read_report(tmp_path))) == 1


def test_results_of_one_session_tell_of_all_its_models() -> None:
    """Of several results of a session every model counts once, with its largest figures, in any order."""
    first = headless(**{"claude-sonnet-4-6": {"inputTokens": 100_000, "outputTokens": 0}})
    second = headless(**{"claude-opus-5": {"inputTokens": 100_000, "outputTokens": 0}})
    for order in ([first, second], [second, first], [first, second, first]):
        assert priced(*order, on=date(2026, 11, 1)).total_usd == (3 + 5) * 100_000 / MTOK


def test_searches_without_a_known_fee_are_unpriced() -> None:
    """A fee that the price table lacks is no zero."""
    record = message(input_tokens=5, server_tool_use={"web_search_requests": 2})
    catalogue = replace(budgetcalc.load_catalogue(), fees=())
    assert budgetcalc.price([record], catalogue=catalogue).to_dict()["rows"]["unpriced"] == 1
    assert priced(record).total_usd == 3 * 5 / MTOK + 2 * Decimal(10) / 1_000


@pytest.mark.parametrize(
    "name",
    [
        "claude-opus-5-7",
        "claude-opus-46",
        "claude-opus-4-6-20990101",
        "claude-opus",
        "claude",
        "claude-opus-5-5-5",
        "opus-4-6-claude",
        "anthropic.claude-opus-9-v1:0",
    ],
)
def test_an_unknown_model_never_takes_the_price_of_a_near_one(name: str) -> None:
    """However much of a known name it holds."""
    rows = priced(message(name, input_tokens=1_000)).rows
    assert (rows.priced, rows.unpriced) == (0, 1)


def test_opus_5_and_opus_5_5_are_two_models() -> None:
    """One name begins with the other; 5 and 4 dollars a million."""
    stamp = "2026-11-01T00:00:00Z"
    both = [message(name, stamp, input_tokens=1_000) for name in ("claude-opus-5", "claude-opus-5-5")]
    assert [priced(each).total_usd for each in both] == [5 * 1_000 / MTOK, 4 * 1_000 / MTOK]
