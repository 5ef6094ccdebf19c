"""What the bundled table says of each model, and on which day."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

CLAUDE_MODELS = [
    "claude-fable-5-2", "claude-mythos-5-2", "claude-fable-5-1", "claude-mythos-5-1", "claude-fable-5",
    "claude-mythos-5", "claude-mythos-preview", "claude-opus-5-5", "claude-opus-5", "claude-opus-4-8",
    "claude-opus-4-7", "claude-opus-4-6", "claude-opus-4-5-20251101", "claude-opus-4-1-20250805",
    "claude-opus-4-20250514", "claude-sonnet-5-5", "claude-sonnet-5", "claude-sonnet-4-6",
    "claude-sonnet-4-5-20250929", "claude-sonnet-4-20250514", "claude-3-7-sonnet-20250219",
    "claude-3-5-sonnet-20241022", "claude-3-5-sonnet-20240620", "claude-haiku-5-5",
    "claude-haiku-4-5-20251001", "claude-3-5-haiku-20241022", "claude-3-haiku-20240307",
    "claude-3-opus-20240229", "claude-3-sonnet-20240229", "claude-2.1", "claude-2.0",
    "claude-instant-1.2",
]  # fmt: skip

OTHER_MODELS = [
    "gpt-4-turbo", "gpt-4o", "gpt-4o-2024-05-13", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini",
    "gpt-4.1-nano", "gpt-5", "gpt-5.1", "gpt-5-mini", "gpt-5.2", "gpt-5.4", "gpt-5.5", "gpt-6.1-sol",
    "gpt-6-astra", "gpt-6-luna", "gemini-1.5-pro", "gemini-1.5-flash", "gemini-2.5-pro",
    "gemini-2.5-flash", "gemini-3-pro-preview", "gemini-3.1-pro-preview", "gemini-3-flash-preview",
    "gemini-3.8-flash", "gemini-4-argon",
]  # fmt: skip

ONE_MILLION_BETA = "context-1m-2025-08-07"
BATCH_OUTPUT_BETA = "output-300k-2026-03-24"
DAY = timedelta(days=1)


def on(text: str) -> date:
    return date.fromisoformat(text)


def test_every_model_of_the_facts_is_there_and_no_other(catalogue):
    """The table holds exactly the models it is said to hold."""
    assert set(catalogue.models) == {*CLAUDE_MODELS, *OTHER_MODELS}


def test_generations_are_those_that_the_frame_constants_are_keyed_by(catalogue):
    """``framing.yaml`` says what each of these costs beyond its texts; a new one needs a frame there."""
    generations = {model.generation for model in catalogue.models.values() if model.provider == "anthropic"}
    older = {"2", "3", "3.5", "3.7", "4", "4.1", "4.5", "4.6"}
    assert generations == older | {"4.7", "mythos-preview", "4.8", "5", "5.1", "5.2", "5.5"}


def sources_of(fact):
    """Return the source keys of a fact and of all facts inside it."""
    if isinstance(fact, tuple):
        return {source for part in fact for source in sources_of(part)}
    if not is_dataclass(fact):
        return set()
    own = {fact.source} if hasattr(fact, "source") else set()
    return own | {source for field in fields(fact) for source in sources_of(getattr(fact, field.name))}


def test_every_fact_names_a_source_and_every_source_is_named(catalogue):
    """No fact is without a source, and none is left over but the one that stands for the spellings."""
    used = sources_of(tuple(catalogue.models.values())) | sources_of(catalogue.fees)
    assert used == set(catalogue.sources) - {"model-ids-docs"}
    for source in catalogue.sources.values():
        assert source.title
        assert source.url.startswith("https://")
        assert source.checked <= catalogue.checked


@pytest.mark.parametrize("model_id", CLAUDE_MODELS)
def test_first_price_of_a_claude_model_starts_with_its_release(catalogue, model_id):
    """Usage before the release is what the warning "before the first period" is for."""
    model = catalogue.models[model_id]
    assert model.prices[0].start == model.lifecycle.released
    _, early = model.price_period(model.lifecycle.released - DAY)
    assert early


@pytest.mark.parametrize(
    "model_id", [m for m in CLAUDE_MODELS if not m.startswith(("claude-2", "claude-instant"))]
)
def test_cache_rates_stand_in_the_table_for_all_buckets_or_none(catalogue, model_id):
    """A model caches at three explicit rates, or not at all."""
    for period in catalogue.models[model_id].prices:
        rates = (period.rates.cache_write_5m, period.rates.cache_write_1h, period.rates.cache_read)
        assert all(rates) or not any(rates)


@pytest.mark.parametrize(
    ("model_id", "write_5m", "write_1h", "read"),
    [
        pytest.param("claude-opus-5", "1.25", "2", "0.1", id="usual"),
        pytest.param("claude-opus-5-5", "1.25", "2", "0.05", id="cheap-reads"),
        pytest.param("claude-sonnet-5-5", "1.25", "2", "0.05", id="cheap-reads-since-2026-10-07"),
        pytest.param("claude-fable-5-2", "1.25", "2", "0.025", id="cheapest-reads"),
        pytest.param("claude-fable-5-1", "1.25", "2", "0.025", id="cheapest-reads-5.1"),
        pytest.param("claude-3-haiku-20240307", "1.2", "2", "0.12", id="haiku-3-is-special"),
    ],
)
def test_cache_rates_are_the_published_multiples_of_the_input(catalogue, model_id, write_5m, write_1h, read):
    """The explicit rates agree with the multiples that the documentation gives beside them."""
    rates = catalogue.models[model_id].price_period(on("2026-11-22"))[0].rates
    assert rates.cache_write_5m == rates.input * Decimal(write_5m)
    assert rates.cache_write_1h == rates.input * Decimal(write_1h)
    assert rates.cache_read == rates.input * Decimal(read)


@pytest.mark.parametrize("model_id", CLAUDE_MODELS)
def test_fast_cache_rates_keep_the_multiples_of_the_standard_rates(catalogue, model_id):
    """Cache multipliers stack on fast mode."""
    model = catalogue.models[model_id]
    for fast in model.fast:
        standard = model.price_period(fast.start)[0].rates
        for bucket in ("cache_write_5m", "cache_write_1h", "cache_read"):
            assert (
                getattr(fast.rates, bucket) * standard.input == getattr(standard, bucket) * fast.rates.input
            )


# (model, day, betas) → window
WINDOWS = [
    ("claude-sonnet-4-20250514", "2025-08-11", [ONE_MILLION_BETA], 200_000),
    ("claude-sonnet-4-20250514", "2025-08-12", [ONE_MILLION_BETA], 1_000_000),
    ("claude-sonnet-4-20250514", "2025-08-12", [], 200_000),
    ("claude-sonnet-4-5-20250929", "2026-04-29", [ONE_MILLION_BETA], 1_000_000),
    ("claude-sonnet-4-5-20250929", "2026-04-30", [ONE_MILLION_BETA], 200_000),
    ("claude-opus-4-6", "2026-03-12", [], 200_000),
    ("claude-opus-4-6", "2026-03-12", [ONE_MILLION_BETA], 1_000_000),
    ("claude-opus-4-6", "2026-03-13", [], 1_000_000),
    ("claude-sonnet-4-6", "2026-03-12", [], 200_000),
    ("claude-sonnet-4-6", "2026-03-13", [], 1_000_000),
    ("claude-opus-4-5-20251101", "2026-11-22", [ONE_MILLION_BETA], 200_000),
    ("claude-haiku-5-5", "2026-11-22", [], 1_000_000),
    ("claude-2.0", "2024-01-01", [], 100_000),
    ("claude-2.1", "2024-01-01", [], 200_000),
]


@pytest.mark.parametrize(("model_id", "day", "betas", "tokens"), WINDOWS)
def test_window_is_that_of_the_day_and_the_betas(catalogue, model_id, day, betas, tokens):
    """A window counts from its first day to the day before its last, and for whom it was open."""
    assert catalogue.models[model_id].context_window(on(day), betas).tokens == tokens


# (model, day, betas, batch) → cap
CAPS = [
    ("claude-3-7-sonnet-20250219", "2025-03-01", [], False, 64_000),
    ("claude-3-7-sonnet-20250219", "2025-03-01", ["output-128k-2025-02-19"], False, 128_000),
    ("claude-3-5-sonnet-20240620", "2024-07-14", ["max-tokens-3-5-sonnet-2024-07-15"], False, 4_096),
    ("claude-3-5-sonnet-20240620", "2024-07-15", ["max-tokens-3-5-sonnet-2024-07-15"], False, 8_192),
    ("claude-3-5-sonnet-20240620", "2024-07-15", [], False, 4_096),
    ("claude-3-5-sonnet-20240620", "2024-08-19", [], False, 8_192),
    ("claude-3-5-sonnet-20241022", "2024-10-22", [], False, 8_192),
    ("claude-3-haiku-20240307", "2026-01-01", [], False, 4_096),
    ("claude-opus-4-20250514", "2026-01-01", [], False, 32_000),
    ("claude-opus-4-1-20250805", "2026-01-01", [], False, 32_000),
    ("claude-sonnet-4-20250514", "2026-01-01", [], False, 64_000),
    ("claude-haiku-4-5-20251001", "2026-01-01", [], False, 64_000),
    ("claude-sonnet-4-6", "2026-02-17", [], False, 64_000),
    ("claude-sonnet-4-6", "2026-11-22", [], False, 128_000),
    ("claude-opus-4-6", "2026-02-05", [], False, 128_000),
    ("claude-opus-4-6", "2026-03-29", [BATCH_OUTPUT_BETA], True, 128_000),
    ("claude-opus-4-6", "2026-03-30", [BATCH_OUTPUT_BETA], True, 300_000),
    ("claude-opus-4-6", "2026-03-30", [BATCH_OUTPUT_BETA], False, 128_000),
    ("claude-opus-4-6", "2026-03-30", [], True, 128_000),
    ("claude-opus-5-5", "2026-11-22", [BATCH_OUTPUT_BETA], True, 300_000),
    ("claude-fable-5-2", "2026-11-22", [BATCH_OUTPUT_BETA], True, 128_000),
    ("claude-mythos-preview", "2026-11-22", [BATCH_OUTPUT_BETA], True, 128_000),
]


@pytest.mark.parametrize(("model_id", "day", "betas", "batch", "tokens"), CAPS)
def test_output_cap_is_that_of_the_day_the_betas_and_the_batch(
    catalogue, model_id, day, betas, batch, tokens
):
    """A cap needs its beta and, if it is a batch cap, a batch."""
    assert catalogue.models[model_id].output_cap(on(day), betas, batch=batch).tokens == tokens


# (model, day) → standard input, cache read, output
PRICES = [
    ("claude-sonnet-5-5", "2026-10-06", "2", "0.20", "10"),
    ("claude-sonnet-5-5", "2026-10-07", "2", "0.10", "10"),
    ("claude-sonnet-5", "2026-09-01", "2", "0.20", "10"),
    ("claude-3-7-sonnet-20250219", "2027-01-01", "3", "0.30", "15"),
    ("claude-opus-4-5-20251101", "2026-01-01", "5", "0.50", "25"),
    ("gemini-4-argon", "2026-11-30", "2", "0.10", "10"),
    ("gemini-4-argon", "2026-12-01", "4", "0.20", "20"),
    ("gemini-3.8-flash", "2026-12-31", "0.75", "0.075", "3.75"),
    ("gemini-3.8-flash", "2027-01-01", "1.5", "0.15", "7.5"),
]


@pytest.mark.parametrize(("model_id", "day", "uncached", "read", "output"), PRICES)
def test_price_is_that_of_the_day(catalogue, model_id, day, uncached, read, output):
    """A price changes on its first day; retirement does not end it."""
    period, early = catalogue.models[model_id].price_period(on(day))
    rates = (period.rates.input, period.rates.cache_read, period.rates.output)
    assert rates == (Decimal(uncached), Decimal(read), Decimal(output))
    assert not early


def test_price_before_the_first_period_is_the_earliest_and_said(catalogue):
    """Usage older than the table takes the earliest price, flagged."""
    period, early = catalogue.models["claude-sonnet-5-5"].price_period(on("2026-01-01"))
    assert (period.rates.cache_read, early) == (Decimal("0.20"), True)


# (model, day) → fast input and output, or None
FAST = [
    ("claude-opus-4-6", "2026-02-06", None),
    ("claude-opus-4-6", "2026-02-07", ("30", "150")),
    ("claude-opus-4-6", "2026-06-28", ("30", "150")),
    ("claude-opus-4-6", "2026-06-29", None),
    ("claude-opus-4-7", "2026-07-23", ("30", "150")),
    ("claude-opus-4-7", "2026-07-24", None),
    ("claude-opus-4-8", "2026-11-29", ("10", "50")),
    ("claude-opus-4-8", "2026-11-30", None),
    ("claude-opus-5", "2026-11-22", ("10", "50")),
    ("claude-opus-5-5", "2026-11-22", ("8", "40")),
    ("claude-fable-5-2", "2026-11-22", ("16", "80")),
    ("claude-mythos-5-2", "2026-11-22", ("16", "80")),
    ("claude-fable-5-1", "2026-11-22", None),
    ("claude-sonnet-5-5", "2026-11-22", None),
]


@pytest.mark.parametrize(("model_id", "day", "rates"), FAST)
def test_fast_mode_is_offered_on_its_days(catalogue, model_id, day, rates):
    """Fast mode has a first and a last day of its own."""
    period = catalogue.models[model_id].fast_period(on(day))
    expected = rates and tuple(Decimal(rate) for rate in rates)
    assert (period and (period.rates.input, period.rates.output)) == expected


def test_fast_mode_outside_its_days_is_refused_but_for_opus_4_6(catalogue):
    """Opus 4.6 goes on at standard speed and price; every other model answers with an error."""
    others = {model.id for model in catalogue.models.values() if model.fast_outside != "refused"}
    assert others == {"claude-opus-4-6"}


def test_fast_mode_of_opus_5_5_needs_no_beta_since_it_left_the_preview(catalogue):
    """The header was needed until 2026-10-14."""
    model = catalogue.models["claude-opus-5-5"]
    assert model.fast_period(on("2026-10-14")).beta == "fast-mode-2026-02-01"
    assert model.fast_period(on("2026-10-15")).beta is None


# (model, day, betas, prompt) → input rate of the tier, or None
TIERS = [
    ("claude-haiku-5-5", "2026-11-22", [], 100_000, None),
    ("claude-haiku-5-5", "2026-11-22", [], 100_001, "0.50"),
    ("claude-sonnet-4-20250514", "2025-08-11", [ONE_MILLION_BETA], 200_001, None),
    ("claude-sonnet-4-20250514", "2025-08-12", [ONE_MILLION_BETA], 200_001, "6"),
    ("claude-sonnet-4-20250514", "2025-08-12", [ONE_MILLION_BETA], 200_000, None),
    ("claude-sonnet-4-5-20250929", "2026-04-29", [ONE_MILLION_BETA], 200_001, "6"),
    ("claude-sonnet-4-5-20250929", "2026-04-30", [ONE_MILLION_BETA], 200_001, None),
    ("claude-opus-4-6", "2026-03-12", [ONE_MILLION_BETA], 200_001, "10"),
    ("claude-opus-4-6", "2026-03-13", [ONE_MILLION_BETA], 200_001, None),
    ("claude-sonnet-4-6", "2026-03-12", [ONE_MILLION_BETA], 200_001, "6"),
    ("gpt-5.4", "2026-11-22", [], 272_001, "5"),
    ("gemini-2.5-pro", "2026-11-22", [], 200_001, "2.5"),
    ("gemini-1.5-pro", "2026-11-22", [], 128_001, "2.5"),
]


@pytest.mark.parametrize(("model_id", "day", "betas", "prompt", "rate"), TIERS)
def test_long_context_tier_begins_one_token_over_its_threshold(catalogue, model_id, day, betas, prompt, rate):
    """A tier is a cliff with a first and a last day."""
    tier = catalogue.models[model_id].long_context_period(on(day), betas, prompt)
    assert (tier and tier.rates.input) == (rate and Decimal(rate))


@pytest.mark.parametrize(
    ("model_id", "day", "tokens"),
    [
        ("claude-3-7-sonnet-20250219", "2025-11-17", 28),
        ("claude-3-7-sonnet-20250219", "2025-11-18", 29),
        ("claude-sonnet-4-20250514", "2025-11-17", 28),
        ("claude-opus-4-5-20251101", "2025-11-24", 29),
        ("claude-opus-4-6", "2026-02-05", 28),
        ("claude-sonnet-4-6", "2026-11-22", 28),
        ("claude-opus-4-7", "2026-11-22", None),
        ("claude-opus-5", "2026-11-22", None),
        ("claude-3-5-sonnet-20241022", "2025-01-01", None),
    ],
)
def test_thinking_prompt_is_that_of_the_day(catalogue, model_id, day, tokens):
    """28 tokens became 29 on 2025-11-18; models without manual thinking have none."""
    prompt = catalogue.models[model_id].thinking_prompt(on(day))
    assert (prompt and prompt.tokens) == tokens


@pytest.mark.parametrize(
    ("model_id", "day", "least"),
    [
        ("claude-3-7-sonnet-20250219", "2025-05-21", None),
        ("claude-3-7-sonnet-20250219", "2025-05-22", "0.95"),
        ("claude-opus-4-6", "2026-11-22", "0.95"),
    ],
)
def test_top_p_while_thinking_is_open_since_may_2025(catalogue, model_id, day, least):
    """Before 2025-05-22 no sampling parameter was taken with thinking."""
    limit = catalogue.models[model_id].sampling_limit(on(day))
    assert limit.top_p_min == (least and Decimal(least))


# Measured figures without separators: auto, any, recordings of auto.
TOOL_PROMPTS = [
    ("claude-3-haiku-20240307", 264, 355, 125),
    ("claude-3-5-haiku-20241022", 264, 355, 125),
    ("claude-3-sonnet-20240229", 159, 250, 3),
    ("claude-3-opus-20240229", 533, 296, 6),
    ("claude-3-5-sonnet-20240620", 294, 276, 28),
    ("claude-3-5-sonnet-20241022", 313, 314, 20),
    ("claude-3-7-sonnet-20250219", 313, 314, 20),
    ("claude-opus-4-20250514", 313, 315, 133),
    ("claude-opus-4-1-20250805", 313, 315, 133),
    ("claude-haiku-4-5-20251001", 496, 588, 509),
    ("claude-opus-4-6", 496, 588, 509),
    ("claude-opus-4-7", 674, 803, 16),
    ("claude-opus-4-8", 289, 409, 2),
    ("claude-sonnet-5", 353, 473, 16),
    ("claude-opus-5", 285, 405, 5),
    ("claude-haiku-5-5", 285, 405, 0),
    ("claude-opus-5-5", 285, None, 0),
    ("claude-sonnet-5-5", 285, None, 0),
    ("claude-fable-5", 285, 405, 0),
    ("claude-fable-5-2", 285, None, 0),
]


@pytest.mark.parametrize(("model_id", "auto", "forced", "recordings"), TOOL_PROMPTS)
def test_tool_prompt_is_the_measured_one(catalogue, model_id, auto, forced, recordings):
    """What was billed wins over the documentation; a model without data says that it has none."""
    prompt = catalogue.models[model_id].tool_prompt
    assert (prompt.auto.tokens, prompt.any and prompt.any.tokens) == (auto, forced)
    assert prompt.auto.recordings == recordings


@pytest.mark.parametrize("model_id", [*CLAUDE_MODELS])
def test_forced_tool_choice_is_refused_in_all_places_or_none(catalogue, model_id):
    """The three facts about a forced tool choice agree."""
    model = catalogue.models[model_id]
    if model.tool_prompt is None:
        return
    assert (model.tool_prompt.any is None) == (not model.accepts.forced_tool_choice)
    if model.thinking.types:
        assert bool(model.thinking.forced_tool_choice) == model.accepts.forced_tool_choice


# think | default | always on | efforts | keeps | returned as
LMH = ("low", "medium", "high")
LMHM = (*LMH, "max")
ALL = (*LMH, "xhigh", "max")
THINKING = [
    ("claude-3-5-haiku-20241022", (), "off", False, (), "last_turn", "full"),
    ("claude-3-7-sonnet-20250219", ("enabled", "disabled"), "off", False, (), "last_turn", "full"),
    ("claude-opus-4-1-20250805", ("enabled", "disabled"), "off", False, (), "last_turn", "summary"),
    ("claude-sonnet-4-5-20250929", ("enabled", "disabled"), "off", False, (), "last_turn", "summary"),
    ("claude-haiku-4-5-20251001", ("enabled", "disabled"), "off", False, (), "last_turn", "summary"),
    ("claude-opus-4-5-20251101", ("enabled", "disabled"), "off", False, LMH, "all", "summary"),
    ("claude-opus-4-6", ("enabled", "adaptive", "disabled"), "off", False, LMHM, "all", "summary"),
    ("claude-opus-4-7", ("adaptive", "disabled"), "off", False, ALL, "all", "omitted"),
    ("claude-opus-4-8", ("adaptive", "disabled"), "off", False, ALL, "all", "omitted"),
    ("claude-mythos-preview", ("enabled", "adaptive"), "adaptive", True, LMHM, "all", "omitted"),
    ("claude-sonnet-5", ("adaptive", "disabled"), "adaptive", False, ALL, "all", "omitted"),
    ("claude-opus-5", ("adaptive", "disabled"), "adaptive", False, ALL, "all", "omitted"),
    ("claude-fable-5", ("adaptive",), "adaptive", True, ALL, "all", "omitted"),
    ("claude-opus-5-5", ("adaptive",), "adaptive", True, ALL, "all", "omitted"),
    ("claude-sonnet-5-5", ("adaptive", "between_tools"), "adaptive", False, ALL, "all", "omitted"),
    ("claude-haiku-5-5", ("adaptive", "disabled"), "adaptive", False, ALL, "all", "omitted"),
    ("claude-mythos-5-2", ("adaptive",), "adaptive", True, ALL, "all", "omitted"),
]


@pytest.mark.parametrize(("model_id", "types", "default", "always", "efforts", "keeps", "returned"), THINKING)
def test_thinking_follows_the_documentations_matrix(
    catalogue, model_id, types, default, always, efforts, keeps, returned
):
    """One row of the matrix per model."""
    rules = catalogue.models[model_id].thinking
    assert (rules.types, rules.default, rules.always_on) == (types, default, always)
    assert (rules.efforts, rules.keeps, rules.returned_as) == (efforts, keeps, returned)
    assert rules.default_effort == (
        ("medium" if model_id.endswith(("opus-5-5", "haiku-5-5")) else "high") if efforts else None
    )


# sampling, temperature with top_p, prefill, forced tool choice, system messages, geo, structured output
ACCEPTS = [
    ("claude-3-haiku-20240307", "yes yes yes yes no no no", 100, "standard"),
    ("claude-sonnet-4-20250514", "yes yes yes yes no no no", 100, "standard"),
    ("claude-opus-4-1-20250805", "yes no yes yes no no yes", 100, "standard"),
    ("claude-sonnet-4-5-20250929", "yes no yes yes no no yes", 100, "standard"),
    ("claude-opus-4-6", "yes no no yes no yes yes", 600, "standard"),
    ("claude-sonnet-4-6", "yes no no yes no yes yes", 600, "standard"),
    ("claude-opus-4-7", "no no no yes no yes yes", 600, "high_resolution"),
    ("claude-opus-4-8", "no no no yes yes yes yes", 600, "high_resolution"),
    ("claude-sonnet-5", "no no no yes no yes yes", 600, "high_resolution"),
    ("claude-opus-5", "no no no yes yes yes yes", 600, "high_resolution"),
    ("claude-fable-5", "no no no yes yes yes yes", 600, "high_resolution"),
    ("claude-fable-5-1", "no no no no yes yes yes", 600, "high_resolution"),
    ("claude-opus-5-5", "no no no no yes yes yes", 600, "high_resolution"),
    ("claude-sonnet-5-5", "no no no no yes yes yes", 600, "high_resolution"),
    ("claude-haiku-5-5", "no no no yes yes yes yes", 600, "high_resolution"),
    ("claude-fable-5-2", "no no no no yes yes yes", 600, "high_resolution"),
]


@pytest.mark.parametrize(("model_id", "answers", "media", "tier"), ACCEPTS)
def test_accepted_features_follow_the_capability_matrix(catalogue, model_id, answers, media, tier):
    """One row of the matrix per model."""
    accepts = catalogue.models[model_id].accepts
    features = (
        accepts.sampling, accepts.temperature_with_top_p, accepts.prefill, accepts.forced_tool_choice,
        accepts.system_messages, accepts.inference_geo, accepts.structured_output,
    )  # fmt: skip
    assert features == tuple(answer == "yes" for answer in answers.split())
    assert (accepts.media, accepts.image_tier) == (media, tier)


@pytest.mark.parametrize(
    ("model_id", "window_rule", "family", "least_cacheable"),
    [
        ("claude-3-5-sonnet-20241022", "clamped", "claude-v3", 1_024),
        ("claude-3-sonnet-20240229", "clamped", "claude-v3", None),
        ("claude-3-7-sonnet-20250219", "rejected", "claude-v3", 1_024),
        ("claude-opus-4-1-20250805", "rejected", "claude-v3", 1_024),
        ("claude-sonnet-4-5-20250929", "may_stop_early", "claude-v3", 1_024),
        ("claude-opus-4-5-20251101", "may_stop_early", "claude-v3", 4_096),
        ("claude-opus-4-6", "may_stop_early", "claude-v3", 4_096),
        ("claude-sonnet-4-6", "may_stop_early", "claude-v3", 1_024),
        ("claude-opus-4-7", "may_stop_early", "claude-v4.7", 2_048),
        ("claude-opus-4-8", "may_stop_early", "claude-v4.7", 1_024),
        ("claude-sonnet-5", "may_stop_early", "claude-v4.7", 1_024),
        ("claude-opus-5", "may_stop_early", "claude-v4.7", 512),
        ("claude-fable-5-2", "may_stop_early", "claude-v4.7", 512),
        ("claude-mythos-preview", "may_stop_early", "claude-v4.7", 2_048),
        ("claude-2.1", "clamped", "claude-v2", None),
        ("gpt-4-turbo", "rejected", "cl100k_base", None),
        ("gpt-4o", "rejected", "o200k_base", None),
    ],
)
def test_generation_rules(catalogue, model_id, window_rule, family, least_cacheable):
    """What happens over the window, which vocabulary counts, from which length a prefix is cached."""
    model = catalogue.models[model_id]
    least = model.min_cacheable_tokens
    assert (model.over_window, model.tokenizer.family, least and least.tokens) == (
        window_rule,
        family,
        least_cacheable,
    )


@pytest.mark.parametrize(
    ("model_id", "us_only", "regional"),
    [
        ("claude-3-7-sonnet-20250219", None, None),
        ("claude-opus-4-1-20250805", None, None),
        ("claude-sonnet-4-5-20250929", None, "1.1"),
        ("claude-opus-4-6", "1.1", "1.1"),
        ("claude-haiku-5-5", "1.1", "1.1"),
    ],
)
def test_factors_begin_with_their_generation(catalogue, model_id, us_only, regional):
    """US-only inference costs 1.1 from 4.6 on, a regional endpoint from 4.5 on, a batch half."""
    model = catalogue.models[model_id]
    assert (model.us_only and model.us_only.factor) == (us_only and Decimal(us_only))
    assert (model.regional and model.regional.factor) == (regional and Decimal(regional))
    assert model.batch.factor == Decimal("0.5")


@pytest.mark.parametrize(
    ("model_id", "interleaved", "prompt"),
    [
        ("claude-3-7-sonnet-20250219", "none", None),
        ("claude-sonnet-4-20250514", "header", 148),
        ("claude-opus-4-1-20250805", "header", 148),
        ("claude-sonnet-4-5-20250929", "header", 148),
        ("claude-haiku-4-5-20251001", "none", 148),
        ("claude-sonnet-4-6", "header", None),
        ("claude-opus-4-6", "automatic", None),
        ("claude-opus-5", "automatic", None),
    ],
)
def test_interleaved_thinking(catalogue, model_id, interleaved, prompt):
    """The header's 148 tokens were seen on 4, 4.1 and 4.5, Haiku included."""
    rules = catalogue.models[model_id].thinking
    measured = rules.interleaved_prompt
    assert (rules.interleaved, measured and measured.tokens) == (interleaved, prompt)


def test_sonnet_4_5_retires_on_the_last_of_november_2026(catalogue):
    """The day it is retired is the first day it is."""
    model = catalogue.models["claude-sonnet-4-5-20250929"]
    assert not model.is_retired(on("2026-11-29"))
    assert model.is_retired(on("2026-11-30"))
    assert model.retires_within(90, on("2026-11-22"))


@pytest.mark.parametrize(
    ("name", "usd", "per"),
    [
        ("web_search", "10", "1000 searches"),
        ("web_fetch", "0", "1000 fetches"),
        ("code_execution", "0.05", "container hour"),
        ("managed_agents_session", "0.08", "session hour"),
    ],
)
def test_fees(catalogue, name, usd, per):
    """Fees that are not by token."""
    fee = catalogue.fee(name, on("2026-11-22"))
    assert (fee.usd, fee.per) == (Decimal(usd), per)
