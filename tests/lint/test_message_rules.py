"""BC4xx: messages, blocks and parameters."""

# ruff: noqa: E501 - one case a line reads best

from dataclasses import replace

import pytest

from budgetcalc.lint.run import run_rules

SONNET_3_7, SONNET_4_5, OPUS_4_1 = (
    "claude-3-7-sonnet-20250219",
    "claude-sonnet-4-5-20250929",
    "claude-opus-4-1-20250805",
)
OPUS_4_6, OPUS_4_7, OPUS_4_8 = "claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8"
SONNET_5, OPUS_5 = "claude-sonnet-5", "claude-opus-5"

EPHEMERAL = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
TEXT = {"type": "text", "text": "Hi"}
THOUGHT = {"type": "thinking", "thinking": "…", "signature": "EqQB"}
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a"}}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
TOOL = {"name": "search", "input_schema": {"type": "object"}}


def call(number=1):
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "search", "input": {}}


def result(number=1, content="found"):
    return {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": content}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def talk(*contents, roles=("user", "assistant")):
    """Return messages of alternating roles; an empty list of roles stands for nobody."""
    return {
        "messages": [
            {"role": roles[i % len(roles)], "content": content} for i, content in enumerate(contents)
        ]
    }


def users(*contents):
    return talk(*contents, roles=("user",))


MESSAGE_CASES = [
    case("none", "messages-empty", "error", {"messages": []}),
    case("one", "messages-empty", "", {}),
    case("tool", "role-invalid", "error", talk("Hello", "42", roles=("user", "tool"))),
    case("user-and-assistant", "role-invalid", "", talk("Hello", "Hi", "Bye")),
    case("assistant-first", "role-invalid", "", talk("Hi", "Hello", roles=("assistant", "user"))),
    case("same-role-twice", "role-invalid", "", users("Hello", "Anyone?")),
    *(
        case(model, "system-role-unsupported", expected, {"model": model, **talk("Hello", "Be brief", roles=("user", "system"))})
        for model, expected in [
            (SONNET_3_7, "error"), (OPUS_4_6, "error"), (OPUS_4_7, "error"), (OPUS_4_8, ""), (SONNET_5, "warning"), (OPUS_5, ""),
        ]
    ),
    case("string", "content-empty", "error", talk("", "Hi", "Bye")),
    case("list", "content-empty", "error", talk("Hello", [], "Bye")),
    case("final-assistant", "content-empty", "", talk("Hello", "")),
    case("tool-use-without-text", "content-empty", "", talk("Hello", [call()], [result()])),
    case("effort-only-entry", "content-empty", "", {"model": OPUS_5, "messages": [{"role": "system", "output_config": {"effort": "low"}}, {"role": "user", "content": "Hello"}]}),
    case("empty-block", "text-block-blank", "error", users([{"type": "text", "text": ""}])),
    case("white-block", "text-block-blank", "error", users([{"type": "text", "text": " \n"}])),
    case("white-string", "text-block-blank", "error", users("  ")),
    case("in-system", "text-block-blank", "error", {"system": [{"type": "text", "text": ""}]}),
    case("empty-system-string", "text-block-blank", "", {"system": ""}),
    case("text", "text-block-blank", "", users([TEXT])),
    case("empty-content-is-another-rule", "text-block-blank", "", users("")),
    case("inside-a-tool-result", "text-block-blank", "", talk("Hello", [call()], [result(content=[{"type": "text", "text": ""}])])),
    case("space-the-model-returned", "text-block-blank", "", talk("Hello", [{"type": "text", "text": " "}, call()], [result()])),
    case("space", "final-assistant-trailing-whitespace", "error", talk("Hello", "It is ")),
    case("newline-in-a-block", "final-assistant-trailing-whitespace", "error", talk("Hello", [{"type": "text", "text": "It is\n"}])),
    case("stripped", "final-assistant-trailing-whitespace", "", talk("Hello", "It is")),
    case("user-last", "final-assistant-trailing-whitespace", "", talk("Hello", "It is ", "what? ")),
    case("no-prefill-at-all", "final-assistant-trailing-whitespace", "", {"model": OPUS_5, **talk("Hello", "It is ")}),
    case("call-of-the-user", "block-type-by-role", "error", users([call()])),
    case("thinking-of-the-user", "block-type-by-role", "error", users([THOUGHT])),
    case("search-of-the-user", "block-type-by-role", "error", users([SEARCH])),
    case("result-of-the-assistant", "block-type-by-role", "error", talk("Hello", [result()])),
    case("image-of-the-assistant", "block-type-by-role", "warning", talk("Hello", [IMAGE], "Bye")),
    case("in-order", "block-type-by-role", "", talk([IMAGE, TEXT], [THOUGHT, SEARCH, call()], [result()])),
]  # fmt: skip

TOOL_CASES = [
    case("no-result", "tool-use-without-result", "error", talk("Hello", [call()], "Never mind")),
    case("one-of-two", "tool-use-without-result", "error", talk("Hello", [call(1), call(2)], [result(1)])),
    case("at-the-end", "tool-use-without-result", "error", talk("Hello", [call()])),
    case("at-the-end-of-a-kept-list", "tool-use-without-result", "", talk("Hello", [call()]), form="message_list"),
    case("answered", "tool-use-without-result", "", talk("Hello", [call(1), call(2)], [result(2), result(1)])),
    case("answered-in-two-messages", "tool-use-without-result", "", talk("Hello", [call(1), call(2)], [result(1)], [result(2)], roles=("user", "assistant", "user", "user"))),
    case("system-between", "tool-use-without-result", "error", talk("Hello", [call()], "Be brief", [result()], roles=("user", "assistant", "system", "user"))),
    case("server-tool", "tool-use-without-result", "", talk("Hello", [SEARCH, TEXT], "Thanks")),
    case("trimmed", "tool-result-without-use", "error", users([result()])),
    case("other-id", "tool-result-without-use", "error", talk("Hello", [call(1)], [result(2)])),
    case("two-turns-back", "tool-result-without-use", "error", talk("Hello", [call()], [result()], "Hi", [result()])),
    case("answers", "tool-result-without-use", "", talk("Hello", [call()], [result(), TEXT])),
    *(
        case(name, "tool-use-malformed", expected, talk("Hello", [{**call(), **changes}], [{**result(), **answer}]))
        for name, changes, answer, expected in [
            ("fine", {}, {}, ""),
            ("input-text", {"input": '{"q": 1}'}, {}, "error"),
            ("input-list", {"input": []}, {}, "error"),
            ("input-null", {"input": None}, {}, "error"),
            ("id-colon", {"id": "call:1"}, {"tool_use_id": "call:1"}, "error error"),
            ("name-200", {"name": "a" * 200}, {}, ""),
            ("name-201", {"name": "a" * 201}, {}, "error"),
        ]
    ),
    case("calls", "tool-id-duplicate", "error", talk("Hello", [call()], [result()], [call()], [result()])),
    case("results", "tool-id-duplicate", "error", talk("Hello", [call()], [result(), result()])),
    case("unique", "tool-id-duplicate", "", talk("Hello", [call(1)], [result(1)], [call(2)], [result(2)])),
    *(
        case(name, "tool-name-invalid", expected, {"tools": [{**TOOL, "name": tool}]})
        for name, tool, expected in [
            ("64", "a" * 64, ""), ("65", "a" * 65, "warning"), ("128", "a" * 128, "warning"), ("129", "a" * 129, "error"),
            ("slash", "files/read", "error"), ("empty", "", "error"), ("newline", "read\n", "error"), ("umlaut", "größe", "error"),
        ]
    ),
    case("anthropic-tool", "tool-name-invalid", "", {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 1}]}),
    case("twice", "tool-name-duplicate", "error", {"tools": [TOOL, TOOL]}),
    case("once", "tool-name-duplicate", "", {"tools": [TOOL, {**TOOL, "name": "read"}]}),
    case("missing", "tool-schema-shape", "error", {"tools": [{"name": "now"}]}),
    case("list", "tool-schema-shape", "error", {"tools": [{"name": "now", "input_schema": []}]}),
    case("array", "tool-schema-shape", "error", {"tools": [{"name": "now", "input_schema": {"type": "array"}}]}),
    case("object", "tool-schema-shape", "", {"tools": [TOOL]}),
    case("anthropic-tool", "tool-schema-shape", "", {"tools": [{"type": "bash_20250124", "name": "bash"}]}),
    *(
        case(name, "tool-choice-invalid", expected, {"tools": tools, "tool_choice": choice})
        for name, tools, choice, expected in [
            ("auto", [TOOL], {"type": "auto"}, ""),
            ("named", [TOOL], {"type": "tool", "name": "search"}, ""),
            ("string", [TOOL], "auto", "error"),
            ("openai", [TOOL], {"type": "function"}, "error"),
            ("any-without-tools", None, {"type": "any"}, "error"),
            ("auto-without-tools", None, {"type": "auto"}, "warning"),
            ("unknown-tool", [TOOL], {"type": "tool", "name": "read"}, "error"),
            ("no-name", [TOOL], {"type": "tool"}, "error"),
            ("name-of-an-mcp-tool", [{"type": "mcp_toolset"}], {"type": "tool", "name": "read"}, ""),
            ("parallel-with-none", [TOOL], {"type": "none", "disable_parallel_tool_use": True}, "error"),
        ]
    ),
]  # fmt: skip


def marked(count, cache=EPHEMERAL):
    return users(*[[{**TEXT, "cache_control": cache}]] * count)


CACHE_CASES = [
    case("four", "cache-control-over-4", "", marked(4)),
    case("five", "cache-control-over-4", "error", marked(5)),
    case("tools-and-system-count", "cache-control-over-4", "error", {"tools": [{**TOOL, "cache_control": EPHEMERAL}], "system": [{**TEXT, "cache_control": EPHEMERAL}], **marked(3)}),
    case("inside-a-tool-result", "cache-control-over-4", "error", talk("Hello", [call()], [result(content=[{**TEXT, "cache_control": EPHEMERAL}] * 5)])),
    case("automatic-takes-one", "cache-control-over-4", "error", {"cache_control": HOUR, **marked(4)}),
    case("automatic-on-a-marked-block", "cache-control-over-4", "", {"cache_control": EPHEMERAL, **marked(4)}),
    case("automatic-alone", "cache-control-over-4", "", {"cache_control": EPHEMERAL}),
    case("hour-after-minutes", "cache-control-ttl-order", "error", {"tools": [{**TOOL, "cache_control": EPHEMERAL}], **marked(1, HOUR)}),
    case("hour-first", "cache-control-ttl-order", "", {"tools": [{**TOOL, "cache_control": HOUR}], **marked(1)}),
    case("inner-block-before-its-result", "cache-control-ttl-order", "", talk("Hello", [call()], [{**result(content=[{**TEXT, "cache_control": HOUR}]), "cache_control": EPHEMERAL}])),
    case("marked", "cache-control-on-thinking", "error", talk("Hello", [{**THOUGHT, "cache_control": EPHEMERAL}, TEXT], "Bye")),
    case("behind", "cache-control-on-thinking", "", talk("Hello", [THOUGHT, {**TEXT, "cache_control": EPHEMERAL}], "Bye")),
    case("empty", "cache-control-on-empty-text", "error", users([TEXT, {"type": "text", "text": "", "cache_control": EPHEMERAL}])),
    case("text", "cache-control-on-empty-text", "", marked(1)),
]  # fmt: skip

PARAMETER_CASES = [
    *(
        case(f"{name}-{value}", "sampling-out-of-range", expected, {name: value})
        for name, value, expected in [
            ("temperature", 0, ""), ("temperature", 1.0, ""), ("temperature", 1.01, "error"), ("temperature", -1, "error"),
            ("temperature", "hot", "error"), ("temperature", True, "error"), ("temperature", float("nan"), "error"),
            ("top_p", 1, ""), ("top_p", 1.5, "error"), ("top_p", -1, ""), ("top_p", -0.5, "error"),
            ("top_k", 0, ""), ("top_k", 500, ""), ("top_k", -1, ""), ("top_k", -2, "error"), ("top_k", 1.5, "error"),
        ]
    ),
    *(
        case(f"{model}-{name}-{value}", "sampling-removed-model", expected, {"model": model, name: value})
        for model, name, value, expected in [
            (OPUS_4_7, "temperature", 1, ""), (OPUS_4_7, "temperature", 0, "error"), (OPUS_4_7, "top_k", 0, "error"),
            (OPUS_4_7, "top_p", 0.98, "error"), (OPUS_4_7, "top_p", 0.99, "warning"), (OPUS_5, "temperature", 0.7, "error"),
            ("claude-mythos-preview", "temperature", 0.7, "error"), (OPUS_4_6, "temperature", 0, ""), (OPUS_4_6, "top_k", 5, ""),
        ]
    ),
    *(
        case(model, "temperature-and-top-p", expected, {"model": model, "temperature": 0.5, "top_p": 0.9})
        for model, expected in [
            (SONNET_3_7, ""), ("claude-opus-4-20250514", ""), ("claude-sonnet-4-20250514", ""), (OPUS_4_1, "error"),
            (SONNET_4_5, "error"), (OPUS_4_6, "error"), (OPUS_4_7, ""),
        ]
    ),
    case("only-one", "temperature-and-top-p", "", {"temperature": 0.5, "top_p": None}),
    case("newlines", "stop-sequence-blank", "error", {"stop_sequences": ["END", "\n\n"]}),
    case("empty", "stop-sequence-blank", "error", {"stop_sequences": [""]}),
    case("text", "stop-sequence-blank", "", {"stop_sequences": ["\n\nHuman:"]}),
    *(
        case(f"{model}-{place}", "inference-geo-unsupported", expected, {"model": model, "inference_geo": place})
        for model, place, expected in [
            (SONNET_4_5, "global", "error"), (OPUS_4_6, "us", ""), (OPUS_4_6, "global", ""), (OPUS_5, "eu", "error"),
            ("anthropic.claude-opus-4-6-v1", "us", "error"),
        ]
    ),
    *(
        case(f"{model}-{on}", "speed-unsupported", expected, {"model": model, "speed": speed}, on=on, batch=batch)
        for model, on, speed, batch, expected in [
            (OPUS_5, "2026-09-01", "fast", False, ""),
            (OPUS_5, "2026-09-01", "fast", True, "error"),
            (SONNET_4_5, "2026-09-01", "fast", False, "error"),
            (SONNET_4_5, "2026-09-01", "standard", False, ""),
            (OPUS_4_7, "2026-07-23", "fast", False, ""),
            (OPUS_4_7, "2026-07-24", "fast", False, "error"),
            (OPUS_4_8, "2026-11-29", "fast", False, ""),
            (OPUS_4_8, "2026-11-30", "fast", False, "error"),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "expected", "body", "options"), [*MESSAGE_CASES, *TOOL_CASES, *CACHE_CASES, *PARAMETER_CASES]
)
def test_message_rule(severities, rule, expected, body, options):
    """A rule on messages, blocks and parameters speaks exactly where the API would."""
    assert severities(rule, body, **options) == expected


def test_findings_name_the_place(judge):
    """A finding's path is the JSON pointer of what is wrong, inside nested blocks too."""
    body = talk(
        "Hello", [call()], [result(content=[{"type": "text", "text": "", "cache_control": EPHEMERAL}])]
    )
    (finding,) = judge(body)[:1]
    assert finding.path == "/messages/2/content/0/content/0/cache_control"


def test_unanswered_calls_are_counted_and_not_named(judge):
    """The finding gives how many calls are open, and no id, as ids are part of the conversation."""
    (finding,) = [f for f in judge(talk("Hello", [call(1), call(2)], [result(1)])) if f.rule == "BC420"]
    assert (finding.measured, finding.path) == (1, "/messages/1/content/1")
    assert "toolu" not in finding.message


def test_fast_mode_at_standard_rates_is_a_warning(context_of):
    """Where the parameter is taken, and runs and bills at standard, nothing is refused."""
    context = context_of({"model": OPUS_5, "speed": "fast"})
    model = replace(context.model, fast=(), fast_outside="standard")
    found = run_rules(replace(context, match=replace(context.match, model=model)))
    assert [(f.rule, f.severity) for f in found if f.path == "/speed"] == [("BC461", "warning")]
