"""BC5xx, BC6xx and BC9xx: models and betas, caching and cost, trust."""

# ruff: noqa: E501 - one case a line reads best

import pytest

from budgetcalc.lint.run import run_rules

SONNET_3_7, SONNET_4_5 = "claude-3-7-sonnet-20250219", "claude-sonnet-4-5-20250929"
OPUS_4_6, OPUS_5, HAIKU_5_5 = "claude-opus-4-6", "claude-opus-5", "claude-haiku-5-5"
LONG, LONG_OUTPUT, BATCH_OUTPUT = "context-1m-2025-08-07", "output-128k-2025-02-19", "output-300k-2026-03-24"
EPHEMERAL = {"type": "ephemeral"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


MODEL_CASES = [
    *(
        case(f"{command}-{model}-{on}", "model-retired", expected, {"model": model}, on=on, command=command)
        for command, model, on, expected in [
            ("lint", SONNET_3_7, "2026-02-18", ""),
            ("lint", SONNET_3_7, "2026-02-19", "error"),
            ("estimate", SONNET_3_7, "2026-02-19", "warning"),
            ("lint", "anthropic.claude-3-7-sonnet-20250219-v1:0", "2026-09-01", "note"),
            ("lint", OPUS_5, "2026-09-01", ""),
            ("lint", "gemini-1.5-pro", "2026-11-22", "error"),  # since when is not in the sources
            ("estimate", "gemini-1.5-pro", "2026-11-22", "warning"),
            ("lint", "gemini-1.5-pro", "2025-01-01", ""),
        ]
    ),
    *(
        case(f"{model}-{on}", "model-retiring", expected, {"model": model}, on=on)
        for model, on, expected in [
            (SONNET_4_5, "2026-09-01", "note"),  # 90 days before its retirement on 2026-11-30
            (SONNET_4_5, "2026-11-29", "note"),
            (SONNET_4_5, "2026-11-30", ""),
            ("claude-opus-4-5-20251101", "2026-11-24", ""),
            ("claude-mythos-preview", "2026-06-08", ""),
            ("claude-mythos-preview", "2026-06-09", "note"),
            (OPUS_5, "2026-09-01", ""),
        ]
    ),
    *(
        case(f"{model}-{on}", "model-not-before-passed", expected, {"model": model}, on=on)
        for model, on, expected in [
            ("claude-opus-4-5-20251101", "2026-09-24", ""),  # 61 days before the promise ends
            ("claude-opus-4-5-20251101", "2026-09-25", "note"),
            ("claude-opus-4-5-20251101", "2026-11-24", "note"),
            ("claude-haiku-4-5-20251001", "2026-10-15", "note"),
            ("claude-haiku-4-5@20251001", "2026-10-15", ""),
            (SONNET_4_5, "2026-11-22", ""),
            (OPUS_5, "2026-11-22", ""),
        ]
    ),
    *(
        case(f"{command}-{model}", "model-alias-floating", expected, {"model": model}, command=command)
        for command, model, expected in [
            ("lint", "claude-sonnet-4-5", "note"),
            ("lint", "claude-3-7-sonnet-latest", "note"),
            ("estimate", "claude-sonnet-4-5", ""),
            ("lint", SONNET_4_5, ""),
            ("lint", OPUS_4_6, ""),
        ]
    ),
    *(
        case(f"{command}-{model}", "model-platform-form", expected, {"model": model}, command=command)
        for command, model, expected in [
            ("lint", "anthropic.claude-3-7-sonnet-20250219-v1:0", "note"),
            ("lint", "claude-sonnet-4-5@20250929", "note"),
            ("lint", "claude-opus-4-6[1m]", "note"),
            ("lint", "gpt-4o", "note"),
            ("estimate", "claude-sonnet-4-5@20250929", ""),
            ("lint", SONNET_4_5, ""),
            ("lint", "claude-sonnet-4-5", ""),
        ]
    ),
    *(
        case(f"{rule}-{model}-{beta}-{on}", rule, expected, {"model": model}, betas=[beta], on=on)
        for rule, model, beta, on, expected in [
            ("beta-ended", SONNET_4_5, LONG, "2026-04-29", ""),
            ("beta-ended", SONNET_4_5, LONG, "2026-04-30", "warning"),
            ("beta-no-effect", SONNET_4_5, LONG, "2026-04-30", ""),
            ("beta-no-effect", OPUS_4_6, LONG, "2026-03-12", ""),
            ("beta-no-effect", OPUS_4_6, LONG, "2026-03-13", "note"),
            ("beta-no-effect", OPUS_5, LONG, "2026-09-01", "note"),
            ("beta-no-effect", SONNET_3_7, LONG_OUTPUT, "2025-12-01", ""),
            ("beta-no-effect", SONNET_4_5, LONG_OUTPUT, "2026-09-01", "note"),
            ("beta-no-effect", OPUS_5, BATCH_OUTPUT, "2026-09-01", "note"),
        ]
    ),
    case("in-a-batch", "beta-no-effect", "", {"model": OPUS_5}, betas=[BATCH_OUTPUT], batch=True),
    case("implied-by-the-name", "beta-ended", "warning", {"model": "claude-sonnet-4-5[1m]"}, on="2026-05-01"),
    case("implied-by-the-name", "beta-no-effect", "", {"model": "claude-opus-4-6[1m]"}),
]  # fmt: skip

MARKED_SYSTEM = {"system": [{"type": "text", "text": "Be brief", "cache_control": EPHEMERAL}]}
COST_CASES = [
    *(
        case(f"{tokens}-{high}", "long-context-tier", expected, {"model": HAIKU_5_5}, tokens=tokens, high=high, on="2026-11-01")
        for tokens, high, expected in [
            (94_999, None, ""),
            (95_000, None, "note"),
            (100_000, None, "note"),
            (100_001, None, "warning"),
            (99_000, 101_000, "warning"),
        ]
    ),
    case("no-tier", "long-context-tier", "", {"model": OPUS_5}, tokens=300_000),
    case("with-its-beta", "long-context-tier", "warning", {}, tokens=200_001, betas=[LONG], on="2026-04-29"),
    case("without-its-beta", "long-context-tier", "", {}, tokens=199_999, on="2026-04-29"),
    case("ended", "long-context-tier", "", {"model": OPUS_4_6}, tokens=300_000, betas=[LONG], on="2026-03-13"),
    case("fast", "price-surcharge", "note", {"model": OPUS_5, "speed": "fast"}),
    case("us", "price-surcharge", "note", {"model": OPUS_5, "inference_geo": "us"}),
    case("both", "price-surcharge", "note note", {"model": OPUS_5, "inference_geo": "us", "speed": "fast"}),
    case("global", "price-surcharge", "", {"model": OPUS_5, "inference_geo": "global", "speed": "standard"}),
    *(
        case(f"{tool['type']}-{len(tool)}", "server-tool-uncapped", expected, {"tools": [{"name": "t", **tool}]})
        for tool, expected in [
            ({"type": "web_search_20250305"}, "warning"),
            ({"type": "web_search_20250305", "max_uses": 5}, ""),
            ({"type": "web_fetch_20250910"}, "warning"),
            ({"type": "web_fetch_20250910", "max_content_tokens": 9_000}, ""),
            ({"type": "advisor_20260301"}, "warning"),
            ({"type": "advisor_20260301", "max_tokens": 2_048}, ""),
            ({"type": "code_execution_20250825"}, ""),
        ]
    ),
    case("in-a-batch", "batch-without-price", "warning", {"model": "claude-3-opus-20240229"}, on="2024-06-01", batch=True),
    case("outside", "batch-without-price", "", {"model": "claude-3-opus-20240229"}, on="2024-06-01"),
    case("later", "batch-without-price", "", {"model": "claude-3-opus-20240229"}, on="2025-06-01", batch=True),
    case("search", "fees-on-top", "note", {"tools": [{"type": "web_search_20250305", "name": "w", "max_uses": 5}]}),
    case("code", "fees-on-top", "note", {"tools": [{"type": "code_execution_20250825", "name": "c"}]}),
    case("own-tool", "fees-on-top", "", {"tools": [{"name": "web_search_mine", "input_schema": {"type": "object"}}]}),
    case("day-before", "price-before-first-period", "warning", {"model": OPUS_5}, on="2026-07-23"),
    case("first-day", "price-before-first-period", "", {"model": OPUS_5}, on="2026-07-24"),
    case("nobody-knows", "price-before-first-period", "note", {"model": "gpt-4o"}, on="2020-01-01"),
    case("checked", "price-before-first-period", "", {"model": "gpt-4o"}, on="2026-11-22"),
    case("short", "cache-prefix-below-minimum", "warning", MARKED_SYSTEM, parts={"/system/0": 1_023, "/messages/0/content": 9_000}),
    case("long-enough", "cache-prefix-below-minimum", "", MARKED_SYSTEM, parts={"/system/0": 1_024, "/messages/0/content": 9}),
    case("higher-minimum", "cache-prefix-below-minimum", "warning", {"model": OPUS_4_6, **MARKED_SYSTEM}, parts={"/system/0": 4_095}),
    case("automatic", "cache-prefix-below-minimum", "warning", {"cache_control": EPHEMERAL}, parts={"/messages/0/content": 900}),
    case("unmarked", "cache-prefix-below-minimum", "", {}, parts={"/messages/0/content": 9}),
    case(
        "a-later-one-is-long-enough", "cache-prefix-below-minimum", "",
        {**MARKED_SYSTEM, "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": EPHEMERAL}]}]},
        parts={"/system/0": 300, "/messages/0/content/0": 900},
    ),
]  # fmt: skip

UNKNOWN = {"type": "hologram", "data": "…"}
TRUST_CASES = [
    case("one-finding-a-type", "block-type-unknown", "warning", {"messages": [{"role": "user", "content": [UNKNOWN] * 3}]}),
    case("known", "block-type-unknown", "", {}),
    case("tight", "count-too-uncertain", "warning", {}, tokens=198_000, high=199_500),
    case("exact", "count-too-uncertain", "", {}, tokens=199_500),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), [*MODEL_CASES, *COST_CASES, *TRUST_CASES])
def test_model_or_cost_rule(severities, rule, expected, body, options):
    """A rule on models, cost or trust speaks exactly on its days and above its figures."""
    assert severities(rule, body, **options) == expected


def test_tier_says_how_far_it_is(judge):
    """The long-context finding gives both rates, and how many tokens less avoid them."""
    (finding,) = [
        f for f in judge({"model": HAIKU_5_5}, tokens=101_000, on="2026-11-01") if f.rule == "BC601"
    ]
    assert "0.50 instead of 0.10 USD" in finding.message
    assert "1,000 tokens" in finding.hint
    assert (finding.measured, finding.limit) == (101_000, 100_000)


def test_another_vendors_model_is_not_a_spelling(context_of):
    """The note on a foreign model does not name it again for the Claude API, but where Claude's models are listed."""
    (found,) = [f for f in run_rules(context_of({"model": "gpt-4o"}, command="lint")) if f.rule == "BC504"]
    assert found.message == "'gpt-4o' is a model of OpenAI; the Claude API does not serve it"
    assert "--provider anthropic" in found.hint
    assert "name gpt-4o" not in found.hint


def test_a_promise_that_ended_leaves_the_model_active(context_of):
    """BC505 says that the model is active and since when it may be retired."""
    found = run_rules(context_of({"model": "claude-haiku-4-5-20251001"}, on="2026-11-22"))
    (said,) = [f.message for f in found if f.rule == "BC505"]
    assert "is active; it may be retired any day since 2026-10-15: the promise ended" in said
