"""What decides the price of a token in a report: model, day, mode, factors, and the size of the prompt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.library import load_catalogue
from budgetcalc.records import replace
from budgetcalc.usage import Charge, UsageRow, UsageTokens
from budgetcalc.usage_prices import FLOAT_NOISE, PriceKey, Unpriced, price_key, with_lifetimes

CATALOGUE = load_catalogue()
ON = date(2026, 11, 1)
OPUS, HAIKU = "claude-opus-4-6", "claude-haiku-5-5"
MILLION = Decimal(1_000_000)


def charge(model: str | None = OPUS, **changes: Any) -> Charge:
    """Return a charge; keys of ``UsageTokens`` are its tokens."""
    names = set(UsageTokens.__dataclass_fields__)
    tokens = UsageTokens(**{name: value for name, value in changes.items() if name in names})
    return Charge(model, tokens, **{name: value for name, value in changes.items() if name not in names})


def key_of(one: Charge, day: date = ON, *, fill: str | None = None, **row: Any) -> PriceKey | Unpriced:
    """Return the key of a row's only charge."""
    return price_key(one, UsageRow("usage.jsonl", 1, "messages", (one,), **row), CATALOGUE, day, fill)


def priced(one: Charge, day: date = ON, **row: Any) -> PriceKey:
    """Return the key of a charge that has a price."""
    key = key_of(one, day, **row)
    assert isinstance(key, PriceKey), key
    return key


@pytest.mark.parametrize(
    ("model", "row", "rule", "multiplier"),
    [
        (OPUS, {}, "standard", "1"),
        (OPUS, {"service_tier": "batch"}, "batch", "0.5"),
        (OPUS, {"service_tier": "priority"}, "standard", "1"),
        (OPUS, {"us_only": True}, "us-only", "1.1"),
        (OPUS, {"service_tier": "batch", "us_only": True}, "batch+us-only", "0.55"),
        ("eu.anthropic.claude-opus-4-6-v1:0", {}, "regional", "1.1"),
        ("claude-opus-4-8", {"fast": True}, "fast", "1"),
        ("claude-opus-4-8", {"fast": True, "us_only": True}, "fast+us-only", "1.1"),
    ],
)
def test_the_rule_says_what_applies(model: str, row: dict[str, Any], rule: str, multiplier: str) -> None:
    """Modes and factors by name in the order in which they are applied, and their product."""
    key = priced(charge(model, output=1), **row)
    assert (key.rule, key.multiplier) == (rule, Decimal(multiplier))


def test_a_key_prices_the_tokens_of_a_bucket() -> None:
    """Tokens at the rate of their bucket, with the factor; a bucket without a price is an error, never nothing."""
    key = priced(charge(), service_tier="batch")
    assert key.usd("output", 3) == Decimal(25) * 3 / 2 / MILLION
    assert key.usd("cache_write_5m", 7) == Decimal("6.25") * 7 / 2 / MILLION
    with pytest.raises(KeyError, match=r"claude-2\.1 has no price for cache_read"):
        priced(charge("claude-2.1")).usd("cache_read", 1)


@pytest.mark.parametrize(
    ("one", "row", "model", "reason"),
    [
        (charge(None), {}, "", "the report names no model: group it by model, or give --model"),
        (charge("no-such-model"), {}, "no-such-model", "the model is not in the catalogue"),
        (charge(), {"fast": True, "service_tier": "batch"}, OPUS, "there is no fast mode in a batch"),
        (
            charge("claude-haiku-5-5"),
            {"fast": True},
            "claude-haiku-5-5",
            "claude-haiku-5-5 has no fast mode on 2026-11-01",
        ),
        (
            charge("claude-2.1"),
            {"service_tier": "batch"},
            "claude-2.1",
            "no batch price of claude-2.1 is published",
        ),
        (
            charge("gpt-5.5", cache_write_5m=1),
            {},
            "gpt-5.5",
            "no price of cache_write_5m is published for gpt-5.5",
        ),
        (
            charge("claude-2.1", cache_read=1),
            {},
            "claude-2.1",
            "no price of cache_read is published for claude-2.1",
        ),
        (
            charge("gpt-5.5", reported_usd=Decimal(1)),
            {},
            "gpt-5.5",
            "no price of cache_write_5m is published for gpt-5.5",
        ),
    ],
)
def test_what_has_no_price(one: Charge, row: dict[str, Any], model: str, reason: str) -> None:
    """Every charge without a price says which model, as it was spelled, and why."""
    assert key_of(one, **row) == Unpriced(model, reason)


def test_only_tokens_need_a_price() -> None:
    """A model without a price for cache writes has one for a call that wrote nothing."""
    assert priced(charge("gpt-5.5", uncached_input=1, cache_read=1, output=1)).rule == "standard"


def test_a_given_model_fills_in_and_never_replaces() -> None:
    """Where the report names a model, that one is priced."""
    assert priced(charge(None), fill=HAIKU).model == HAIKU
    assert priced(charge(OPUS), fill=HAIKU).model == OPUS


@pytest.mark.parametrize(
    ("prompt", "long_context", "unit", "day", "rule"),
    [
        (100_000, None, "call", ON, "standard"),
        (100_001, None, "call", ON, "long-context"),
        (100_001, False, "call", ON, "standard"),
        (10, True, "call", ON, "long-context"),
        (100_001, None, "bucket", ON, "standard"),
        (10, True, "bucket", ON, "long-context"),
        (100_001, None, "call", date(2026, 1, 1), "long-context"),
        (100_000, None, "call", date(2026, 1, 1), "standard"),
    ],
)
def test_which_tier(prompt: int, long_context: bool | None, unit: Any, day: date, rule: str) -> None:
    """The report's word, else a call's own prompt; before the first price its tier holds too."""
    one = charge(HAIKU, cache_read=prompt, long_context=long_context)
    assert priced(one, day, unit=unit).rule == rule


A_SUM = "claude-haiku-5-5 is dearer for prompts over 100,000 tokens"
EARLY = "no price of claude-haiku-5-5 is known before 2026-10-07"


@pytest.mark.parametrize(
    ("model", "changes", "unit", "day", "said"),
    [
        (HAIKU, {"cache_read": 100_001}, "call", ON, []),
        (HAIKU, {"cache_read": 100_000}, "bucket", ON, []),
        (HAIKU, {"cache_read": 100_001}, "bucket", ON, [A_SUM]),
        (HAIKU, {"cache_read": 100_001}, "session", ON, [A_SUM]),
        (HAIKU, {"cache_read": 100_001, "long_context": False}, "bucket", ON, [A_SUM]),
        (HAIKU, {"cache_read": 100_001, "long_context": True}, "bucket", ON, []),
        (HAIKU, {"cache_read": 100_001}, "bucket", date(2026, 1, 1), [EARLY, A_SUM]),
        (HAIKU, {"output": 1}, "call", date(2026, 10, 6), [EARLY]),
        (HAIKU, {"output": 1}, "call", date(2026, 10, 7), []),
        # Reports draw their line at 200,000 tokens, which is where these models' tier begins.
        ("claude-sonnet-4-6", {"cache_read": 200_001, "long_context": False}, "bucket", date(2026, 3, 1), []),
    ],
)
def test_what_had_to_be_assumed(
    model: str, changes: dict[str, Any], unit: Any, day: date, said: list[str]
) -> None:
    """A price before the first known one, and the base price of a sum of calls that may have been dearer."""
    notes = priced(charge(model, **changes), day, unit=unit).notes
    assert [note[: len(start)] for note, start in zip(notes, said, strict=True)] == said


# -- lifetimes of cache writes that only a cost tells ----------------------------------------------------


def session(five: int, hour: int, usd: Decimal, *, read: int = 0) -> tuple[Charge, PriceKey]:
    """Return a session's charge with its own cost, and its key."""
    one = charge(cache_write_5m=five, cache_write_1h=hour, cache_read=read, reported_usd=usd)
    return one, priced(one, unit="session")


def cost(five: int, hour: int) -> Decimal:
    """Return what writes cost: 6.25 and 10 dollars a million."""
    return (five * Decimal("6.25") + hour * Decimal(10)) / MILLION


@pytest.mark.parametrize(("five", "hour"), [(1000, 0), (700, 300), (0, 1000)])
def test_lifetimes_follow_from_the_cost(five: int, hour: int) -> None:
    """What the cost is above that of five-minute writes is what one-hour writes cost more."""
    one, key = session(1000, 0, cost(five, hour))
    split, is_assumed = with_lifetimes(one, key, Decimal(0))
    assert (split.tokens.cache_write_5m, split.tokens.cache_write_1h) == (five, hour)
    assert not is_assumed


def test_searches_are_no_cache_writes() -> None:
    """What web searches cost is taken off first."""
    one, key = session(1000, 0, cost(700, 300) + Decimal("0.02"))
    split, is_assumed = with_lifetimes(one, key, Decimal("0.02"))
    assert split.tokens.cache_write_1h == 300
    assert not is_assumed


@pytest.mark.parametrize(
    ("usd", "is_assumed"),
    [
        pytest.param(cost(700, 300) + FLOAT_NOISE * cost(-1, 1), False, id="noise-of-floats"),
        pytest.param(cost(700, 300) + 2 * FLOAT_NOISE * cost(-1, 1), True, id="no-whole-number"),
        pytest.param(cost(-1, 1001), True, id="more-than-all"),
        pytest.param(cost(1001, -1), True, id="less-than-none"),
    ],
)
def test_a_cost_that_fits_no_lifetimes(usd: Decimal, is_assumed: bool) -> None:
    """Writes stay as they were read unless the cost comes out as a whole number of tokens within their sum."""
    one, key = session(1000, 0, usd)
    split, said = with_lifetimes(one, key, Decimal(0))
    assert said is is_assumed
    assert split.tokens.cache_write_1h == (0 if is_assumed else 300)


def test_nothing_is_assumed_where_nothing_is_open() -> None:
    """Without five-minute writes no lifetime was assumed, whatever the cost; without any write nothing is looked at."""
    one, key = session(0, 1000, Decimal(9))
    assert with_lifetimes(one, key, Decimal(0)) == (one, False)
    none, key = session(0, 0, Decimal(9), read=5)
    assert with_lifetimes(none, key, Decimal(0)) == (none, False)


def test_lifetimes_of_one_price_cannot_be_told_apart() -> None:
    """Where both kinds of writes cost the same, the cost says nothing, and they stay as they were read."""
    one, key = session(1000, 0, cost(1000, 0))
    rates = replace(key.period.rates, cache_write_1h=key.period.rates.cache_write_5m)
    split, _ = with_lifetimes(one, replace(key, period=replace(key.period, rates=rates)), Decimal(0))
    assert split.tokens == one.tokens


def test_what_a_batch_would_have_cost_is_asked_of_standard_calls_only() -> None:
    """A fast, a priority and a batched call could not have been cheaper in a batch; nor one of a model without."""
    assert priced(charge()).batch_factor == Decimal("0.5")
    assert priced(charge(), service_tier="batch").batch_factor is None
    assert priced(charge(), service_tier="priority").batch_factor is None
    assert priced(charge("claude-opus-4-8"), fast=True).batch_factor is None
    assert priced(charge("claude-2.1")).batch_factor is None
