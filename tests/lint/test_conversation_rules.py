"""BC408 to BC412 and BC424 to BC426: who may speak when, and where results belong."""

# ruff: noqa: E501 - one case a line reads best

import pytest

OPUS_4_7, OPUS_4_8, OPUS_5, HAIKU_5_5 = (
    "claude-opus-4-7",
    "claude-opus-4-8",
    "claude-opus-5",
    "claude-haiku-5-5",
)
EFFORT_BETA, CLEAR_BETA = (
    "mid-conversation-output-config-2026-07-01",
    "mid-conversation-system-clear-at-2026-08-21",
)
BEDROCK = "anthropic.claude-sonnet-4-5-20250929-v1:0"
TOOL = {"name": "search", "input_schema": {"type": "object"}}
TEXT = {"type": "text", "text": "Hi"}
SEARCHED = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
    {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
]
EFFORT = {"role": "system", "output_config": {"effort": "low"}}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def call(number=1):
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "search", "input": {}}


def result(number=1, **fields):
    return {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": "found", **fields}


def talk(turns, *contents, model=OPUS_5, **body):
    """Return messages of the roles that the letters say: user, assistant, system."""
    roles = {"u": "user", "a": "assistant", "s": "system"}
    given = [*contents, *["Hello"] * (len(turns) - len(contents))]
    messages = [{"role": roles[turn], "content": content} for turn, content in zip(turns, given, strict=True)]
    return {"model": model, "messages": messages, **body}


def with_entry(entry, **body):
    return {
        "model": OPUS_5,
        **body,
        "messages": [
            {"role": "user", "content": "Hello"},
            {"role": "system", "content": "Be brief", **entry},
        ],
    }


SYSTEM_CASES = [
    *(
        case(turns, "system-role-placement", expected, talk(turns))
        for turns, expected in [
            ("us", ""), ("usa", ""), ("usau", ""), ("uss", ""), ("ussa", ""), ("uausau", ""),
            ("su", "error"), ("uas", "error"), ("usu", "error"), ("ussu", "error"), ("sua", "error"), ("s", "error"),
            ("u", ""), ("usasu", "error"),
        ]
    ),
    case("after-a-server-tool", "system-role-placement", "", talk("uasau", "Hello", SEARCHED)),
    case("after-an-own-tool", "system-role-placement", "error", talk("uasu", "Hello", [call()], "Be brief", [result()], tools=[TOOL])),
    case("effort-only-at-the-start", "system-role-placement", "", {"model": OPUS_5, "messages": [EFFORT, {"role": "user", "content": "Hello"}]}),
    case("effort-only-between", "system-role-placement", "", {"model": OPUS_5, "messages": [*talk("us")["messages"], EFFORT, {"role": "assistant", "content": "Hi"}, {"role": "user", "content": "Bye"}]}),
    case("kept-list", "system-role-placement", "warning", talk("su"), form="message_list"),
    case("first-model", "system-role-placement", "error", talk("su", model=OPUS_4_8)),
    case("model-before-is-another-rule", "system-role-placement", "", talk("su", model=OPUS_4_7)),
    *(
        case(name, "mid-conversation-fields", expected, body, **options)
        for name, body, options, expected in [
            ("effort-with-its-header", with_entry(EFFORT), {"betas": [EFFORT_BETA], "betas_known": True}, ""),
            ("effort-without", with_entry(EFFORT), {"betas_known": True}, "error"),
            ("effort-headers-unknown", with_entry(EFFORT), {}, ""),
            ("clear-with-its-header", with_entry({"clear_at": "never"}), {"betas": [CLEAR_BETA], "betas_known": True}, ""),
            ("clear-without", with_entry({"clear_at": "never"}), {"betas_known": True}, "warning"),
            ("clear-headers-unknown", with_entry({"clear_at": "next_user_message"}), {}, ""),
            ("clear-at-noon", with_entry({"clear_at": "noon"}), {}, "warning"),
            ("clear-and-marked", with_entry({"clear_at": "never", "content": [{**TEXT, "cache_control": {"type": "ephemeral"}}]}), {}, "warning"),
            ("marked-without-clear", with_entry({"content": [{**TEXT, "cache_control": {"type": "ephemeral"}}]}), {"betas_known": True}, ""),
        ]
    ),
    *(
        case(name, "system-after-tool-result-haiku", expected, talk("uaus", "Hello", [call()], content, model=model, tools=[TOOL]))
        for name, model, content, expected in [
            ("haiku-5-5", HAIKU_5_5, [result()], "warning"),
            ("text-at-the-end", HAIKU_5_5, [result(), TEXT], ""),
            ("opus-5", OPUS_5, [result()], ""),
        ]
    ),
    case("assistant", "first-message-not-user", "warning", talk("au")),
    case("user", "first-message-not-user", "", talk("ua")),
    case("users", "consecutive-roles", "note", talk("uu")),
    case("assistants", "consecutive-roles", "note", talk("uaau")),
    case("said-once", "consecutive-roles", "note", talk("uuuaau")),
    case("alternating", "consecutive-roles", "", talk("uau")),
    case("systems-count-as-one-anyway", "consecutive-roles", "", talk("uss")),
]  # fmt: skip

RESULT_CASES = [
    *(
        case(name, "tool-result-misplaced", expected, {**body, "tools": [TOOL]})
        for name, body, expected in [
            ("first", talk("uau", "Hello", [call()], [result(), TEXT]), ""),
            ("behind-text", talk("uau", "Hello", [call()], [TEXT, result()]), "error"),
            ("text-between", talk("uau", "Hello", [call(1), call(2)], [result(1), TEXT, result(2)]), "error"),
            ("in-any-order", talk("uau", "Hello", [call(1), call(2)], [result(2), result(1)]), ""),
            ("behind-another-message", talk("uauu", "Hello", [call()], "Wait", [result()]), "error"),
            ("in-two-messages", talk("uauu", "Hello", [call(1), call(2)], [result(1)], [result(2)]), ""),
            ("no-call", talk("uau", "Hello", "Hi", [TEXT]), ""),
        ]
    ),
    *(
        case(name, "tool-blocks-without-tools", expected, talk("uau", "Hello", [call()], [result()], model=model, **body), **options)
        for name, model, body, options, expected in [
            ("bedrock", BEDROCK, {}, {}, "warning"),
            ("bedrock-empty-list", BEDROCK, {"tools": []}, {}, "warning"),
            ("bedrock-with-tools", BEDROCK, {"tools": [TOOL]}, {}, ""),
            ("bedrock-kept-list", BEDROCK, {}, {"form": "message_list"}, ""),
            ("claude-api", OPUS_5, {}, {}, ""),
            ("vertex", "claude-sonnet-4-5@20250929", {}, {}, ""),
        ]
    ),
    *(
        case(name, "tool-result-content-invalid", expected, talk("uau", "Hello", [call()], [result(**fields)], tools=[TOOL]))
        for name, fields, expected in [
            ("string", {}, ""),
            ("empty-string", {"content": ""}, ""),
            ("text", {"content": [TEXT]}, ""),
            ("empty-list", {"content": []}, "warning"),
            ("thinking", {"content": [{"type": "thinking", "thinking": "…", "signature": "Eq"}]}, "warning"),
            ("image-and-text", {"content": [TEXT, {"type": "image", "source": {"type": "url", "url": "https://example.com/a"}}]}, ""),
            ("search-results", {"content": [{"type": "search_result", "source": "s", "title": "t", "content": [TEXT]}]}, ""),
            ("search-results-and-text", {"content": [TEXT, {"type": "search_result", "source": "s", "title": "t", "content": [TEXT]}]}, "warning"),
            ("reference", {"content": [{"type": "tool_reference", "tool_name": "search"}]}, ""),
        ]
    ),
    case("server-id", "tool-use-malformed", "", talk("uau", "Hello", SEARCHED)),
    case("server-id-of-another-kind", "tool-use-malformed", "error", talk("uau", "Hello", [{**SEARCHED[0], "id": "toolu_1"}, SEARCHED[1]])),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), [*SYSTEM_CASES, *RESULT_CASES])
def test_conversation_rule(severities, rule, expected, body, options):
    """A rule on the order of messages and blocks speaks exactly where the API would refuse or misread them."""
    assert severities(rule, body, **options) == expected


def test_merged_messages_are_counted_once(judge):
    """One note says how many messages are merged, at the first of them."""
    (found,) = [f for f in judge(talk("uuuaau")) if f.rule == "BC412"]
    assert found.path == "/messages/1"
    assert found.message.startswith("3 messages")
