"""The bundled prices against those of genai-prices, which other people keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from genai_prices.data import providers
from genai_prices.types import TieredPrices

ON = date(2026, 11, 22)
RATES = {
    "input": "input_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "cache_read": "cache_read_mtok",
    "output": "output_mtok",
}
NOT_LISTED = {
    "claude-mythos-5": "of limited availability; same price as Fable 5",
    "claude-mythos-5-1": "of limited availability; same price as Fable 5.1",
    "claude-mythos-preview": "never had an official price",
    "claude-instant-1.2": "retired in 2024",
}
# (model, what) → why the two differ.
DIFFERENT = {
    ("claude-3-sonnet-20240229", "cache_write_5m"): "prompt caching was never offered for Claude 3 Sonnet",
    ("claude-3-sonnet-20240229", "cache_write_1h"): "prompt caching was never offered for Claude 3 Sonnet",
    ("claude-3-sonnet-20240229", "cache_read"): "prompt caching was never offered for Claude 3 Sonnet",
    (
        "claude-sonnet-4-5-20250929",
        "tiers",
    ): "the 1M beta and its tier ended on 2026-04-30; genai-prices keeps the tier",
}


def listed_prices(model, on):
    """Return the prices genai-prices has for the model on that day, or None."""
    provider = next(provider for provider in providers if provider.id == model.provider)
    found = next((listed for listed in provider.models if listed.is_match(model.id)), None)
    return found and found.get_prices(datetime(on.year, on.month, on.day, tzinfo=UTC))


def base(price):
    return price.base if isinstance(price, TieredPrices) else price


def differences(model, on):
    """Return which rates and tiers differ on that day."""
    prices = listed_prices(model, on)
    rates = model.price_period(on)[0].rates
    differing = {
        bucket
        for bucket, name in RATES.items()
        if base(getattr(prices, name, None)) != getattr(rates, bucket)
    }
    ours = {
        (tier.over_tokens, bucket, getattr(tier.rates, bucket))
        for tier in [model.long_context_period(on, [tier.beta for tier in model.long_context], 10_000_000)]
        if tier
        for bucket in RATES
        if getattr(tier.rates, bucket) is not None
    }
    theirs = {
        (tier.start, bucket, tier.price)
        for bucket, name in RATES.items()
        if isinstance(price := getattr(prices, name, None), TieredPrices)
        for tier in price.tiers
    }
    return differing | ({"tiers"} if ours != theirs else set())


def test_models_that_genai_prices_does_not_list_are_known(catalogue):
    """A model that goes missing there, or appears, is noticed."""
    missing = {model.id for model in catalogue.models.values() if listed_prices(model, ON) is None}
    assert missing == set(NOT_LISTED)


def test_prices_and_tiers_of_today_agree(catalogue):
    """Every rate and every tier, but for the differences listed with their reasons."""
    found = {
        (model.id, what)
        for model in catalogue.models.values()
        if model.id not in NOT_LISTED
        for what in differences(model, ON)
    }
    assert found == set(DIFFERENT)


@pytest.mark.parametrize(
    ("model_id", "day"),
    [
        ("claude-opus-4-6", date(2026, 3, 12)),
        ("claude-opus-4-6", date(2026, 3, 13)),
        ("claude-sonnet-4-6", date(2026, 3, 12)),
        ("claude-sonnet-4-6", date(2026, 3, 13)),
        ("claude-sonnet-4-5-20250929", date(2026, 4, 29)),
        ("gemini-4-argon", date(2026, 11, 30)),
        ("gemini-4-argon", date(2026, 12, 1)),
        ("gemini-3.8-flash", date(2026, 12, 31)),
        ("gemini-3.8-flash", date(2027, 1, 1)),
    ],
)
def test_prices_agree_on_the_days_they_change(catalogue, model_id, day):
    """Both tables change on the same day."""
    assert differences(catalogue.models[model_id], day) == set()


# (model, what) → the first and the last day of a change on which they differ, and why.
DIFFERENT_ONCE = {
    ("claude-sonnet-5-5", "cache_read"): (
        date(2026, 9, 28),
        date(2026, 10, 6),
        "its cache reads cost 0.20 until 2026-10-07 (release notes); genai-prices has the later price from the start",
    ),
    ("claude-sonnet-4-20250514", "tiers"): (
        date(2025, 8, 12),
        date(2026, 4, 29),
        "the 1M beta had its tier from 2025-08-12 to 2026-04-29; genai-prices has none for Sonnet 4",
    ),
    ("claude-sonnet-4-5-20250929", "tiers"): (
        date(2026, 4, 30),
        ON,
        "the 1M beta and its tier ended on 2026-04-30; genai-prices keeps the tier",
    ),
}
NEVER_THE_SAME = {name for name, what in DIFFERENT if what == "cache_read"}


def days_of_change(model):
    """Return the first days of a model's periods and tiers, the days before them, and today."""
    periods = (*model.prices, *model.long_context)
    edges = {day for period in periods for day in (period.start, period.end) if day is not None}
    first = min((period.start for period in model.prices if period.start is not None), default=ON)
    return {ON} | {day for edge in edges for day in (edge - timedelta(days=1), edge) if first <= day <= ON}


def test_prices_of_every_claude_model_agree_on_every_day_of_a_change(catalogue):
    """All periods and tiers there ever were, but for the differences listed with their days and reasons."""
    found = {}
    for model in catalogue.models.values():
        if model.provider == "anthropic" and model.id not in NOT_LISTED and model.id not in NEVER_THE_SAME:
            for day in days_of_change(model):
                for what in differences(model, day):
                    found.setdefault((model.id, what), set()).add(day)
    assert {what: (min(days), max(days)) for what, days in found.items()} == {
        what: (first, last) for what, (first, last, _) in DIFFERENT_ONCE.items()
    }
