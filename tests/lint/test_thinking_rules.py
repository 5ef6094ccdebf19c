"""BC3xx: thinking."""

# ruff: noqa: E501 - one case a line reads best

import pytest

SONNET_3_5, SONNET_3_7 = "claude-3-5-sonnet-20241022", "claude-3-7-sonnet-20250219"
SONNET_4, OPUS_4_5 = "claude-sonnet-4-20250514", "claude-opus-4-5-20251101"
SONNET_4_5, HAIKU_4_5 = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"
OPUS_4_6, SONNET_4_6, OPUS_4_7, OPUS_4_8 = (
    "claude-opus-4-6",
    "claude-sonnet-4-6",
    "claude-opus-4-7",
    "claude-opus-4-8",
)
SONNET_5, OPUS_5, FABLE_5, PREVIEW = (
    "claude-sonnet-5",
    "claude-opus-5",
    "claude-fable-5",
    "claude-mythos-preview",
)
OPUS_5_5, SONNET_5_5, HAIKU_5_5 = "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"
MANUAL_MODELS = [SONNET_3_7, SONNET_4, SONNET_4_5, HAIKU_4_5, OPUS_4_5, OPUS_4_6, SONNET_4_6]
LATER_MODELS = [OPUS_4_7, OPUS_4_8, SONNET_5, OPUS_5, FABLE_5, OPUS_5_5, SONNET_5_5, HAIKU_5_5]

INTERLEAVED = ["interleaved-thinking-2025-05-14"]
TOOLS = [{"name": "search", "input_schema": {"type": "object"}}]
THOUGHT = {"type": "thinking", "thinking": "…", "signature": "EqQB"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "search", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}
ADAPTIVE, DISABLED, BETWEEN = {"type": "adaptive"}, {"type": "disabled"}, {"type": "between_tools"}


def manual(budget=1024):
    return {"type": "enabled", "budget_tokens": budget}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, {"max_tokens": 8_000, **body}, options, id=f"{rule}-{name}")


def by_model(rule, expected, models, body, **options):
    return [case(model, rule, expected, {"model": model, **body}, **options) for model in models]


def talk(*assistant, then=None):
    messages = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": list(assistant)}]
    return {"messages": [*messages, *([{"role": "user", "content": then}] if then else [])], "tools": TOOLS}


BUDGET_CASES = [
    case("at-the-least", "thinking-budget-below-1024", "", {"thinking": manual(1024)}),
    case("below", "thinking-budget-below-1024", "error", {"thinking": manual(1023)}),
    case("missing", "thinking-budget-below-1024", "error", {"thinking": {"type": "enabled"}}),
    case("not-manual", "thinking-budget-below-1024", "", {"thinking": {"type": "disabled", "budget_tokens": 5}}),
    case("below-max-tokens", "thinking-budget-not-below-max-tokens", "", {"thinking": manual(7_999)}),
    case("equal", "thinking-budget-not-below-max-tokens", "error", {"thinking": manual(8_000)}),
    case("without-max-tokens", "thinking-budget-not-below-max-tokens", "", {"thinking": manual(8_000), "max_tokens": None}),
    *(
        case(f"interleaved-{model}", "thinking-budget-not-below-max-tokens", expected, {"model": model, "thinking": manual(9_000), "tools": TOOLS}, betas=INTERLEAVED)
        for model, expected in [
            (SONNET_3_7, "error"), (SONNET_4, ""), (SONNET_4_5, ""), (OPUS_4_5, ""), (SONNET_4_6, ""), (HAIKU_4_5, "error"), (OPUS_4_6, "error"),
        ]
    ),
    case("header-without-tools", "thinking-budget-not-below-max-tokens", "error", {"thinking": manual(9_000)}, betas=INTERLEAVED),
    case("tools-without-header", "thinking-budget-not-below-max-tokens", "error", {"thinking": manual(9_000), "tools": TOOLS}),
    case("interleaved-over-the-window", "thinking-budget-not-below-max-tokens", "warning", {"thinking": manual(200_001), "tools": TOOLS}, betas=INTERLEAVED),
    case("at-32k", "thinking-budget-over-32k", "", {"thinking": manual(32_000), "max_tokens": 64_000}),
    case("over-32k", "thinking-budget-over-32k", "warning", {"thinking": manual(32_001), "max_tokens": 64_000}),
    case("over-32k-streamed", "thinking-budget-over-32k", "warning", {"thinking": manual(32_001), "max_tokens": 64_000, "stream": True}),
    case("over-32k-in-a-batch", "thinking-budget-over-32k", "", {"thinking": manual(32_001), "max_tokens": 64_000}, batch=True),
    case("by-default", "thinking-max-tokens-tight", "warning", {"model": OPUS_5, "max_tokens": 4_095}),
    case("enough", "thinking-max-tokens-tight", "", {"model": OPUS_5, "max_tokens": 4_096}),
    case("switched-off", "thinking-max-tokens-tight", "", {"model": OPUS_5, "max_tokens": 100, "thinking": DISABLED}),
    case("off-by-default", "thinking-max-tokens-tight", "", {"model": OPUS_4_8, "max_tokens": 100}),
    case("warm-up", "thinking-max-tokens-tight", "", {"model": OPUS_5, "max_tokens": 0}),
    case("top-effort", "thinking-max-tokens-tight", "note", {"model": OPUS_5, "output_config": {"effort": "max"}}),
    case("top-effort-enough", "thinking-max-tokens-tight", "", {"model": OPUS_5, "max_tokens": 64_000, "output_config": {"effort": "max"}}),
]  # fmt: skip

TYPE_CASES = [
    *by_model("thinking-enabled-unsupported", "error", LATER_MODELS, {"thinking": manual()}),
    *by_model("thinking-enabled-unsupported", "", [*MANUAL_MODELS, PREVIEW], {"thinking": manual()}),
    *by_model("thinking-enabled-deprecated", "warning", [OPUS_4_6, SONNET_4_6, PREVIEW], {"thinking": manual()}),
    *by_model("thinking-enabled-deprecated", "", [SONNET_3_7, OPUS_4_5, OPUS_4_7], {"thinking": manual()}),
    *by_model("thinking-adaptive-unsupported", "error", [SONNET_3_7, SONNET_4, OPUS_4_5, HAIKU_4_5], {"thinking": ADAPTIVE}),
    *by_model("thinking-adaptive-unsupported", "", [OPUS_4_6, *LATER_MODELS], {"thinking": ADAPTIVE}),
    *(case(f"{t['type']}", "thinking-on-nonthinking-model", "error", {"model": SONNET_3_5, "thinking": t}) for t in (manual(), ADAPTIVE)),
    case("disabled", "thinking-on-nonthinking-model", "", {"model": SONNET_3_5, "thinking": DISABLED}),
    case("thinking-model", "thinking-on-nonthinking-model", "", {"model": SONNET_3_7, "thinking": manual()}),
    *by_model("thinking-disabled-unsupported", "error", [FABLE_5, OPUS_5_5, PREVIEW, SONNET_5_5, "claude-fable-5-2"], {"thinking": DISABLED}),
    *by_model("thinking-disabled-unsupported", "", [SONNET_3_5, SONNET_3_7, OPUS_4_8, SONNET_5, OPUS_5, HAIKU_5_5], {"thinking": DISABLED}),
    *by_model("thinking-between-tools-unsupported", "error", [SONNET_3_7, OPUS_4_6, SONNET_5, OPUS_5_5, HAIKU_5_5], {"thinking": BETWEEN}),
    case("sonnet-5-5", "thinking-between-tools-unsupported", "", {"model": SONNET_5_5, "thinking": BETWEEN}),
    case("auto", "thinking-type-unknown", "error", {"thinking": {"type": "auto"}}),
    case("enabled", "thinking-type-unknown", "", {"thinking": manual()}),
    *(
        case(f"{model}-{t['type']}-{effort}", "thinking-off-with-effort", expected, {"model": model, "thinking": t, "output_config": {"effort": effort}})
        for model, t, effort, expected in [
            (OPUS_5, DISABLED, "max", "error"), (OPUS_5, DISABLED, "high", ""), (HAIKU_5_5, DISABLED, "xhigh", "error"),
            (SONNET_5_5, BETWEEN, "max", "error"), (SONNET_5_5, BETWEEN, "low", ""), (SONNET_5, DISABLED, "max", ""),
            (OPUS_4_8, DISABLED, "xhigh", ""), (OPUS_5, ADAPTIVE, "max", ""),
        ]
    ),
    *(
        case(f"{model}-{effort}", "effort-unsupported", expected, {"model": model, "output_config": {"effort": effort}})
        for model, effort, expected in [
            (SONNET_4_5, "low", "error"), (HAIKU_4_5, "high", "error"), (SONNET_4, "low", "error"), (SONNET_3_7, "low", "error"),
            (OPUS_4_5, "high", ""), (OPUS_4_5, "max", "error"), (OPUS_4_6, "max", ""), (OPUS_4_6, "xhigh", "error"),
            (PREVIEW, "xhigh", "error"), (OPUS_4_7, "xhigh", ""), (OPUS_5, "minimal", "error"),
        ]
    ),
]  # fmt: skip

SAMPLING_CASES = [
    case(f"{name}-{model}-{on}", "sampling-with-thinking", expected, {"model": model, "thinking": thinking, **body}, on=on)
    for name, model, on, expected, thinking, body in [
        ("temperature-1", SONNET_3_7, "2025-03-01", "", manual(), {"temperature": 1}),
        ("temperature-1.0", SONNET_4_5, "2026-09-01", "", manual(), {"temperature": 1.0}),
        ("temperature-0.2", SONNET_3_7, "2025-03-01", "error", manual(), {"temperature": 0.2}),
        ("temperature-0", SONNET_4_5, "2026-09-01", "error", manual(), {"temperature": 0}),
        ("temperature-null", SONNET_4_5, "2026-09-01", "", manual(), {"temperature": None}),
        ("temperature-adaptive", OPUS_4_6, "2026-09-01", "error", ADAPTIVE, {"temperature": 0.2}),
        ("temperature-off", SONNET_4_5, "2026-09-01", "", DISABLED, {"temperature": 0.2}),
        ("top-k", SONNET_4_5, "2026-09-01", "error", manual(), {"top_k": 40}),
        ("top-p-0.95", SONNET_3_7, "2025-05-21", "error", manual(), {"top_p": 0.95}),
        ("top-p-0.95", SONNET_3_7, "2025-05-22", "", manual(), {"top_p": 0.95}),
        ("top-p-0.94", SONNET_3_7, "2025-05-22", "error", manual(), {"top_p": 0.94}),
        ("top-p-1", SONNET_4_5, "2026-09-01", "", manual(), {"top_p": 1}),
        ("all-three", SONNET_3_7, "2025-03-01", "error error error", manual(), {"temperature": 0.5, "top_p": 1, "top_k": 5}),
        ("model-takes-none", OPUS_5, "2026-09-01", "", ADAPTIVE, {"temperature": 0.2}),
    ]
]  # fmt: skip

FORCED = {"tools": TOOLS, "tool_choice": {"type": "any"}}
TOOL_CHOICE_CASES = [
    *by_model("forced-tool-choice-with-thinking", "error", MANUAL_MODELS, {"thinking": manual(), **FORCED}),
    case("auto", "forced-tool-choice-with-thinking", "", {"thinking": manual(), "tools": TOOLS, "tool_choice": {"type": "auto"}}),
    case("off", "forced-tool-choice-with-thinking", "", FORCED),
    *by_model("forced-tool-choice-with-thinking", "", [OPUS_4_6, OPUS_4_8, SONNET_5], {"thinking": ADAPTIVE, **FORCED}),
    *by_model("forced-tool-choice-skips-thinking", "warning", [OPUS_4_6, OPUS_4_8], {"thinking": ADAPTIVE, **FORCED}),
    *by_model("forced-tool-choice-skips-thinking", "warning", [SONNET_5, OPUS_5, FABLE_5, HAIKU_5_5], FORCED),
    *by_model("forced-tool-choice-skips-thinking", "", [OPUS_4_6, OPUS_4_8, OPUS_5_5], FORCED),
    *by_model("forced-tool-choice-unsupported", "error", [OPUS_5_5, SONNET_5_5, "claude-fable-5-1", "claude-fable-5-2"], FORCED),
    *by_model("forced-tool-choice-unsupported", "", [OPUS_5, HAIKU_5_5, FABLE_5, SONNET_4_5], FORCED),
    case("auto", "forced-tool-choice-unsupported", "", {"model": OPUS_5_5, "tools": TOOLS, "tool_choice": {"type": "auto"}}),
]  # fmt: skip

ANSWER = {"type": "text", "text": "Hi"}
BLOCK_CASES = [
    *by_model("prefill-refused", "", [SONNET_3_5, SONNET_3_7, SONNET_4_5, OPUS_4_5], talk(ANSWER)),
    *by_model("prefill-refused", "error", [OPUS_4_6, SONNET_4_6, OPUS_4_8, FABLE_5, PREVIEW], talk(ANSWER)),
    *by_model("prefill-refused", "error", [SONNET_3_7, SONNET_4_5], {**talk(ANSWER), "thinking": manual()}),
    case("own-thinking-first", "prefill-refused", "warning", {**talk(THOUGHT, ANSWER), "thinking": manual()}),
    case("kept-conversation", "prefill-refused", "", {"model": OPUS_5, **talk(ANSWER), "max_tokens": None}, form="message_list"),
    case("paused-turn", "prefill-refused", "", {"model": OPUS_5, **talk({"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}})}),
    case("redeemed-fallback", "prefill-refused", "", {"model": OPUS_5, **talk(ANSWER), "fallback_credit_token": "t"}),
    case("call-first", "thinking-final-turn-without-block", "error", {**talk(CALL, then=[RESULT]), "thinking": manual()}),
    case("thinking-first", "thinking-final-turn-without-block", "", {**talk(THOUGHT, CALL, then=[RESULT]), "thinking": manual()}),
    case("redacted-first", "thinking-final-turn-without-block", "", {**talk({"type": "redacted_thinking", "data": "E"}, CALL, then=[RESULT]), "thinking": manual()}),
    case("adaptive", "thinking-final-turn-without-block", "", {"model": OPUS_4_6, **talk(CALL, then=[RESULT]), "thinking": ADAPTIVE}),
    case("thinking-off", "thinking-final-turn-without-block", "", talk(CALL, then=[RESULT])),
    case("loop-closed", "thinking-final-turn-without-block", "", {**talk(ANSWER, then=[ANSWER]), "thinking": manual()}),
    case(
        "second-call-does-not-think", "thinking-final-turn-without-block", "",
        {
            "messages": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": [THOUGHT, CALL]},
                {"role": "user", "content": [RESULT]},
                {"role": "assistant", "content": [{**CALL, "id": "toolu_2"}]},
                {"role": "user", "content": [{**RESULT, "tool_use_id": "toolu_2"}]},
            ],
            "thinking": manual(),
        },
    ),
    case("text-first", "thinking-block-not-first", "warning", {**talk(ANSWER, THOUGHT, then="Go on"), "thinking": manual()}),
    case("first", "thinking-block-not-first", "", {**talk(THOUGHT, ANSWER, then="Go on"), "thinking": manual()}),
    case("thinking-off", "thinking-block-not-first", "", talk(ANSWER, THOUGHT, then="Go on")),
    case("signed", "thinking-block-incomplete", "", talk(THOUGHT, ANSWER, then="Go on")),
    case("unsigned", "thinking-block-incomplete", "error", talk({"type": "thinking", "thinking": "…"}, then="Go on")),
    case("signature-null", "thinking-block-incomplete", "error", talk({**THOUGHT, "signature": None}, then="Go on")),
    case("redacted-without-data", "thinking-block-incomplete", "error", talk({"type": "redacted_thinking"}, then="Go on")),
    case("kept-conversation", "thinking-block-incomplete", "warning", talk({"type": "thinking", "thinking": "…"}), form="message_list"),
]  # fmt: skip

CLEAR = {"context_management": {"edits": [{"type": "clear_thinking_20251015"}]}}
NOTE_CASES = [
    case("off", "clear-thinking-without-thinking", "error", CLEAR),
    case("disabled", "clear-thinking-without-thinking", "error", {"model": OPUS_5, "thinking": DISABLED, **CLEAR}),
    case("manual", "clear-thinking-without-thinking", "", {"thinking": manual(), **CLEAR}),
    case("by-default", "clear-thinking-without-thinking", "", {"model": OPUS_5, **CLEAR}),
    case("used", "interleaved-header-no-effect", "", {"thinking": manual(), "tools": TOOLS}, betas=INTERLEAVED),
    case("without-tools", "interleaved-header-no-effect", "note", {"thinking": manual()}, betas=INTERLEAVED),
    case("unknown-to-the-model", "interleaved-header-no-effect", "note", {"model": HAIKU_4_5, "thinking": manual(), "tools": TOOLS}, betas=INTERLEAVED),
    *by_model("thinking-on-by-default", "note", [SONNET_5, OPUS_5, FABLE_5, OPUS_5_5, SONNET_5_5, HAIKU_5_5], {}),
    *by_model("thinking-on-by-default", "", [SONNET_3_5, SONNET_4_5, OPUS_4_8], {}),
    # The forced call is begun for the model: nothing is thought (forced-tool-choice-skips-thinking says so).
    *by_model("thinking-on-by-default", "", [SONNET_5, OPUS_5, HAIKU_5_5], FORCED),
    *by_model("thinking-max-tokens-tight", "", [SONNET_5, OPUS_5, HAIKU_5_5], {**FORCED, "max_tokens": 1000}),
    case("said", "thinking-on-by-default", "", {"model": OPUS_5, "thinking": ADAPTIVE}),
    *by_model("thinking-not-after-tool-result", "note", [SONNET_3_7, SONNET_4_5, OPUS_4_6], {**talk(THOUGHT, CALL, then=[RESULT]), "thinking": manual()}),
    case("interleaved", "thinking-not-after-tool-result", "", {**talk(THOUGHT, CALL, then=[RESULT]), "thinking": manual()}, betas=INTERLEAVED),
    case("adaptive", "thinking-not-after-tool-result", "", {"model": OPUS_4_6, **talk(THOUGHT, CALL, then=[RESULT]), "thinking": ADAPTIVE}),
    case("user-turn", "thinking-not-after-tool-result", "", {"thinking": manual()}),
    *by_model("thinking-tokens-visible-undercount", "note", [SONNET_4, SONNET_4_5, OPUS_5], talk(THOUGHT, ANSWER, then="Go on")),
    case("full-text", "thinking-tokens-visible-undercount", "", {"model": SONNET_3_7, **talk(THOUGHT, ANSWER, then="Go on")}),
    case("no-thinking", "thinking-tokens-visible-undercount", "", talk(ANSWER, then="Go on")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected", "body", "options"),
    [*BUDGET_CASES, *TYPE_CASES, *SAMPLING_CASES, *TOOL_CHOICE_CASES, *BLOCK_CASES, *NOTE_CASES],
)
def test_thinking_rule(severities, rule, expected, body, options):
    """A rule on thinking speaks exactly where the model's generation and the day make it true."""
    assert severities(rule, body, **options) == expected


def test_one_finding_says_that_a_type_is_refused(judge):
    """A budget that breaks other rules too is not judged on a model that refuses budgets at all."""
    body = {"model": OPUS_5, "max_tokens": 8_000, "thinking": manual(9_000), **FORCED, **CLEAR}
    assert [f.name for f in judge(body) if f.severity == "error"] == ["thinking-enabled-unsupported"]
