"""BC317 to BC323: settings that go with thinking."""

# ruff: noqa: E501 - one case a line reads best

import pytest

OPUS_4_5, OPUS_4_6, OPUS_4_7, OPUS_4_8 = (
    "claude-opus-4-5-20251101",
    "claude-opus-4-6",
    "claude-opus-4-7",
    "claude-opus-4-8",
)
OPUS_5, SONNET_5_5, HAIKU_5_5 = "claude-opus-5", "claude-sonnet-5-5", "claude-haiku-5-5"
BINDING = "thinking-binding-controls-2026-08-01"
DROP = {"prefix_mismatch_behavior": "drop_block"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def thinking(kind, **fields):
    return {"max_tokens": 8_000, "thinking": {"type": kind, **fields}}


def changing(effort, **body):
    entry = {"role": "system", "output_config": {"effort": effort}}
    return {**body, "messages": [{"role": "user", "content": "Hello"}, entry]}


THINKING_CASES = [
    *(
        case(name, "thinking-display", expected, {"model": model, **body})
        for name, model, body, expected in [
            ("summarized", OPUS_5, thinking("adaptive", display="summarized"), ""),
            ("omitted", OPUS_5, thinking("adaptive", display="omitted"), ""),
            ("full", OPUS_5, thinking("adaptive", display="full"), "error"),
            ("disabled", OPUS_5, thinking("disabled", display="omitted"), "error"),
            ("empty-by-default", OPUS_4_7, thinking("adaptive"), "note"),
            ("summary-by-default", OPUS_4_6, thinking("adaptive"), ""),
            ("on-by-itself", OPUS_5, {}, ""),
            ("off", OPUS_5, thinking("disabled"), ""),
        ]
    ),
    *(
        case(name, "thinking-block-binding", expected, {"model": model, **body}, **options)
        for name, model, body, options, expected in [
            ("with-the-header", OPUS_5, thinking("adaptive", block_binding=DROP), {"betas": [BINDING], "betas_known": True}, ""),
            ("without-the-header", OPUS_5, thinking("adaptive", block_binding=DROP), {"betas_known": True}, "error"),
            ("headers-unknown", OPUS_5, thinking("adaptive", block_binding=DROP), {}, ""),
            ("between-tools", SONNET_5_5, thinking("between_tools", block_binding=DROP), {}, "error"),
            ("disabled", HAIKU_5_5, thinking("disabled", block_binding=DROP), {}, "error"),
            ("unknown-behaviour", OPUS_5, thinking("adaptive", block_binding={"prefix_mismatch_behavior": "warn"}), {}, "error"),
            ("every-default", OPUS_5, thinking("adaptive", block_binding={}), {}, ""),
            ("no-object", OPUS_5, thinking("adaptive", block_binding="error"), {}, "error"),
            ("absent", OPUS_5, thinking("adaptive"), {"betas_known": True}, ""),
        ]
    ),
    *(
        case(name, "thinking-off-effort-change", expected, {"model": model, **body})
        for name, model, body, expected in [
            ("sonnet-5-5-from-its-default", SONNET_5_5, changing("low", thinking={"type": "between_tools"}), "error"),
            ("haiku-5-5-from-its-default", HAIKU_5_5, changing("high", thinking={"type": "disabled"}), "error"),
            ("haiku-5-5-its-default-again", HAIKU_5_5, changing("medium", thinking={"type": "disabled"}), ""),
            ("from-the-request-s", HAIKU_5_5, changing("low", thinking={"type": "disabled"}, output_config={"effort": "high"}), "error"),
            ("the-same", HAIKU_5_5, changing("high", thinking={"type": "disabled"}, output_config={"effort": "high"}), ""),
            ("thinking-on", HAIKU_5_5, changing("low", thinking={"type": "adaptive"}), ""),
            ("opus-5-may", OPUS_5, changing("low", thinking={"type": "disabled"}), ""),
        ]
    ),
    *(
        case(name, "effort-without-adaptive", expected, {"model": model, "output_config": {"effort": "high"}, **body})
        for name, model, body, expected in [
            ("opus-4-5", OPUS_4_5, {}, "note"),
            ("opus-4-5-with-a-budget", OPUS_4_5, thinking("enabled", budget_tokens=2_000), ""),
            ("opus-4-8", OPUS_4_8, {}, "note"),
            ("opus-4-8-adaptive", OPUS_4_8, thinking("adaptive"), ""),
            ("opus-4-8-said-to-be-off", OPUS_4_8, thinking("disabled"), ""),
            ("thinks-by-default", OPUS_5, {}, ""),
            ("takes-no-effort", "claude-sonnet-4-5-20250929", {}, ""),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), THINKING_CASES)
def test_thinking_setting_rule(severities, rule, expected, body, options):
    """A rule on settings of thinking speaks exactly on the models that refuse or ignore them."""
    assert severities(rule, body, **options) == expected
