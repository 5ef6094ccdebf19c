"""BC2xx: size and window."""

import pytest

THINKING = {"type": "enabled", "budget_tokens": 1024}
STOP_BETA = "model-context-window-exceeded-2025-08-26"
SONNET_3_5, SONNET_3_7 = "claude-3-5-sonnet-20241022", "claude-3-7-sonnet-20250219"
OPUS_4, SONNET_4 = "claude-opus-4-20250514", "claude-sonnet-4-20250514"
OPUS_4_5, OPUS_4_6, OPUS_5 = "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-5"


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def images(count, kind="image", source=None):
    block = {"type": kind, "source": source or {"type": "url", "url": "https://example.com/a"}}
    return {"messages": [{"role": "user", "content": [block] * count}]}


CASES = [
    case("at-the-window", "prompt-too-long", "", {"max_tokens": None}, tokens=200_000),
    case("over", "prompt-too-long", "error", {}, tokens=200_001),
    case("only-the-high-end-over", "prompt-too-long", "warning", {}, tokens=199_000, high=201_000),
    case("window-of-a-million", "prompt-too-long", "", {"model": OPUS_5}, tokens=900_000),
    case(
        "long-beta-while-offered",
        "prompt-too-long",
        "",
        {},
        tokens=300_000,
        on="2026-04-29",
        betas=["context-1m-2025-08-07"],
    ),
    case(
        "long-beta-ended",
        "prompt-too-long",
        "error",
        {},
        tokens=300_000,
        on="2026-04-30",
        betas=["context-1m-2025-08-07"],
    ),
    case(
        "opus-4-6-before-general",
        "prompt-too-long",
        "error",
        {"model": OPUS_4_6},
        tokens=300_000,
        on="2026-03-12",
    ),
    case(
        "opus-4-6-since-general", "prompt-too-long", "", {"model": OPUS_4_6}, tokens=300_000, on="2026-03-13"
    ),
    *(
        case(
            f"{name}-{model}",
            "prompt-plus-max-tokens-over-window",
            expected,
            {"model": model},
            tokens=tokens,
            on="2025-12-01",
            **more,
        )
        for name, model, expected, tokens, more in [
            ("fits-exactly", SONNET_3_7, "", 200_000 - 1024, {}),
            ("clamped", SONNET_3_5, "warning", 199_900, {}),
            ("rejected", SONNET_3_7, "error", 199_900, {}),
            ("rejected", OPUS_4, "error", 199_900, {}),
            ("stops-with-beta", OPUS_4, "warning", 199_900, {"betas": [STOP_BETA]}),
            ("stops", OPUS_4_5, "warning", 199_900, {}),
            ("tight", SONNET_3_7, "warning", 198_000, {"high": 199_500}),
            ("prompt-itself-over", SONNET_3_7, "", 200_001, {}),
        ]
    ),
    case(
        "without-max-tokens", "prompt-plus-max-tokens-over-window", "", {"max_tokens": None}, tokens=199_999
    ),
    *(
        case(
            f"{model}-{asked}-{name}",
            "max-tokens-above-model-cap",
            expected,
            {"model": model, "max_tokens": asked},
            **more,
        )
        for name, model, asked, expected, more in [
            ("at-cap", SONNET_3_5, 8_192, "", {}),
            ("over", SONNET_3_5, 8_193, "error", {}),
            ("at-cap", SONNET_3_7, 64_000, "", {}),
            ("over", SONNET_3_7, 64_001, "error", {}),
            ("with-beta", SONNET_3_7, 128_000, "", {"betas": ["output-128k-2025-02-19"]}),
            ("over-with-beta", SONNET_3_7, 128_001, "error", {"betas": ["output-128k-2025-02-19"]}),
            ("at-cap", OPUS_4, 32_000, "", {}),
            ("over", OPUS_4, 32_001, "error", {}),
            ("at-cap", SONNET_4, 64_000, "", {}),
            ("at-cap", OPUS_5, 128_000, "", {}),
            ("beta-outside-batch", OPUS_5, 200_000, "error", {"betas": ["output-300k-2026-03-24"]}),
            ("batch-without-beta", OPUS_5, 200_000, "error", {"batch": True}),
            ("batch-with-beta", OPUS_5, 300_000, "", {"batch": True, "betas": ["output-300k-2026-03-24"]}),
            (
                "batch-beta-not-for-it",
                "claude-fable-5",
                200_000,
                "error",
                {"batch": True, "betas": ["output-300k-2026-03-24"]},
            ),
        ]
    ),
    case("in-a-batch", "max-tokens-missing", "error", {"max_tokens": None}, batch=True),
    case("given-in-a-batch", "max-tokens-missing", "", {}, batch=True),
    case(
        "estimated", "max-tokens-missing", "", {"max_tokens": None}, form="count_tokens", command="estimate"
    ),
    case("perhaps", "max-tokens-missing", "note", {"max_tokens": None}, form="count_tokens", command="lint"),
    case("filled", "max-tokens-missing", "", {}, form="count_tokens", command="lint"),
    case("a-list", "max-tokens-missing", "", {"max_tokens": None}, form="message_list", command="lint"),
    case("at-the-limit", "nonstreaming-too-long", "", {"max_tokens": 21_333}),
    case("over-without-stream", "nonstreaming-too-long", "warning", {"max_tokens": 21_334}),
    case(
        "over-with-stream-false", "nonstreaming-too-long", "warning", {"max_tokens": 21_334, "stream": False}
    ),
    case("streamed", "nonstreaming-too-long", "", {"max_tokens": 21_334, "stream": True}),
    case("in-a-batch", "nonstreaming-too-long", "", {"max_tokens": 21_334}, batch=True, form="batch"),
    case("message-list", "nonstreaming-too-long", "", {"max_tokens": 21_334}, form="message_list"),
    case("opus-4-has-its-own", "nonstreaming-too-long", "warning", {"model": OPUS_4, "max_tokens": 8_193}),
    case("opus-4-at-its-own", "nonstreaming-too-long", "", {"model": OPUS_4, "max_tokens": 8_192}),
    case("warm-up", "max-tokens-zero-conflict", "", {"max_tokens": 0}),
    case("one-token", "max-tokens-zero-conflict", "", {"max_tokens": 1, "stream": True}),
    case("streaming", "max-tokens-zero-conflict", "error", {"max_tokens": 0, "stream": True}),
    case(
        "thinking-and-forced-tool",
        "max-tokens-zero-conflict",
        "error error",
        {"max_tokens": 0, "thinking": THINKING, "tool_choice": {"type": "any"}},
    ),
    case(
        "structured-output",
        "max-tokens-zero-conflict",
        "error",
        {"max_tokens": 0, "output_config": {"format": {"type": "json_schema", "schema": {}}}},
    ),
    case("batch-is-another-rule", "max-tokens-zero-conflict", "", {"max_tokens": 0}, batch=True),
    case(
        "before-2026-too", "max-tokens-zero-conflict", "", {"max_tokens": 0, "stream": True}, on="2025-12-31"
    ),
    case("100-on-a-small-window", "image-too-many", "", images(100)),
    case("101-on-a-small-window", "image-too-many", "error", images(101)),
    case("600-on-a-million", "image-too-many", "", {**images(600), "model": OPUS_5}),
    case("601-on-a-million", "image-too-many", "error", {**images(601), "model": OPUS_5}),
    case(
        "pdfs-share-the-cap",
        "image-too-many",
        "error",
        images(101, "document", {"type": "base64", "data": ""}),
    ),
]


@pytest.mark.parametrize(("rule", "expected", "body", "options"), CASES)
def test_size_rule(severities, rule, expected, body, options):
    """A rule on size speaks exactly when the request is over the limit of its model and day."""
    assert severities(rule, body, **options) == expected


def test_cap_hint_names_what_raises_it(judge):
    """The finding on max_tokens says which beta header, or batch, would allow the value."""
    (direct,) = [
        f for f in judge({"model": SONNET_3_7, "max_tokens": 100_000, "stream": True}) if f.rule == "BC203"
    ]
    (batch,) = [
        f for f in judge({"model": OPUS_5, "max_tokens": 200_000, "stream": True}) if f.rule == "BC203"
    ]
    assert "use the beta header output-128k-2025-02-19 for 128,000" in direct.hint
    assert "use the Batches API with the beta header output-300k-2026-03-24 for 300,000" in batch.hint
    assert (direct.measured, direct.limit) == (100_000, 64_000)


def test_messages_have_the_api_s_form(judge):
    """Where the API's own wording is known, the finding has it with both numbers."""
    messages = {f.rule: f.message for f in judge({"max_tokens": 70_000}, tokens=210_000)}
    assert messages["BC201"] == "prompt is too long: 210,000 tokens > 200,000 maximum"
    assert messages["BC203"].startswith("max_tokens: 70,000 > 64,000, which is the maximum allowed number")
