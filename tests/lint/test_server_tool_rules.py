"""BC48x and BC49x: server tools, toolsets, MCP, programmatic calling."""

# ruff: noqa: E501 - one case a line reads best

import pytest

SONNET_4_5, HAIKU_4_5, OPUS_4_7 = "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001", "claude-opus-4-7"
CODE = {"type": "code_execution_20250825", "name": "code_execution"}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
ASK = {"role": "user", "content": "Find it"}
USE = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}}
FOUND = {"type": "web_search_result", "url": "https://example.com", "title": "t", "encrypted_content": "EqQB"}
RESULT = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [FOUND]}
TEXT = {"type": "text", "text": "Hi"}
BY_CODE = {
    "name": "query",
    "input_schema": {"type": "object"},
    "allowed_callers": ["code_execution_20250825"],
}
CALL = {
    "type": "tool_use",
    "id": "toolu_1",
    "name": "query",
    "input": {},
    "caller": {"type": "code_execution_20250825", "tool_id": "srvtoolu_1"},
}
COMPUTER = {"type": "computer_toolset_20260801"}
BROWSER = {"type": "browser_toolset_20260801"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def talk(*turns):
    return {"messages": [ASK, *({"role": role, "content": list(content)} for role, *content in turns)]}


def answer(content="done", call="toolu_1", **keys):
    return {"type": "tool_result", "tool_use_id": call, "content": content, **keys}


def search(**keys):
    return {"tools": [{**SEARCH, **keys}]}


def advisor(model, **keys):
    return {"tools": [{"type": "advisor_20260301", "name": "advisor", "model": model, "max_uses": 1, **keys}]}


def server(name="shop", **keys):
    return {"type": "url", "url": "https://example.com/mcp", "name": name, **keys}


def toolset(name="shop", **keys):
    return {"type": "mcp_toolset", "mcp_server_name": name, **keys}


def query(tool, text):
    return talk(
        ("assistant", {"type": "server_tool_use", "id": "srvtoolu_1", "name": tool, "input": {"query": text}})
    )


MEMBER_CALL = {
    "type": "tool_use",
    "id": "toolu_1",
    "name": "left_click",
    "input": {},
    "toolset_name": "computer",
}
PAUSED = ("assistant", TEXT, USE)
SERVER_TOOL_CASES = [
    case("resumed", "server-tool-pending", "", {"tools": [SEARCH], **talk(PAUSED)}),
    case("interrupted", "server-tool-pending", "error", {"tools": [SEARCH], **talk(PAUSED, ("user", TEXT))}),
    case("answered", "server-tool-pending", "", {"tools": [SEARCH], **talk(("assistant", USE, RESULT), ("user", TEXT))}),
    case("tool-gone", "server-tool-pending", "error", talk(PAUSED)),
    case("only-results-follow", "server-tool-pending", "", {"tools": [SEARCH, BY_CODE], **talk(("assistant", USE, CALL), ("user", answer()))}),
    case("in-an-earlier-turn", "server-tool-pending", "", {"tools": [SEARCH], **talk(PAUSED, ("user", TEXT), ("assistant", TEXT), ("user", TEXT))}),
    case("bash-of-code-execution", "server-tool-pending", "", {"tools": [CODE], **talk(("assistant", {**USE, "name": "bash_code_execution"}))}),
    case("mcp-interrupted", "server-tool-pending", "error", talk(("assistant", {"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "find", "server_name": "s", "input": {}}), ("user", TEXT))),
    case("client-answers", "server-tool-result-orphan", "error", talk(("user", answer(call="srvtoolu_9")))),
    case("pair", "server-tool-result-orphan", "", talk(("assistant", USE, RESULT))),
    case("result-alone", "server-tool-result-orphan", "error", talk(("assistant", RESULT))),
    case("result-first", "server-tool-result-orphan", "error", talk(("assistant", RESULT, USE))),
    case("masked-by-a-recorder", "server-tool-result-orphan", "", talk(("assistant", USE, {**RESULT, "tool_use_id": "toolu_REDACTED_1"}))),
    case("whole", "web-search-result-incomplete", "", talk(("assistant", USE, RESULT))),
    case("stripped", "web-search-result-incomplete", "error", talk(("assistant", USE, {**RESULT, "content": [{k: v for k, v in FOUND.items() if k != "encrypted_content"}]}))),
    case("error-result", "web-search-result-incomplete", "", talk(("assistant", USE, {**RESULT, "content": {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}}))),
    case("both", "web-domains-invalid", "error", search(allowed_domains=["a.com"], blocked_domains=["b.com"])),
    case("scheme", "web-domains-invalid", "error", search(allowed_domains=["https://a.com"])),
    case("star", "web-domains-invalid", "error", search(blocked_domains=["*.a.com"])),
    case("star-in-the-path", "web-domains-invalid", "", search(allowed_domains=["a.com/*"])),
    case("path-in-search", "web-domains-invalid", "", search(allowed_domains=["a.com/blog"])),
    case("path-in-fetch", "web-domains-invalid", "warning", {"tools": [{"type": "web_fetch_20250910", "name": "web_fetch", "allowed_domains": ["a.com/blog"]}]}),
    case("plain", "web-domains-invalid", "", search(allowed_domains=["a.com"])),
    case("country", "web-user-location", "", search(user_location={"type": "approximate", "country": "DE"})),
    case("none", "web-user-location", "", search()),
    case("exact", "web-user-location", "error", search(user_location={"type": "exact", "city": "Ulm"})),
    case("empty", "web-user-location", "error", search(user_location={"type": "approximate"})),
    case("country-name", "web-user-location", "error", search(user_location={"type": "approximate", "country": "Germany"})),
    *(
        case(f"{model}-{kind}-{callers}", "web-tools-callers", expected, {"model": model, "tools": [{"type": kind, "name": "w"} | ({} if callers is None else {"allowed_callers": callers})]})
        for model, kind, callers, expected in [
            (HAIKU_4_5, "web_search_20250305", None, ""),
            (HAIKU_4_5, "web_search_20260209", None, "error"),
            (HAIKU_4_5, "web_search_20260209", ["direct"], ""),
            (HAIKU_4_5, "web_fetch_20260318", None, "error"),
            (SONNET_4_5, "web_search_20260209", None, ""),
            (SONNET_4_5, "web_search_20260209", [], "error"),
            (SONNET_4_5, "web_search_20260209", ["code_execution_20250825"], "error"),
            (SONNET_4_5, "web_search_20260209", ["code_execution_20260120"], ""),
        ]
    ),
    case("fine", "programmatic-calling", "", {"tools": [CODE, BY_CODE]}),
    case("serial", "programmatic-calling", "error", {"tools": [CODE, BY_CODE], "tool_choice": {"type": "auto", "disable_parallel_tool_use": True}}),
    case("recursive", "programmatic-calling", "error", {"tools": [CODE, {**BY_CODE, "input_schema": {"type": "object", "properties": {"a": {"$ref": "#"}}}}]}),
    case("forced", "programmatic-calling", "error", {"tools": [CODE, BY_CODE], "tool_choice": {"type": "tool", "name": "query"}}),
    case("forced-direct", "programmatic-calling", "", {"tools": [CODE, {**BY_CODE, "allowed_callers": ["direct", "code_execution_20250825"]}], "tool_choice": {"type": "tool", "name": "query"}}),
    case("mcp", "programmatic-calling", "error", {"tools": [CODE, toolset(allowed_callers=["code_execution_20250825"])]}),
    case("continued", "programmatic-calling", "", {"container": "c", "tools": [CODE, BY_CODE], **talk(("assistant", USE, CALL), ("user", answer()))}),
    case("without-container", "programmatic-calling", "error", {"tools": [CODE, BY_CODE], **talk(("assistant", USE, CALL), ("user", answer()))}),
    case("without-code-and-container", "programmatic-calling", "error error", {"tools": [BY_CODE], **talk(("assistant", USE, CALL), ("user", answer()))}),
    case("beside-text", "programmatic-calling", "error", {"container": "c", "tools": [CODE, BY_CODE], **talk(("assistant", USE, CALL), ("user", answer(), TEXT))}),
    case("image-result", "programmatic-calling", "error", {"container": "c", "tools": [CODE, BY_CODE], **talk(("assistant", USE, CALL), ("user", answer([{"type": "image", "source": {"type": "url", "url": "https://a"}}])))}),
    *(
        case(f"{model}-{other}", "advisor-pair", expected, {"model": model, **advisor(other)})
        for model, other, expected in [
            (HAIKU_4_5, "claude-sonnet-4-6", ""),
            (HAIKU_4_5, "claude-sonnet-4-5", "error"),
            (HAIKU_4_5, "claude-haiku-4-5", "error"),
            (OPUS_4_7, "claude-opus-4-6", "error"),
            (OPUS_4_7, OPUS_4_7, ""),
            (OPUS_4_7, "claude-opus-4-8", ""),
            ("claude-fable-5", "claude-opus-5", "error"),
            (HAIKU_4_5, "claude-opus-9", ""),
        ]
    ),
    case("advice-without-advisor", "advisor-pair", "warning", talk(("assistant", {**USE, "name": "advisor"}, {"type": "advisor_tool_result", "tool_use_id": "srvtoolu_1", "content": {}}))),
    case("advice-with-advisor", "advisor-pair", "", {"model": HAIKU_4_5, **advisor(OPUS_4_7), **talk(("assistant", {**USE, "name": "advisor"}, {"type": "advisor_tool_result", "tool_use_id": "srvtoolu_1", "content": {}}))}),
    case("1023", "advisor-pair", "error", {"model": HAIKU_4_5, **advisor(OPUS_4_7, max_tokens=1_023)}),
    case("1024", "advisor-pair", "", {"model": HAIKU_4_5, **advisor(OPUS_4_7, max_tokens=1_024)}),
    case("over-its-cap", "advisor-pair", "error", {"model": HAIKU_4_5, **advisor(OPUS_4_7, max_tokens=128_001)}),
    case("fine", "toolset-invalid", "", {"tools": [{**COMPUTER, "configs": {"zoom": {"enabled": False}}}, BROWSER]}),
    case("size", "toolset-invalid", "error", {"tools": [{**COMPUTER, "display_width_px": 1_024}]}),
    case("unknown-member", "toolset-invalid", "error", {"tools": [{**COMPUTER, "configs": {"navigate": {}}}]}),
    case("known-member", "toolset-invalid", "", {"tools": [{**BROWSER, "configs": {"navigate": {"enabled": False}}}]}),
    case("all-disabled", "toolset-invalid", "error", {"tools": [{**COMPUTER, "configs": {name: {"enabled": False} for name in ["cursor_position", "double_click", "hold_key", "key", "left_click", "left_click_drag", "left_mouse_down", "left_mouse_up", "middle_click", "mouse_move", "right_click", "screenshot", "scroll", "triple_click", "type", "wait", "zoom"]}}]}),
    case("some-deferred", "toolset-invalid", "error", {"tools": [{**COMPUTER, "configs": {"zoom": {"defer_loading": True}}}]}),
    case("twice", "toolset-invalid", "error", {"tools": [COMPUTER, COMPUTER]}),
    case("result", "toolset-invalid", "", {"tools": [COMPUTER], **talk(("assistant", MEMBER_CALL), ("user", answer(toolset_name="computer")))}),
    case("result-of-nobody", "toolset-invalid", "error", {"tools": [COMPUTER], **talk(("assistant", MEMBER_CALL), ("user", answer()))}),
    case("result-with-document", "toolset-invalid", "error", {"tools": [COMPUTER], **talk(("assistant", MEMBER_CALL), ("user", answer([{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}}], toolset_name="computer")))}),
    case("referenced", "mcp-server-unreferenced", "", {"mcp_servers": [server()], "tools": [toolset()]}),
    case("older-form", "mcp-server-unreferenced", "", {"mcp_servers": [server()]}),
    case("unreferenced", "mcp-server-unreferenced", "error", {"mcp_servers": [server(), server("b")], "tools": [toolset()]}),
    case("twice-referenced", "mcp-server-unreferenced", "error", {"mcp_servers": [server()], "tools": [toolset(), toolset()]}),
    case("missing-server", "mcp-server-unreferenced", "error", {"mcp_servers": [server()], "tools": [toolset(), toolset("b")]}),
    case("no-server", "mcp-server-unreferenced", "error", {"tools": [toolset()]}),
    case("same-name", "mcp-server-unreferenced", "error", {"mcp_servers": [server(), server()]}),
    case("http", "mcp-server-unreferenced", "error", {"mcp_servers": [server(url="http://example.com")]}),
    case("stdio", "mcp-server-unreferenced", "error", {"mcp_servers": [server(type="stdio")]}),
    case("listed", "mcp-config-unknown-tool", "", {"tools": [toolset(tools=[{"name": "find"}], configs={"find": {}})]}),
    case("misspelt", "mcp-config-unknown-tool", "note", {"tools": [toolset(tools=[{"name": "find"}], configs={"fnid": {}})]}),
    case("not-listed", "mcp-config-unknown-tool", "", {"tools": [toolset(configs={"fnid": {}})]}),
    case("regex-200", "tool-search-limits", "", query("tool_search_tool_regex", "x" * 200)),
    case("regex-201", "tool-search-limits", "note", query("tool_search_tool_regex", "x" * 201)),
    case("bm25-500", "tool-search-limits", "", query("tool_search_tool_bm25", "x" * 500)),
    case("bm25-501", "tool-search-limits", "note", query("tool_search_tool_bm25", "x" * 501)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), SERVER_TOOL_CASES)
def test_server_tool_rule(severities, rule, expected, body, options):
    """A rule on server tools speaks of what the API refuses and of nothing else."""
    assert severities(rule, body, **options) == expected
