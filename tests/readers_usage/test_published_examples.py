"""Every published example and reconcilable export, written down again and recomputed to the last decimal.

The figures are those of the documentation's examples, of real results of Claude Code, and of a real pair of Console
exports; expected money is arithmetic at the list prices of the day.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.readers.cost_files import read_costs
from budgetcalc.reconciliation import computed_costs, reconcile
from budgetcalc.usage import ReportedCost

from .priced import aggregated, catalogue, jsonl, message, sse, usd
from .report_rows import aggregated as by_day_aggregated


def dollars(*terms: tuple[int, str]) -> Decimal:
    """Tokens times dollars a million."""
    return sum((tokens * Decimal(rate) for tokens, rate in terms), Decimal(0)) / 1_000_000


def counts(
    fresh: int, output: int, *, read: int = 0, written: int = 0, hour: int = 0, **more: Any
) -> dict[str, Any]:
    """A usage object; ``written`` is the total of cache writes, ``hour`` the part of them that lives an hour."""
    split = {"ephemeral_1h_input_tokens": hour, "ephemeral_5m_input_tokens": written - hour}
    return {
        "input_tokens": fresh, "output_tokens": output, "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written, "cache_creation": split, **more,
    }  # fmt: skip


def used(fresh: int, output: int, read: int, written: int, cost: float, **more: Any) -> dict[str, Any]:
    """An entry of ``modelUsage``."""
    return {
        "inputTokens": fresh, "outputTokens": output, "cacheReadInputTokens": read,
        "cacheCreationInputTokens": written, "costUSD": cost, **more,
    }  # fmt: skip


def result(usage: dict[str, Any], day: str, **models: dict[str, Any]) -> bytes:
    """A headless result of that day; underscores in names of models stand for hyphens."""
    cost = sum(each["costUSD"] for each in models.values())
    named = {name.replace("_", "-"): each for name, each in models.items()}
    return jsonl(
        {
            "type": "result", "session_id": "s", "timestamp": day, "total_cost_usd": cost, "usage": usage,
            "modelUsage": named,
        }
    )  # fmt: skip


def test_a_result_of_opus_5() -> None:
    """The client's own figure, exactly: all 8,699 writes live an hour."""
    models = {"claude-opus-5[1m]": used(2, 13, 15273, 8699, 0.0949615, canonicalModel="claude-opus-5")}
    data = result(counts(2, 13, read=15273, written=8699), "2026-08-20", **models)
    assert usd(data) == dollars((2, "5"), (13, "25"), (15273, "0.5"), (8699, "10")) == Decimal("0.0949615")


def test_a_result_with_subagents() -> None:
    """``modelUsage`` counts, not the main loop's ``usage``; 27,892 of the writes live an hour, as the cost tells."""
    data = result(
        counts(7, 3996, read=95114, written=27892, hour=27892),
        "2026-03-20",
        claude_sonnet_4_6=used(48, 40418, 2218994, 129443, 1.8202804500000005),
        claude_haiku_4_5_20251001=used(10508, 15, 0, 0, 0.010583),
    )
    sonnet = dollars((48, "3"), (40418, "15"), (2218994, "0.3"), (129443 - 27892, "3.75"), (27892, "6"))
    haiku = dollars((10508, "1"), (15, "5"))
    assert (sonnet, haiku) == (Decimal("1.82028045"), Decimal("0.010583"))
    assert usd(data) == sonnet + haiku
    usage_only = dollars((7, "3"), (3996, "15"), (95114, "0.3"), (27892, "6"))
    assert usd(data) > 5 * usage_only


def test_a_result_of_the_july_when_the_client_s_prices_were_not_the_list_s() -> None:
    """0.8074707 is what 3 and 15 dollars make; Sonnet 5 cost 2 and 10, and both figures are there."""
    data = result(
        counts(24, 2236, read=996109, written=79171, hour=79171),
        "2026-07-15",
        claude_sonnet_5=used(24, 2236, 996109, 79171, 0.8074707000000001),
        claude_haiku_4_5_20251001=used(1069, 13, 0, 0, 0.001134),
    )
    assert dollars((24, "3"), (2236, "15"), (996109, "0.3"), (79171, "6")) == Decimal("0.8074707")
    own = dollars((24, "2"), (2236, "10"), (996109, "0.2"), (79171, "4"), (1069, "1"), (13, "5"))
    assert usd(data) == own
    assert aggregated(data).reported_usd == Decimal("0.8086047000000001")


def test_a_state_of_costs_of_haiku() -> None:
    """368 in, 516 out, 106,786 read, 9,149 written for an hour; the state itself repeats what calls say."""
    model = used(368, 516, 106786, 9149, 0.031924600000000004, thinkingTokens=426)
    expected = dollars((368, "1"), (516, "5"), (106786, "0.1"), (9149, "2"))
    assert expected == Decimal("0.0319246")
    data = result(counts(368, 516), "2026-09-14", claude_haiku_4_5_20251001=model)
    assert usd(data) == expected
    state = {"type": "cost-state", "sessionId": "t", "modelUsage": {"claude-haiku-4-5-20251001": model}}
    assert usd(data, jsonl(state)) == expected


@pytest.mark.parametrize(
    ("model", "rates", "cents"),
    [
        ("claude-opus-5-5", ("4", "20", "0.2", "5"), 113),
        ("claude-opus-5", ("5", "25", "0.5", "6.25"), 141),
    ],
)
def test_analytics_of_claude_code(model: str, rates: tuple[str, str, str, str], cents: int) -> None:
    """The documentation's cents are the rounded list price of its tokens."""
    tokens = {"input": 100_000, "output": 35_000, "cache_read": 10_000, "cache_creation": 5_000}
    part = {"model": model, "tokens": tokens, "estimated_cost": {"currency": "USD", "amount": cents}}
    record = {"date": "2026-11-08T00:00:00Z", "actor": {"email_address": "a@b.c"}, "model_breakdown": [part]}
    found = usd(jsonl({"data": [record], "has_more": False}))
    assert found == dollars(*zip((100_000, 35_000, 10_000, 5_000), rates, strict=True))
    assert round(found * 100) == cents


def test_compaction() -> None:
    """203,000 in and 4,500 out: the top level leaves the compaction out."""
    iterations = [
        {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500},
        {"type": "message", "input_tokens": 23_000, "output_tokens": 1_000},
    ]
    usage = {"input_tokens": 23_000, "output_tokens": 1_000, "iterations": iterations}
    assert usd(jsonl({"usage": usage}), model="claude-opus-4-6") == dollars((203_000, "5"), (4_500, "25"))


def test_an_advisor() -> None:
    """Executor: 412 + 1,348 in, 412 read, 531 out; the advisor's 823 and 1,612 at its own model."""
    iterations = [
        {"type": "message", "input_tokens": 412, "output_tokens": 89},
        {"type": "advisor_message", "model": "claude-opus-4-7", "input_tokens": 823, "output_tokens": 1612},
        {"type": "message", "input_tokens": 1348, "cache_read_input_tokens": 412, "output_tokens": 442},
    ]
    usage = {"input_tokens": 412, "output_tokens": 531, "iterations": iterations}
    executor = dollars((412 + 1348, "3"), (412, "0.3"), (531, "15"))
    advisor = dollars((823, "5"), (1612, "25"))
    assert usd(jsonl({"usage": usage}), model="claude-sonnet-4-6") == executor + advisor


def test_a_fallback() -> None:
    """Fable 5 put out two tokens before it declined; Opus 4.8 served, its writes live an hour."""
    iterations = [
        {
            "type": "message", "model": "claude-fable-5", "input_tokens": 5607, "output_tokens": 2,
            "cache_creation_input_tokens": 50, "cache_read_input_tokens": 1000,
        },
        {
            "type": "fallback_message", "model": "claude-opus-4-8", "input_tokens": 5607, "output_tokens": 698,
            "cache_creation_input_tokens": 100, "cache_read_input_tokens": 2000,
        },
    ]  # fmt: skip
    usage = counts(5607, 698, read=2000, written=100, hour=100, iterations=iterations)
    fable = dollars((5607, "10"), (2, "50"), (50, "12.5"), (1000, "1"))
    opus = dollars((5607, "5"), (698, "25"), (100, "10"), (2000, "0.5"))
    assert usd(jsonl(message(model="claude-opus-4-8", usage=usage))) == fable + opus == Decimal("0.10528")


def test_a_stream_with_a_web_search() -> None:
    """10,682 in, 510 out and one search: not 13,361 and 513."""
    start = {"type": "message_start", "message": message(usage={"input_tokens": 2679, "output_tokens": 3})}
    final = {"input_tokens": 10_682, "output_tokens": 510, "server_tool_use": {"web_search_requests": 1}}
    data = sse(start, {"type": "message_delta", "delta": {}, "usage": final}, {"type": "message_stop"})
    assert usd(data) == dollars((10_682, "5"), (510, "25")) + Decimal(10) / 1000


def test_a_usage_report() -> None:
    """1,500 in, 500 and 1,000 written, 200 read, 500 out, ten searches, and another page to come."""
    fields = {
        "uncached_input_tokens": 1500, "cache_read_input_tokens": 200, "output_tokens": 500,
        "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
        "server_tool_use": {"web_search_requests": 10}, "model": "claude-opus-5", "service_tier": "standard",
        "context_window": "0-200k", "inference_geo": "global",
    }  # fmt: skip
    bucket = {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z", "results": [fields]}
    found = aggregated(jsonl({"data": [bucket], "has_more": True, "next_page": "page_2"}))
    tokens = dollars((1500, "5"), (500, "6.25"), (1000, "10"), (200, "0.5"), (500, "25"))
    searches = 10 * Decimal(10) / 1000
    assert usd(jsonl(bucket)) == tokens + searches == Decimal("0.133225")
    assert [page.has_more for page in found.pages] == [True]


def test_a_cost_report(tmp_path: Any) -> None:
    """123.78912 cents."""
    result_ = {"amount": "123.78912", "currency": "USD", "cost_type": "tokens", "token_type": "output_tokens"}
    bucket = {
        "starting_at": "2026-08-01T00:00:00Z",
        "ending_at": "2026-08-02T00:00:00Z",
        "results": [result_],
    }
    path = tmp_path / "cost.json"
    path.write_text(json.dumps({"data": [bucket], "has_more": False}), encoding="utf-8")
    assert [each.usd for each in read_costs(str(path)) if isinstance(each, ReportedCost)] == [
        Decimal("1.2378912")
    ]


TOKENS = """usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,\
usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,\
usage_output_tokens,web_search_count
2026-02-01,claude-haiku-4-5-20251001,key,Default,standard,≤ 200k,16765,0,0,0,1702,0
2026-02-01,claude-opus-4-5-20251101,key,Default,standard,≤ 200k,43,302527,0,3301672,32676,0
"""
COSTS = """usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type
2026-02-01,Claude Haiku 4.5,Default,key,message,≤ 200k,input_no_cache,0.02,token
2026-02-01,Claude Haiku 4.5,Default,key,message,≤ 200k,output,0.01,token
2026-02-01,Claude Opus 4.5,Default,key,message,≤ 200k,input_no_cache,0.00,token
2026-02-01,Claude Opus 4.5,Default,key,message,≤ 200k,input_cache_read,1.65,token
2026-02-01,Claude Opus 4.5,Default,key,message,≤ 200k,input_cache_write_5m,1.89,token
2026-02-01,Claude Opus 4.5,Default,key,message,≤ 200k,output,0.82,token
"""


def test_the_real_pair_of_console_exports(tmp_path: Any) -> None:
    """4.38401975 computed, 4.39 reported: every line is equal after rounding to cents."""
    from .priced import rows

    path = tmp_path / "cost.csv"
    path.write_text(COSTS, encoding="utf-8")
    groups = by_day_aggregated(rows(TOKENS.encode()), by_day=True).groups.values()
    found = reconcile(
        computed_costs(groups),
        [each for each in read_costs(str(path)) if isinstance(each, ReportedCost)],
        lambda name: catalogue().find(name).model.id,
    )
    expected = [
        dollars((16765, "1")), dollars((1702, "5")), dollars((43, "5")), dollars((3301672, "0.5")),
        dollars((302527, "6.25")), dollars((32676, "25")),
    ]  # fmt: skip
    assert sorted(line.computed_usd or 0 for line in found.lines) == sorted(expected)
    assert (found.computed_usd, found.reported_usd) == (Decimal("4.38401975"), Decimal("4.39"))
    for line in found.lines:
        assert line.computed_usd is not None
        assert line.computed_usd.quantize(Decimal("0.01")) == line.reported_usd
