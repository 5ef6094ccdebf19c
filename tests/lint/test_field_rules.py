"""BC229 to BC233, BC413 to BC415 and BC444: fields, their values and the places they stand in."""

# ruff: noqa: E501 - one case a line reads best

import pytest

EPHEMERAL, HOUR = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}
TEXT = {"type": "text", "text": "Hi"}
TOOL = {"name": "search", "input_schema": {"type": "object"}}
URL = {"type": "url", "url": "https://example.com/a"}
CITED = {"type": "text", "text": "Hi", "citations": [{"type": "char_location"}]}
PLAIN = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Hi"}}
NEW = {"api_version": "2026-10-21"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def user(*blocks, **fields):
    return {"messages": [{"role": "user", "content": list(blocks), **fields}]}


def answer(*blocks, **fields):
    messages = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": list(blocks), **fields},
    ]
    return {"messages": [*messages, {"role": "user", "content": "Bye"}]}


def source(kind, **given):
    return user({"type": kind, "source": given})


FIELD_CASES = [
    *(
        case(name, "metadata-invalid", expected, {"metadata": metadata})
        for name, metadata, expected in [
            ("absent", None, ""),
            ("empty", {}, ""),
            ("no-user", {"user_id": None}, ""),
            ("512", {"user_id": "u" * 512}, ""),
            ("513", {"user_id": "u" * 513}, "error"),
            ("extra-key", {"user_id": "u", "session": "s"}, "error"),
            ("no-object", "u-17", "error"),
            ("number", {"user_id": 17}, "error"),
            ("e-mail", {"user_id": "jane.doe@example.com"}, "note"),
            ("phone", {"user_id": "+41 44 123 45 67"}, "note"),
            ("digits", {"user_id": "447911123456"}, ""),
            ("hash", {"user_id": "user_7f3a_account__session_1"}, ""),
        ]
    ),
    *(
        case(name, "list-over-limit", expected, body)
        for name, body, expected in [
            ("20-servers", {"mcp_servers": [{"name": "m"}] * 20}, ""),
            ("21-servers", {"mcp_servers": [{"name": "m"}] * 21}, "error"),
            ("20-skills", {"container": {"skills": [{}] * 20}}, ""),
            ("21-skills", {"container": {"skills": [{}] * 21}}, "error"),
            ("container-id", {"container": "container_1"}, ""),
            ("many-plain-tools", {"tools": [TOOL] * 10_001}, ""),
            ("10000-deferred", {"tools": [TOOL, *[{**TOOL, "defer_loading": True}] * 10_000]}, ""),
            ("10001-deferred", {"tools": [TOOL, *[{**TOOL, "defer_loading": True}] * 10_001]}, "error"),
        ]
    ),
    *(
        case(name, "max-tokens-one-warmup", expected, body, **options)
        for name, body, options, expected in [
            ("marked", {"max_tokens": 1, **user({**TEXT, "cache_control": EPHEMERAL})}, {}, "note"),
            ("automatic", {"max_tokens": 1, "cache_control": EPHEMERAL}, {}, "note"),
            ("unmarked", {"max_tokens": 1}, {}, ""),
            ("two-tokens", {"max_tokens": 2, "cache_control": EPHEMERAL}, {}, ""),
            ("in-a-batch", {"max_tokens": 1, "cache_control": EPHEMERAL}, {"batch": True}, ""),
            ("last-day-without-warm-up", {"max_tokens": 1, "cache_control": EPHEMERAL}, {"on": "2025-12-31"}, ""),
            ("first-day-with-warm-up", {"max_tokens": 1, "cache_control": EPHEMERAL}, {"on": "2026-01-01"}, "note"),
        ]
    ),
    case("cut", "invalid-unicode", "error", {}, unpaired_surrogates=("/messages/0/content", "/system")),
    case("whole", "invalid-unicode", "", {"system": "😀\ufffd"}),
    *(
        case(name, "unknown-field", expected, body, **options)
        for name, body, options, expected in [
            ("none", {}, {}, ""),
            ("openai", {"seed": 7, "response_format": {"type": "json_object"}}, {}, "error error"),
            ("openai-through-a-router", {"model": "anthropic/claude-sonnet-4.5", "seed": 7}, {}, "warning"),
            ("openai-null", {"seed": None}, {}, ""),
            ("misspelt", {"max_token": 5}, {}, "warning"),
            ("unheard-of", {"zzz": 1}, {}, "warning"),
            ("sdk-option", {"timeout": 60}, {}, "warning"),
            ("every-known-one", {"stream": True, "service_tier": "auto", "anthropic_version": "bedrock-2023-05-31", "metadata": {}, "output_format": None}, {}, ""),
            ("tool-calls-in-a-message", answer(TEXT, tool_calls=[]), {}, "error"),
            ("name-in-a-message", user(TEXT, name="jane"), {}, "error"),
            ("id-in-a-message", answer(TEXT, id="msg_1"), {}, "warning"),
            ("effort-in-a-user-message", user(TEXT, output_config={"effort": "low"}), {}, "warning"),
            ("effort-in-a-system-message", {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}, {"role": "system", "output_config": {"effort": "low"}, "clear_at": "never"}]}, {}, ""),
            ("said-once-a-kind", user({**TEXT, "index": 0}, {**TEXT, "index": 1}), {}, "warning"),
            ("block-known", user({**TEXT, "citations": None, "cache_control": EPHEMERAL}), {}, ""),
            ("block-of-an-unknown-type", user({"type": "hologram", "depth": 3}), {}, ""),
            ("openai-tool", {"tools": [{"type": "function", "function": {"name": "f"}}]}, {}, "error"),
            ("openai-parameters", {"tools": [{**TOOL, "parameters": {}}]}, {}, "error"),
            ("tool-title", {"tools": [{**TOOL, "title": "Search"}]}, {}, "warning"),
            ("anthropic-tool", {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 1}]}, {}, ""),
            ("setting", {"tools": [TOOL], "tool_choice": {"type": "auto", "mode": "x"}}, {}, "warning"),
            ("kept-list", {"seed": 7}, {"form": "message_list"}, ""),
            ("other-dialect", {"seed": 7}, {"form": "openai_chat"}, ""),
        ]
    ),
]  # fmt: skip

SHAPE_CASES = [
    case("text", "system-shape", "", {"system": [TEXT]}),
    case("string", "system-shape", "", {"system": ""}),
    case("image", "system-shape", "error", {"system": [TEXT, {"type": "image", "source": URL}]}),
    case("document", "system-shape", "error", {"system": [PLAIN]}),
    *(
        case(name, "source-shape", expected, body)
        for name, body, expected in [
            ("image-url", source("image", **URL), ""),
            ("image-file", source("image", type="file", file_id="file_1"), ""),
            ("file-without-id", source("image", type="file"), "error"),
            ("url-without-url", source("image", type="url"), "error"),
            ("without-media-type", source("image", type="base64", data="AAAA"), "error"),
            ("without-data", source("image", type="base64", media_type="image/png"), "error"),
            ("image-as-text", source("image", type="text", data="Hi"), "error"),
            ("image-path", source("image", type="path", path="a.png"), "error"),
            ("no-type", source("image", url="https://example.com/a"), "error"),
            ("pdf", source("document", type="base64", media_type="application/pdf", data="AAAA"), ""),
            ("html", source("document", type="base64", media_type="text/html", data="AAAA"), "error"),
            ("plain-text", user(PLAIN), ""),
            ("markdown", source("document", type="text", media_type="text/markdown", data="Hi"), "error"),
            ("blocks", source("document", type="content", content=[TEXT]), ""),
            ("inside-a-result", user({"type": "tool_result", "tool_use_id": "a", "content": [{"type": "image", "source": {"type": "file"}}]}), "error"),
            ("search-result-has-a-text", user({"type": "search_result", "source": "s", "title": "t", "content": [TEXT]}), ""),
        ]
    ),
    *(
        case(name, "version-2026-10-21-content", expected, body, **options)
        for name, body, options, expected in [
            ("document-in-an-answer", answer(PLAIN), NEW, "error"),
            ("document-of-the-user", user(PLAIN), NEW, ""),
            ("document-in-an-answer-before", answer(PLAIN), {"api_version": "2023-06-01"}, ""),
            ("document-in-an-answer-version-unknown", answer(PLAIN), {}, ""),
            ("cited-by-the-user", user(CITED), NEW, "error"),
            ("cited-by-the-user-before", user(CITED), {"api_version": "2023-06-01"}, ""),
            ("cited-by-the-model", answer(CITED), NEW, ""),
            ("no-citations", user({**CITED, "citations": []}), NEW, ""),
            ("cited-in-a-search-result", user({"type": "search_result", "source": "s", "title": "t", "content": [CITED]}), NEW, "error"),
            ("cited-in-a-search-result-of-a-tool", user({"type": "tool_result", "tool_use_id": "a", "content": [{"type": "search_result", "source": "s", "title": "t", "content": [CITED]}]}), NEW, "error"),
        ]
    ),
    *(
        case(name, "cache-control-invalid", expected, body)
        for name, body, expected in [
            ("five-minutes", user({**TEXT, "cache_control": EPHEMERAL}), ""),
            ("an-hour", user({**TEXT, "cache_control": HOUR}), ""),
            ("null", user({**TEXT, "cache_control": None}), ""),
            ("half-an-hour", user({**TEXT, "cache_control": {"type": "ephemeral", "ttl": "30m"}}), "error"),
            ("number", user({**TEXT, "cache_control": {"type": "ephemeral", "ttl": 300}}), "error"),
            ("persistent", user({**TEXT, "cache_control": {"type": "persistent"}}), "error"),
            ("true", user({**TEXT, "cache_control": True}), "error"),
            ("other-key", user({**TEXT, "cache_control": {"type": "ephemeral", "key": 1}}), "error"),
            ("scope-of-a-beta", user({**TEXT, "cache_control": {"type": "ephemeral", "scope": "global"}}), ""),
            ("tool", {"tools": [{**TOOL, "cache_control": {}}]}, "error"),
            ("system", {"system": [{**TEXT, "cache_control": {"type": "x"}}]}, "error"),
            ("whole-request", {"cache_control": {"type": "ephemeral", "ttl": "2h"}}, "error"),
            ("automatic-agrees", {"cache_control": HOUR, **user({**TEXT, "cache_control": HOUR})}, ""),
            ("automatic-contradicts", {"cache_control": HOUR, **user({**TEXT, "cache_control": EPHEMERAL})}, "error"),
            ("automatic-and-an-earlier-block", {"cache_control": EPHEMERAL, **user({**TEXT, "cache_control": HOUR}, TEXT)}, ""),
            ("in-citations", user({**PLAIN, "citations": {"enabled": True, "cache_control": EPHEMERAL}}), "warning"),
            ("in-a-citation", answer({**CITED, "citations": [{"cache_control": EPHEMERAL}]}), "warning"),
            ("in-toolset-configs", {"tools": [{"type": "computer_toolset_20260801", "configs": {"key": {"cache_control": EPHEMERAL}}}]}, "warning"),
            ("on-an-effort-entry", {"model": "claude-opus-5", "messages": [{"role": "user", "content": "Hello"}, {"role": "system", "output_config": {"effort": "low"}, "cache_control": EPHEMERAL}]}, "warning"),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), [*FIELD_CASES, *SHAPE_CASES])
def test_field_rule(severities, rule, expected, body, options):
    """A rule on fields speaks exactly where the API would refuse them, or this version does not know them."""
    assert severities(rule, body, **options) == expected


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"max_token": 5}, "did you mean max_tokens?"),
        ({"extra_headers": {}}, "it is an argument of the SDK's method, not a field of the body"),
        ({"zzz": 5}, "remove it"),
    ],
)
def test_what_is_meant_is_said(judge, body, hint):
    """The hint names the near field, or says where the key belongs."""
    (found,) = [f for f in judge(body) if f.rule == "BC233"]
    assert found.hint == hint


def test_a_flood_of_unknown_fields_is_summed_up(judge):
    """Twenty are named, and how many more there are."""
    found = [f for f in judge({f"field_{i}": i for i in range(1_000)}) if f.rule == "BC233"]
    assert len(found) == 21
    assert "980 more unknown fields" in {f.message for f in found}


def test_identifying_data_is_not_repeated(judge):
    """The note on an e-mail address does not hold the address."""
    (found,) = [f for f in judge({"metadata": {"user_id": "jane.doe@example.com"}}) if f.rule == "BC229"]
    assert "jane" not in found.message + found.hint


def test_a_cut_text_is_named_by_its_place(judge):
    """The error leads to the first string that was cut."""
    (found,) = [f for f in judge({}, unpaired_surrogates=("/system",)) if f.rule == "BC232"]
    assert found.path == "/system"
