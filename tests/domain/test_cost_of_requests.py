"""What a call can cost: every line, both scenarios, caching, batches, surcharges and price tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.budgets import plan_budget
from budgetcalc.conversation import parse_request
from budgetcalc.costs import doubtful_usd, price_request, rate_of
from budgetcalc.counting import count_request
from budgetcalc.counts import Count
from budgetcalc.estimates import SourceRef, estimate_request

from .builders import (
    CATALOGUE,
    CLAUDE,
    ENABLED,
    ON,
    WEATHER,
    ask,
    assistant,
    call,
    document,
    image,
    parts_of,
    png,
    result,
    text,
    tokens,
    user,
)

MILLION = Decimal(1_000_000)
MARK = {"cache_control": {"type": "ephemeral"}}
MARK_1H = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
LONG = "context-1m-2025-08-07"


def usd(rate: str, amount: int, *factors: str) -> Decimal:
    """Return rate × tokens / 1,000,000 × factors."""
    price = Decimal(rate) * amount / MILLION
    for factor in factors:
        price *= Decimal(factor)
    return price


def words(count: int) -> str:
    """Return a text of about that many tokens."""
    return "word " * count


def buckets(cost: Any, scenario: str) -> dict[str, int]:
    """Return the tokens of a scenario's lines by bucket."""
    return {line.bucket: line.tokens for line in cost.lines if line.scenario == scenario}


def priced(model: str, total: Count, on: date = ON, *, batch: bool = False, **body: Any) -> Any:
    """Return the cost of a request whose input is as large as ``total`` says."""
    match = CATALOGUE.find(model)
    request = parse_request({"model": model, "messages": [user("Hello")], **body}, batch=batch)
    counted = replace(count_request(request, match.model, CATALOGUE.framing, on), total=total)
    return price_request(request, match, counted, plan_budget(request, match.model, counted, on), on)


def known(amount: int) -> Count:
    """Return a count without doubt."""
    return Count(amount, amount, amount, "exact")


# -- lines and sums ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "on", "rate_in", "rate_out"),
    [
        pytest.param("claude-3-haiku-20240307", date(2024, 6, 1), "0.25", "1.25", id="haiku-3"),
        pytest.param("claude-3-5-haiku-20241022", date(2025, 1, 1), "0.80", "4", id="haiku-3.5"),
        pytest.param("claude-3-7-sonnet-20250219", date(2025, 6, 1), "3", "15", id="3.7"),
        pytest.param("claude-opus-4-1-20250805", date(2026, 1, 1), "15", "75", id="opus-4.1"),
        pytest.param("claude-opus-4-5", ON, "5", "25", id="opus-4.5"),
        pytest.param("claude-haiku-4-5", ON, "1", "5", id="haiku-4.5"),
        pytest.param("claude-opus-4-8", ON, "5", "25", id="opus-4.8"),
        pytest.param("claude-sonnet-5", ON, "2", "10", id="sonnet-5"),
        pytest.param("claude-opus-5-5", ON, "4", "20", id="opus-5.5"),
        pytest.param("claude-fable-5-1", ON, "10", "50", id="fable-5.1"),
        pytest.param("claude-haiku-5-5", ON, "0.10", "0.50", id="haiku-5.5"),
    ],
)
def test_a_plain_call(model: str, on: date, rate_in: str, rate_out: str) -> None:
    """Input and output at the day's rates; without breakpoints a later call costs the same."""
    cost = ask(model, on=on, max_tokens=1000).cost
    amount = tokens(model, on=on)
    assert cost.input == cost.input_cached == cost.total_min == usd(rate_in, amount)
    assert cost.output_max == usd(rate_out, 1000)
    assert cost.total_max == usd(rate_in, amount) + usd(rate_out, 1000)
    assert buckets(cost, "first") == buckets(cost, "later") == {"uncached_input": amount, "output": 1000}
    assert {line.rule for line in cost.lines} == {"standard"}
    assert all(line.multiplier == 1 for line in cost.lines)
    assert cost.expected is None


def test_the_documented_hello_costs_14_tokens() -> None:
    """The documentation's example is 14 tokens of Sonnet 4.5 at 3 dollars a million."""
    cost = ask("claude-sonnet-4-5", "Hello, Claude", system="You are a scientist").cost
    assert cost.input == Decimal(3) * 14 / 1_000_000


CASES: list[Any] = [
    pytest.param({}, id="plain"),
    pytest.param({"max_tokens": 1000}, id="max-tokens"),
    pytest.param({"max_tokens": 1000, "thinking": ENABLED}, id="thinking"),
    pytest.param({"max_tokens": 1000, "system": [text(words(5000), **MARK)]}, id="cached"),
    pytest.param(
        {"max_tokens": 1000, "system": [text(words(5000), **MARK_1H)], "batch": True}, id="cached-batch"
    ),
    pytest.param({"max_tokens": 1000, "inference_geo": "us"}, id="us"),
]


@pytest.mark.parametrize(
    "model", ["claude-3-haiku-20240307", "claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-5-5"]
)
@pytest.mark.parametrize("body", CASES)
def test_lines_and_sums(model: str, body: dict[str, Any]) -> None:
    """Each line is tokens × rate × multiplier; those of a scenario sum to its totals and to all its tokens."""
    estimated = ask(model, **body)
    cost = estimated.cost
    for line in cost.lines:
        assert line.usd == line.tokens * line.usd_per_mtok * line.multiplier / 1_000_000
        assert line.source in CATALOGUE.sources
        assert ".." in line.price_period
    for scenario, inputs in (("first", cost.input), ("later", cost.input_cached)):
        lines = [line for line in cost.lines if line.scenario == scenario]
        assert sum(line.usd for line in lines if line.bucket != "output") == inputs
        assert sum(line.tokens for line in lines if line.bucket != "output") == estimated.counted.total.tokens
        assert sum(line.usd for line in lines) == inputs + (cost.output_max or 0)
        assert len({line.bucket for line in lines}) == len(lines)
    assert cost.total_min == cost.input_cached
    if "max_tokens" in body:
        assert cost.total_max == cost.input + cost.output_max
    else:
        assert cost.output_max is cost.total_max is cost.batch_total_max is None


# -- caching -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "mark", "write", "read"),
    [
        pytest.param("claude-sonnet-4-5", MARK, "3.75", "0.30", id="5m"),
        pytest.param("claude-sonnet-4-5", MARK_1H, "6", "0.30", id="1h"),
        pytest.param("claude-3-haiku-20240307", MARK, "0.30", "0.03", id="haiku-3-of-its-own"),
        pytest.param("claude-opus-5-5", MARK, "5", "0.20", id="opus-5.5-reads-at-a-twentieth"),
        pytest.param("claude-fable-5-1", MARK_1H, "20", "0.25", id="fable-5.1-reads-at-a-fortieth"),
    ],
)
def test_a_cached_system_prompt(model: str, mark: dict[str, Any], write: str, read: str) -> None:
    """A first call writes the system prompt, a later one reads it; the message is paid in full."""
    on = date(2024, 6, 1) if model.startswith("claude-3") else ON
    estimated = ask(model, on=on, system=[text(words(6000), **mark)], max_tokens=10)
    cost, total = estimated.cost, estimated.counted.total.tokens
    (system,) = parts_of(estimated, "system")
    bucket = "cache_write_1h" if "ttl" in mark["cache_control"] else "cache_write_5m"
    prefix = system.count.tokens
    assert buckets(cost, "first") == {"uncached_input": total - prefix, bucket: prefix, "output": 10}
    assert buckets(cost, "later") == {"uncached_input": total - prefix, "cache_read": prefix, "output": 10}
    base = str(CATALOGUE.find(model).model.prices[-1].rates.input)
    assert cost.input == usd(base, total - prefix) + usd(write, prefix)
    assert cost.input_cached == usd(base, total - prefix) + usd(read, prefix)


def test_the_prefix_of_a_system_prompt_holds_the_tools() -> None:
    """The cache goes through tools, system and messages in this order: a mark on the system prompt takes both."""
    estimated = ask("claude-sonnet-4-5", tools=[WEATHER], system=[text(words(2000), **MARK)], max_tokens=10)
    inside = sum(
        part.count.tokens
        for part in estimated.counted.parts
        if part.kind in {"tools", "tool_prompt", "system"}
    )
    assert buckets(estimated.cost, "first")["cache_write_5m"] == inside


def test_a_mark_on_the_last_tool_takes_the_tools_alone() -> None:
    """A mark on a tool caches the tools and their prompt, and nothing of the system prompt."""
    tools = [WEATHER | {"name": f"tool_{i}", "description": words(300)} for i in range(5)]
    tools[-1] |= MARK
    estimated = ask("claude-sonnet-4-5", tools=tools, system=words(2000), max_tokens=10)
    inside = sum(
        part.count.tokens for part in estimated.counted.parts if part.kind in {"tools", "tool_prompt"}
    )
    assert buckets(estimated.cost, "first")["cache_write_5m"] == inside
    assert buckets(estimated.cost, "later")["cache_read"] == inside


def test_mixed_lifetimes() -> None:
    """Up to the last 1h mark everything is written for an hour, from there to the last mark for five minutes."""
    estimated = ask(
        "claude-sonnet-4-5",
        [text(words(1500), **MARK), text("And now?")],
        system=[text(words(2000), **MARK_1H)],
        max_tokens=10,
    )
    cost, total = estimated.cost, estimated.counted.total.tokens
    first, last = (mark.prefix_tokens for mark in cost.breakpoints)
    assert buckets(cost, "first") == {
        "uncached_input": total - last,
        "cache_write_5m": last - first,
        "cache_write_1h": first,
        "output": 10,
    }
    assert cost.input == usd("3", total - last) + usd("3.75", last - first) + usd("6", first)
    assert buckets(cost, "later") == {"uncached_input": total - last, "cache_read": last, "output": 10}


def test_several_marks_write_once() -> None:
    """Four marks with one lifetime write the longest prefix once."""
    body: dict[str, Any] = {"system": [text(words(1200), **MARK), text(words(100), **MARK)], "max_tokens": 10}
    content = [text(words(100), **MARK), text(words(100), **MARK)]
    cost = ask("claude-sonnet-4-5", content, **body).cost
    assert [mark.path for mark in cost.breakpoints] == [
        "/system/0",
        "/system/1",
        "/messages/0/content/0",
        "/messages/0/content/1",
    ]
    sizes = [mark.prefix_tokens for mark in cost.breakpoints]
    assert sizes == sorted(sizes)
    assert buckets(cost, "first")["cache_write_5m"] == sizes[-1]


def test_a_mark_inside_a_run_of_text() -> None:
    """A mark in the middle of neighbouring texts ends its prefix there; the count stays that of the joined text."""
    texts = [words(1500), "The middle. ", "The end."]
    marked = ask("claude-sonnet-4-5", [text(texts[0]), text(texts[1], **MARK), text(texts[2])], max_tokens=10)
    assert marked.counted.total.tokens == tokens("claude-sonnet-4-5", "".join(texts))
    (mark,) = marked.cost.breakpoints
    assert mark.path == "/messages/0/content/1"
    assert 1500 < mark.prefix_tokens < marked.counted.total.tokens
    assert marked.counted.total.tokens - mark.prefix_tokens <= 4


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        pytest.param([call() | MARK], "/messages/1/content/0", id="call"),
        pytest.param([text("I look.", **MARK), call()], "/messages/1/content/0", id="text-before-a-call"),
    ],
)
def test_a_mark_in_an_answer(blocks: list[Any], path: str) -> None:
    """A mark on what the assistant wrote or called caches everything up to there."""
    messages = [user(words(1500)), assistant(blocks), user([result()])]
    (mark,) = ask("claude-sonnet-4-5", messages=messages, tools=[WEATHER], max_tokens=10).cost.breakpoints
    assert mark.path == path


@pytest.mark.parametrize(
    ("content", "path"),
    [
        pytest.param(image(png(28, 28)) | MARK, "/messages/0/content/1", id="image"),
        pytest.param(document("Rome") | MARK, "/messages/0/content/1", id="document"),
        pytest.param(
            {"type": "search_result", "source": "s", "title": "t", "content": [text("x")], **MARK},
            "/messages/0/content/1",
            id="search-result",
        ),
    ],
)
def test_a_mark_on_a_picture_or_a_document(content: Any, path: str) -> None:
    """A mark on any kind of block caches everything up to its end."""
    estimated = ask("claude-sonnet-4-5", [text(words(1500)), content], max_tokens=10)
    (mark,) = estimated.cost.breakpoints
    assert (mark.path, mark.prefix_tokens) == (path, estimated.counted.total.tokens)


@pytest.mark.parametrize(
    ("content", "end"),
    [
        pytest.param([result(words(1500), **MARK)], "/messages/2/content/0", id="on-the-result"),
        pytest.param(
            [result([text(words(1500), **MARK)])], "/messages/2/content/0/content/0", id="inside-the-result"
        ),
    ],
)
def test_a_mark_on_a_tool_result(content: Any, end: str) -> None:
    """A mark on a result, or on a block within it, caches everything up to the result's end."""
    messages = [user("Weather?"), assistant([call()]), user(content)]
    estimated = ask("claude-sonnet-4-5", messages=messages, tools=[WEATHER], max_tokens=10)
    (mark,) = estimated.cost.breakpoints
    assert mark.path == end
    assert mark.prefix_tokens == estimated.counted.total.tokens


def test_automatic_caching_marks_the_end() -> None:
    """A top-level ``cache_control`` puts the mark on the last block."""
    estimated = ask(
        "claude-sonnet-4-5", words(2000), cache_control={"type": "ephemeral", "ttl": "1h"}, max_tokens=10
    )
    total = estimated.counted.total.tokens
    assert buckets(estimated.cost, "first") == {"uncached_input": 0, "cache_write_1h": total, "output": 10}
    assert estimated.cost.input_cached == usd("0.30", total)


@pytest.mark.parametrize(
    ("model", "minimum"),
    [
        pytest.param("claude-sonnet-4-5", 1024, id="sonnet-4.5"),
        pytest.param("claude-haiku-4-5", 4096, id="haiku-4.5"),
        pytest.param("claude-opus-4-5", 4096, id="opus-4.5"),
        pytest.param("claude-opus-4-6", 4096, id="opus-4.6"),
        pytest.param("claude-opus-4-7", 2048, id="opus-4.7"),
        pytest.param("claude-opus-4-8", 1024, id="opus-4.8"),
        pytest.param("claude-sonnet-5", 1024, id="sonnet-5"),
        pytest.param("claude-opus-5-5", 512, id="opus-5.5"),
        pytest.param("claude-3-haiku-20240307", 2048, id="haiku-3"),
    ],
)
def test_below_the_minimum_nothing_is_cached(model: str, minimum: int) -> None:
    """A prefix shorter than the model's minimum is silently not cached; from the minimum on it is."""
    found = CATALOGUE.find(model).model
    assert found.min_cacheable_tokens is not None
    assert found.min_cacheable_tokens.tokens == minimum
    size = minimum
    while tokens(model, "x", system=words(size)) - tokens(model, "x") >= minimum:
        size -= max(1, (tokens(model, "x", system=words(size)) - tokens(model, "x") - minimum) // 2)
    below = ask(model, "x", system=[text(words(size), **MARK)])
    assert buckets(below.cost, "first") == {"uncached_input": below.counted.total.tokens}
    assert below.cost.input == below.cost.input_cached
    above = ask(model, "x", system=[text(words(size + 3), **MARK)])
    assert buckets(above.cost, "first")["cache_write_5m"] >= minimum


def test_models_without_caching_write_nothing() -> None:
    """Sonnet 3 never offered caching: a mark changes nothing."""
    marked = ask(
        "claude-3-sonnet-20240229", on=date(2024, 6, 1), system=[text(words(3000), **MARK)], max_tokens=10
    )
    assert set(buckets(marked.cost, "first")) == {"uncached_input", "output"}
    assert marked.cost.input == marked.cost.input_cached


# -- batches, surcharges, tiers ------------------------------------------------------------------------


def test_a_batch_is_half_price_in_every_bucket() -> None:
    """In a batch all amounts are at half the rate, cache writes and reads too, and the batch total is the total."""
    content = [text(words(1500), **MARK), text("And now?")]
    body: dict[str, Any] = {"system": [text(words(2000), **MARK_1H)], "max_tokens": 1000}
    single = ask("claude-sonnet-4-5", content, **body).cost
    batch = ask("claude-sonnet-4-5", content, **body, batch=True).cost
    assert [line.usd for line in batch.lines] == [line.usd / 2 for line in single.lines]
    assert {line.bucket for line in batch.lines} == {
        "uncached_input",
        "cache_write_5m",
        "cache_write_1h",
        "cache_read",
        "output",
    }
    assert {line.multiplier for line in batch.lines} == {Decimal("0.5")}
    assert {line.rule for line in batch.lines} == {"batch"}
    assert batch.batch_total_max == batch.total_max == single.batch_total_max
    assert single.total_max == 2 * single.batch_total_max
    assert batch.input == single.input / 2
    assert batch.input_cached == single.input_cached / 2


def test_where_there_is_no_batch() -> None:
    """Claude 2 was never in the Batches API: what a batch would cost is unknown."""
    assert ask("claude-2.1", on=date(2024, 6, 1), max_tokens=100).cost.batch_total_max is None


@pytest.mark.parametrize(
    ("model", "on", "rate_in", "rate_out", "rule"),
    [
        pytest.param("claude-opus-4-6", date(2026, 3, 1), "30", "150", "fast", id="4.6-in-its-days"),
        pytest.param("claude-opus-4-6", date(2026, 6, 28), "30", "150", "fast", id="4.6-last-day"),
        pytest.param(
            "claude-opus-4-6", date(2026, 6, 29), "5", "25", "standard", id="4.6-runs-at-standard-since"
        ),
        pytest.param("claude-opus-4-7", date(2026, 7, 23), "30", "150", "fast", id="4.7"),
        pytest.param("claude-opus-4-8", date(2026, 11, 29), "10", "50", "fast", id="4.8"),
        pytest.param("claude-opus-5", ON, "10", "50", "fast", id="opus-5"),
        pytest.param("claude-opus-5-5", date(2026, 10, 14), "8", "40", "fast", id="opus-5.5-preview"),
        pytest.param("claude-opus-5-5", ON, "8", "40", "fast", id="opus-5.5"),
        pytest.param("claude-fable-5-2", date(2026, 11, 10), "16", "80", "fast", id="fable-5.2"),
        pytest.param("claude-sonnet-4-5", ON, "3", "15", "standard", id="4.5-has-none"),
    ],
)
def test_fast_mode(model: str, on: date, rate_in: str, rate_out: str, rule: str) -> None:
    """``speed: fast`` has rates of its own on the days it is offered."""
    cost = ask(model, on=on, speed="fast", max_tokens=1000).cost
    amount = tokens(model, on=on)
    assert cost.input == usd(rate_in, amount)
    assert cost.output_max == usd(rate_out, 1000)
    assert {line.rule for line in cost.lines} == {rule}


def test_fast_mode_stacks_with_caching_and_the_us_but_not_with_a_batch() -> None:
    """Fast cache rates are twice the standard ones, US-only comes on top; a batch is never fast."""
    body: dict[str, Any] = {"system": [text(words(2000), **MARK)], "speed": "fast", "max_tokens": 10}
    fast = ask("claude-opus-5", **body, inference_geo="us").cost
    (write,) = (line for line in fast.lines if line.bucket == "cache_write_5m")
    assert write.usd == usd("12.5", write.tokens, "1.1")
    assert write.rule == "fast+us-only"
    batch = ask("claude-opus-5", **body, batch=True).cost
    assert {(line.rule, line.multiplier) for line in batch.lines} == {("batch", Decimal("0.5"))}
    standard = {key: value for key, value in body.items() if key != "speed"}
    assert (
        fast.batch_total_max
        == ask("claude-opus-5", **standard, inference_geo="us", batch=True).cost.total_max
    )


@pytest.mark.parametrize(
    ("model", "body", "factor", "rule"),
    [
        pytest.param("claude-opus-4-6", {"inference_geo": "us"}, "1.1", "us-only", id="us-4.6"),
        pytest.param("claude-haiku-5-5", {"inference_geo": "us"}, "1.1", "us-only", id="us-haiku-5.5"),
        pytest.param("claude-opus-4-6", {"inference_geo": "global"}, "1", "standard", id="global"),
        pytest.param(
            "claude-sonnet-4-5", {"inference_geo": "us"}, "1", "standard", id="us-on-4.5-is-refused"
        ),
        pytest.param(
            "claude-opus-4-6", {"inference_geo": "us", "batch": True}, "0.55", "batch+us-only", id="us-batch"
        ),
        pytest.param("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", {}, "1.1", "regional", id="eu"),
        pytest.param("us.anthropic.claude-opus-4-6-v1", {}, "1.1", "regional", id="us-profile"),
        pytest.param(
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0", {}, "1", "standard", id="global-profile"
        ),
        pytest.param(
            "us.anthropic.claude-sonnet-4-20250514-v1:0", {}, "1", "standard", id="4-has-no-surcharge"
        ),
    ],
)
def test_surcharges(model: str, body: dict[str, Any], factor: str, rule: str) -> None:
    """US-only inference is 1.1 from 4.6 on, regional endpoints are 1.1 from 4.5 on, on every token."""
    cost = ask(model, on=date(2026, 6, 1), max_tokens=1000, **body).cost
    assert {(line.multiplier, line.rule) for line in cost.lines} == {(Decimal(factor), rule)}
    rates = CATALOGUE.find(model).model.prices[-1].rates
    assert cost.output_max == rates.output * 1000 / 1_000_000 * Decimal(factor)


@pytest.mark.parametrize(
    ("size", "rate_in", "rate_out", "rule"),
    [
        pytest.param(100_000, "0.10", "0.50", "standard", id="100000"),
        pytest.param(100_001, "0.50", "2.50", "long-context", id="100001"),
    ],
)
def test_haiku_5_5_has_a_cliff(size: int, rate_in: str, rate_out: str, rule: str) -> None:
    """One token more than 100,000 of prompt reprices the whole request, output and cache included."""
    cost = priced("claude-haiku-5-5", known(size), max_tokens=1000)
    assert cost.input == usd(rate_in, size)
    assert cost.output_max == usd(rate_out, 1000)
    assert cost.batch_total_max == (usd(rate_in, size) + usd(rate_out, 1000)) / 2
    assert {line.rule for line in cost.lines} == {rule}


def test_a_band_across_the_cliff_pays_the_dearer_tier() -> None:
    """Where the high end of the band is over the threshold, the dearer rates apply to the estimate."""
    cost = priced("claude-haiku-5-5", Count(99_000, 98_000, 100_001, "estimated"), max_tokens=1000)
    assert cost.input == usd("0.50", 99_000)
    assert priced("claude-haiku-5-5", Count(99_000, 98_000, 100_000, "estimated")).input == usd(
        "0.10", 99_000
    )


@pytest.mark.parametrize(
    ("model", "on", "size", "betas", "rate_in", "rate_out"),
    [
        pytest.param(
            "claude-sonnet-4-20250514", date(2025, 9, 1), 200_000, [LONG], "3", "15", id="4-at-the-threshold"
        ),
        pytest.param(
            "claude-sonnet-4-20250514", date(2025, 9, 1), 200_001, [LONG], "6", "22.5", id="4-over-it"
        ),
        pytest.param(
            "claude-sonnet-4-20250514", date(2026, 4, 29), 200_001, [LONG], "6", "22.5", id="4-last-day"
        ),
        pytest.param(
            "claude-sonnet-4-20250514", date(2026, 4, 30), 200_001, [LONG], "3", "15", id="4-after-its-end"
        ),
        pytest.param(
            "claude-sonnet-4-20250514", date(2025, 9, 1), 200_001, [], "3", "15", id="4-without-the-beta"
        ),
        pytest.param("claude-opus-4-6", date(2026, 3, 12), 200_001, [LONG], "10", "37.5", id="4.6-last-day"),
        pytest.param(
            "claude-opus-4-6", date(2026, 3, 13), 200_001, [LONG], "5", "25", id="4.6-at-standard-since"
        ),
        pytest.param("claude-opus-4-8", ON, 900_000, [], "5", "25", id="4.8-has-no-tier"),
    ],
)
def test_historic_long_context_tiers(
    model: str, on: date, size: int, betas: list[str], rate_in: str, rate_out: str
) -> None:
    """With the 1M beta, over 200,000 tokens, input cost twice and output one and a half times, until its end."""
    cost = priced(model, known(size), on, betas=betas, max_tokens=1000)
    assert cost.input == usd(rate_in, size)
    produced = cost.output_tokens_max
    assert cost.output_max == usd(rate_out, produced)


def test_fast_mode_was_exempt_from_the_long_context_tier() -> None:
    """Fast rates held across the whole window."""
    cost = priced(
        "claude-opus-4-6", known(300_000), date(2026, 3, 1), betas=[LONG], speed="fast", max_tokens=10
    )
    assert cost.input == usd("30", 300_000)


def test_before_the_first_price() -> None:
    """Before a model's first period its earliest price applies, and that is said."""
    cost = ask("claude-sonnet-4-5", on=date(2025, 1, 1), max_tokens=10).cost
    assert cost.before_first_price
    assert cost.output_max == usd("15", 10)
    assert not ask("claude-sonnet-4-5", on=date(2025, 9, 29)).cost.before_first_price


def test_before_the_first_price_its_tiers_apply_too() -> None:
    """The earliest prices are taken as a whole: a prompt over the threshold pays the dearer tier."""
    early = date(2026, 1, 1)
    assert priced("claude-haiku-5-5", known(100_000), early).input == usd("0.10", 100_000)
    assert priced("claude-haiku-5-5", known(100_001), early).input == usd("0.50", 100_001)


@pytest.mark.parametrize(
    ("on", "read"),
    [
        pytest.param(date(2026, 10, 6), "0.20", id="before"),
        pytest.param(date(2026, 10, 7), "0.10", id="after"),
    ],
)
def test_a_price_change(on: date, read: str) -> None:
    """Sonnet 5.5's cache reads were halved on 2026-10-07; the line names its period."""
    cost = ask("claude-sonnet-5-5", on=on, system=[text(words(2000), **MARK)], max_tokens=10).cost
    (line,) = (line for line in cost.lines if line.bucket == "cache_read")
    assert line.usd == usd(read, line.tokens)
    assert "2026-10-07" in line.price_period


def test_retirement_never_ends_a_price() -> None:
    """A retired model goes on at its last price."""
    assert ask("claude-3-opus-20240229", on=date(2026, 11, 1), max_tokens=10).cost.output_max == usd("75", 10)


# -- output --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "body", "size", "produced"),
    [
        pytest.param("claude-sonnet-4-5", {}, 190_000, 10_000, id="fits-exactly"),
        pytest.param("claude-sonnet-4-5", {}, 199_999, 1, id="4.5-stops-at-the-window"),
        pytest.param("claude-sonnet-4-5", {}, 200_000, 0, id="4.5-has-no-room"),
        pytest.param("claude-sonnet-4-5", {}, 200_001, 0, id="4.5-is-over-it"),
        pytest.param("claude-3-5-sonnet-20241022", {}, 199_000, 1000, id="3.5-is-clamped"),
        pytest.param("claude-opus-4-1-20250805", {}, 199_000, 10_000, id="4.1-refuses-and-cuts-nothing"),
        pytest.param(
            "claude-opus-4-1-20250805",
            {"betas": ["model-context-window-exceeded-2025-08-26"]},
            199_000,
            1000,
            id="4.1-stops-with-the-beta",
        ),
    ],
)
def test_output_is_cut_where_generation_is(
    model: str, body: dict[str, Any], size: int, produced: int
) -> None:
    """What can be produced is max_tokens, cut to the window where the API cuts."""
    cost = priced(model, known(size), max_tokens=10_000, **body)
    assert cost.output_tokens_max == produced
    rates = CATALOGUE.find(model).model.prices[-1].rates
    assert cost.output_max == rates.output * produced / 1_000_000


def test_thinking_is_a_share_of_the_one_output_line() -> None:
    """A thinking budget is a target: one output line, and the share beside it."""
    cost = ask("claude-sonnet-4-5", thinking={"type": "enabled", "budget_tokens": 4000}, max_tokens=6000).cost
    assert cost.output_max == usd("15", 6000)
    assert cost.thinking_max == usd("15", 4000)
    assert [line.tokens for line in cost.lines if line.bucket == "output"] == [6000, 6000]
    assert cost.total_max == cost.input + usd("15", 6000)


def test_the_share_of_thinking_has_the_multipliers_of_the_output() -> None:
    """In a batch thinking is half price, as all output is."""
    cost = ask("claude-sonnet-4-5", thinking=ENABLED, max_tokens=6000, batch=True).cost
    assert cost.thinking_max == usd("15", 1024, "0.5")


def test_a_model_that_does_not_think_has_no_share_of_thinking() -> None:
    """Claude 3 Haiku produces none, whatever is asked for."""
    cost = ask("claude-3-haiku-20240307", thinking=ENABLED, max_tokens=6000).cost
    assert cost.thinking_max is None


def test_a_thinking_budget_over_max_tokens_is_no_more_than_all_output() -> None:
    """With interleaved thinking the budget may be larger than max_tokens; its share is the whole output."""
    cost = ask("claude-sonnet-4-5", thinking={"type": "enabled", "budget_tokens": 9000}, max_tokens=6000).cost
    assert cost.thinking_max == cost.output_max == usd("15", 6000)


@pytest.mark.parametrize("body", [{}, {"thinking": {"type": "adaptive"}}], ids=["none", "adaptive"])
def test_no_thinking_share_without_a_budget(body: dict[str, Any]) -> None:
    """Without a budget nobody knows the share of thinking."""
    assert ask("claude-opus-4-6", max_tokens=100, **body).cost.thinking_max is None


def expected(calls: int, output: int | None, **body: Any) -> Any:
    """Return the cost with an expected cost beside it."""
    request = parse_request({"model": "claude-sonnet-4-5", "messages": [user("Hello, Claude")], **body})
    match = CATALOGUE.find("claude-sonnet-4-5")
    return estimate_request(
        request, match, CATALOGUE, ON, source=SourceRef("x"), calls=calls, expect_output=output
    ).cost


def test_the_expected_cost_in_a_batch() -> None:
    """In a batch the expected output is half price too."""
    request = parse_request({"messages": [user("Hello, Claude")]}, batch=True)
    match = CATALOGUE.find("claude-sonnet-4-5")
    cost = estimate_request(
        request, match, CATALOGUE, ON, source=SourceRef("x"), calls=2, expect_output=300
    ).cost
    assert cost.expected.per_call == usd("3", 10, "0.5") + usd("15", 300, "0.5")
    assert cost.expected.total == 2 * cost.expected.per_call


def test_the_expected_cost() -> None:
    """One first call and n − 1 later ones, each with the expected output; beside the worst case, not in it."""
    cost = expected(10, 300, system=[text(words(2000), **MARK)], max_tokens=1000)
    assert (cost.expected.calls, cost.expected.output_tokens) == (10, 300)
    assert cost.expected.per_call == cost.input + usd("15", 300)
    assert cost.expected.total == cost.input + 9 * cost.input_cached + 10 * usd("15", 300)
    assert cost.total_max == cost.input + usd("15", 1000)


def test_an_output_nobody_expects_is_not_none() -> None:
    """Without an expected output the calls cost the most they can produce, and nothing is said without a bound."""
    assert expected(3, None).expected is None
    assert expected(1, None).expected is None
    assert expected(1, None, max_tokens=100).expected is None
    assert expected(2, None, max_tokens=100).expected.total == 2 * (usd("3", 10) + usd("15", 100))
    bounded = expected(3, None, max_tokens=100)
    assert bounded.expected.total == 3 * (usd("3", 10) + usd("15", 100))
    assert expected(1, 0).expected.total == usd("3", 10)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 5000), st.integers(0, 50_000), st.booleans())
def test_the_expected_cost_is_linear_in_calls(calls: int, output: int, cached: bool) -> None:
    """Each further call costs the same: a later call's input and the expected output."""
    body: dict[str, Any] = {"system": [text(words(2000), **MARK)]} if cached else {}
    one, many, more = (expected(n, output, **body).expected.total for n in (1, calls, calls + 1))
    cost = expected(calls, output, **body)
    assert more - many == cost.input_cached + usd("15", output)
    assert many == one + (calls - 1) * (more - many)


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(CLAUDE),
    st.integers(0, 1_100_000),
    st.one_of(st.none(), st.integers(0, 130_000)),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.booleans(),
)
def test_every_model_has_a_cost_on_every_day(
    model: Any, size: int, max_tokens: int | None, on: date, batch: bool
) -> None:
    """Any size on any day has an exact, non-negative cost whose parts add up."""
    more = {} if max_tokens is None else {"max_tokens": max_tokens}
    cost = priced(model.id, known(size), on, batch=batch, **more)
    assert cost.input >= cost.input_cached >= 0
    assert cost.total_min == cost.input_cached
    if max_tokens is None:
        assert cost.total_max is None
    else:
        assert cost.total_max == cost.input + cost.output_max
        assert 0 <= cost.output_tokens_max <= max_tokens
        if model.batch is not None and model.batch.start is not None and on >= model.batch.start:
            assert cost.batch_total_max <= cost.total_max
            assert not batch or cost.batch_total_max == cost.total_max


# -- what a band and a token cost ----------------------------------------------------------------------


def test_what_a_band_may_add() -> None:
    """The tokens above the estimate, at the rate of uncached input and with its multipliers."""
    total = Count(1000, 900, 1300, "estimated")
    assert doubtful_usd(priced("claude-sonnet-4-5", total), total) == usd("3", 300)
    assert doubtful_usd(priced("claude-sonnet-4-5", total, batch=True), total) == usd("3", 300, "0.5")
    assert doubtful_usd(priced("claude-sonnet-4-5", known(1000)), known(1000)) == 0


@pytest.mark.parametrize(
    ("model", "bucket", "body", "batch", "rate"),
    [
        ("claude-sonnet-4-5", "uncached_input", {}, False, Decimal(3)),
        ("claude-sonnet-4-5", "cache_read", {}, False, Decimal("0.3")),
        ("claude-sonnet-4-5", "output", {}, True, Decimal("7.5")),
        ("claude-opus-4-6", "cache_write_1h", {"inference_geo": "us"}, False, Decimal(10) * Decimal("1.1")),
        ("claude-2.1", "cache_read", {}, False, None),
    ],
)
def test_what_a_million_tokens_of_a_bucket_cost(
    model: str, bucket: Any, body: dict[str, Any], batch: bool, rate: Decimal | None
) -> None:
    """The rate with the multipliers of this request; none where the model has no such price."""
    match = CATALOGUE.find(model)
    request = parse_request({"model": model, "messages": [user("Hello")], **body}, batch=batch)
    counted = count_request(request, match.model, CATALOGUE.framing, ON)
    assert rate_of(bucket, request, match, counted, ON) == rate


def test_a_mark_on_what_the_model_never_reads_closes_nothing() -> None:
    """Claude Code's billing header is not in the prompt: alone, its mark is no breakpoint; before a text, neither."""
    header = text("x-anthropic-billing-header: cc_version=2.1.9;", **MARK)
    assert ask("claude-sonnet-4-5", system=[header]).cost.breakpoints == ()
    assert ask("claude-sonnet-4-5", system=[header, text("You help.")]).cost.breakpoints == ()


def test_only_claude_has_breakpoints() -> None:
    """Other providers cache by themselves: a mark in a request for one of them closes no prefix."""
    body: dict[str, Any] = {"system": [text(words(2000), **MARK)], "max_tokens": 10}
    assert len(ask("claude-sonnet-4-5", **body).cost.breakpoints) == 1
    assert ask("gpt-5.5", **body).cost.breakpoints == ()


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(CLAUDE),
    st.integers(0, 1_100_000),
    st.integers(0, 200_000),
    st.integers(0, 60_000),
    st.integers(0, 60_000),
    st.booleans(),
)
def test_the_worst_case_is_monotone(
    model: Any, size: int, more: int, output: int, more_output: int, batch: bool
) -> None:
    """A larger input and a larger max_tokens never cost less; input is linear where no tier lies between."""
    small = priced(model.id, known(size), batch=batch, max_tokens=output)
    assert small.input <= priced(model.id, known(size + more), batch=batch, max_tokens=output).input
    assert (
        small.total_max
        <= priced(model.id, known(size), batch=batch, max_tokens=output + more_output).total_max
    )
    double = priced(model.id, known(2 * size), batch=batch, max_tokens=output)
    if {line.rule for line in double.lines} == {line.rule for line in small.lines}:
        assert double.input == 2 * small.input


def test_what_a_band_may_add_is_at_the_rate_of_input() -> None:
    """The doubt of a count costs its tokens at the price of uncached input, whatever output costs."""
    picture = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    estimated = ask("claude-sonnet-4-5", [picture], max_tokens=10)
    total = estimated.counted.total
    assert total.high > total.tokens
    assert doubtful_usd(estimated.cost, total) == usd("3", total.high - total.tokens)
