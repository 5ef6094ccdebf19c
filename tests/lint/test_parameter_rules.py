"""BC454 to BC475: parameters, structured output, context management."""

# ruff: noqa: E501 - one case a line reads best

import pytest

SONNET_4, SONNET_4_5, OPUS_4_6, OPUS_4_7 = (
    "claude-sonnet-4-20250514",
    "claude-sonnet-4-5-20250929",
    "claude-opus-4-6",
    "claude-opus-4-7",
)
OPUS_5, OPUS_5_5, FABLE_5_1 = "claude-opus-5", "claude-opus-5-5", "claude-fable-5-1"
FAST = "fast-mode-2026-02-01"
CODE = {"type": "code_execution_20250825", "name": "code_execution"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def user(*blocks):
    return {"messages": [{"role": "user", "content": list(blocks)}]}


def schema(properties=None, **keys):
    return {"type": "object", "properties": properties or {}, "additionalProperties": False, **keys}


def form(given):
    return {"output_config": {"format": {"type": "json_schema", "schema": given}}}


def strict(given, **keys):
    return {"name": "search", "strict": True, "input_schema": given, **keys}


def document(*, cites):
    source = {"type": "text", "media_type": "text/plain", "data": "Text"}
    return {"type": "document", "source": source, "citations": {"enabled": cites}}


def search_result(*, cites, content=None):
    text = [{"type": "text", "text": "Text"}] if content is None else content
    return {
        "type": "search_result",
        "source": "s",
        "title": "t",
        "content": text,
        "citations": {"enabled": cites},
    }


def budget(**keys):
    return {"model": OPUS_5, "output_config": {"task_budget": {"type": "tokens", **keys}}}


def edits(*given):
    return {"context_management": {"edits": list(given)}}


CLEAR_THINKING = {"type": "clear_thinking_20251015"}
CLEAR_TOOLS = {"type": "clear_tool_uses_20250919"}
COMPACT = {"type": "compact_20260112"}
STRINGS = {"a": {"type": "string"}, "b": {"type": "string"}}

PARAMETER_CASES = [
    *(
        case(f"{parameter}-{version}", "sampling-removed-version", expected, {parameter: 1}, version=version)
        for parameter, version, expected in [
            ("temperature", "2026-10-21", "error"),
            ("top_p", "2026-10-21", "error"),
            ("top_k", "2026-10-21", "error"),
            ("temperature", "2023-06-01", ""),
            ("temperature", None, ""),
        ]
    ),
    case("none", "sampling-removed-version", "", {}, version="2026-10-21"),
    *(
        case(f"{model}-{version}", "api-version-missing-or-unknown", expected, {"model": model}, version=version)
        for model, version, expected in [
            (SONNET_4_5, None, ""),
            (SONNET_4_5, "2023-01-01", ""),
            (SONNET_4_5, "2023-06-01", ""),
            (SONNET_4_5, "2026-10-21", ""),
            (SONNET_4_5, "2024-01-01", "error"),
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock-2023-05-31", ""),
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", "2026-10-21", "error"),
        ]
    ),
    *(
        case(f"{model}-{tier}-{batch}", "service-tier", expected, {"model": model, "service_tier": tier}, batch=batch)
        for model, tier, batch, expected in [
            (SONNET_4_5, "auto", False, ""),
            (SONNET_4_5, "standard_only", False, ""),
            (SONNET_4_5, "flex", False, "error"),
            (SONNET_4_5, "auto", True, "note"),
            (OPUS_5, "auto", False, "note"),
            ("claude-opus-4-8", "auto", False, ""),
        ]
    ),
    *(
        case(f"{model}-{on}-{speed}-{known}-{len(betas)}", "speed-misused", expected, {"model": model, "speed": speed}, on=on, betas=betas, betas_known=known)
        for model, on, speed, known, betas, expected in [
            (OPUS_5, "2026-09-01", "fast", True, [], "error"),
            (OPUS_5, "2026-09-01", "fast", False, [], "note"),
            (OPUS_5, "2026-09-01", "standard", True, [], "error"),
            (OPUS_5, "2026-09-01", "fast", True, [FAST], ""),
            (OPUS_5, "2026-09-01", "turbo", True, [FAST], "error"),
            (OPUS_5_5, "2026-10-14", "fast", True, [], "error"),
            (OPUS_5_5, "2026-10-15", "fast", True, [], ""),
            (SONNET_4_5, "2026-09-01", "fast", True, [], ""),  # BC461
        ]
    ),
    case("json-object", "output-format-invalid", "error", {"output_config": {"format": {"type": "json_object"}}}),
    case("no-schema", "output-format-invalid", "error", {"output_config": {"format": {"type": "json_schema"}}}),
    case("text", "output-format-invalid", "error", {"output_config": {"format": "json"}}),
    case("fine", "output-format-invalid", "", form(schema())),
    case("older-form", "output-format-invalid", "warning", {"output_format": {"type": "json_schema", "schema": schema()}}),
    case("older-form-then", "output-format-invalid", "", {"output_format": {"type": "json_schema", "schema": schema()}}, on="2026-01-28"),
    case("older-form-since", "output-format-invalid", "warning", {"output_format": {"type": "json_schema", "schema": schema()}}, on="2026-01-29"),
    case("both-forms", "output-format-invalid", "warning", {"output_format": {"type": "json_schema", "schema": schema()}, **form(schema())}),
    case("before-4.1", "output-format-invalid", "error", {"model": SONNET_4, **form(schema())}),
    case("4.1", "output-format-invalid", "", {"model": "claude-opus-4-1-20250805", **form(schema())}),
    case("strict-before-4.1", "output-format-invalid", "error", {"model": SONNET_4, "tools": [strict(schema())]}),
    case("strict", "output-format-invalid", "", {"tools": [strict(schema())]}),
    case("citing-document", "output-format-conflict", "error", {**form(schema()), **user(document(cites=True))}),
    case("silent-document", "output-format-conflict", "", {**form(schema()), **user(document(cites=False))}),
    case("citing-fetch", "output-format-conflict", "error", {**form(schema()), "tools": [{"type": "web_fetch_20250910", "name": "web_fetch", "citations": {"enabled": True}}]}),
    case("prefill", "output-format-conflict", "error", {**form(schema()), "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "{"}]}),
    case("prefill-refused-anyway", "output-format-conflict", "", {"model": OPUS_4_6, **form(schema()), "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "{"}]}),
    case("no-format", "output-format-conflict", "", user(document(cites=True))),
    *(
        case(name, "strict-schema-unsupported", expected, {"tools": [strict(given)]})
        for name, expected, given in [
            ("fine", "", schema({"a": {"type": "array", "items": {"type": "string"}, "minItems": 1}})),
            ("open-object", "error", {"type": "object", "properties": {}}),
            ("open-inner-object", "error", schema({"a": {"type": "object", "properties": STRINGS}})),
            ("minimum", "error", schema({"a": {"type": "integer", "minimum": 0}})),
            ("two-keywords", "error error", schema({"a": {"type": "string", "minLength": 1, "maxLength": 9}})),
            ("one-keyword-twice", "error", schema({"a": {"type": "string", "minLength": 1}, "b": {"type": "string", "minLength": 2}})),
            ("a-property-of-that-name", "", schema({"minimum": {"type": "integer"}, "not": {"type": "string"}})),
            ("two-items-at-least", "error", schema({"a": {"type": "array", "minItems": 2}})),
            ("one-of", "error", schema({"a": {"oneOf": [{"type": "string"}, {"type": "null"}]}})),
            ("any-of", "", schema({"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}})),
            ("lookahead", "error", schema({"a": {"type": "string", "pattern": "^(?!x).*$"}})),
            ("named-group", "", schema({"a": {"type": "string", "pattern": "^(?:x|y)+$"}})),
            ("word-boundary", "error", schema({"a": {"type": "string", "pattern": r"\bword\b"}})),
            ("backslash-and-b", "", schema({"a": {"type": "string", "pattern": r"\\b"}})),
            ("backreference", "error", schema({"a": {"type": "string", "pattern": r"(a)\1"}})),
            ("reference", "", schema({"a": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": {"type": "string"}}})),
            ("recursive", "error", schema({"a": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": schema({"y": {"$ref": "#/$defs/x"}})}})),
            ("recursive-root", "error", schema({"a": {"$ref": "#"}})),
            ("recursive-in-two-steps", "error", schema({"a": {"$ref": "#/$defs/x"}}, **{"$defs": {"x": schema({"y": {"$ref": "#/$defs/z"}}), "z": schema({"y": {"$ref": "#/$defs/x"}})}})),
        ]
    ),
    case("not-strict", "strict-schema-unsupported", "", {"tools": [{"name": "t", "input_schema": {"type": "object", "minProperties": 1}}]}),
    case("output-format", "strict-schema-unsupported", "error", form({"type": "object"})),
    case("21-tools", "strict-schema-limits", "error", {"tools": [strict(schema(), name=f"t{i}") for i in range(21)]}),
    case("20-tools", "strict-schema-limits", "", {"tools": [strict(schema(), name=f"t{i}") for i in range(20)]}),
    case("25-optional", "strict-schema-limits", "error", form(schema({f"p{i}": {"type": "string"} for i in range(25)}))),
    case("24-optional", "strict-schema-limits", "", form(schema({f"p{i}": {"type": "string"} for i in range(24)}))),
    case("25-required", "strict-schema-limits", "", form(schema({f"p{i}": {"type": "string"} for i in range(25)}, required=[f"p{i}" for i in range(25)]))),
    case("25-behind-a-reference", "strict-schema-limits", "", form(schema({}, **{"$defs": {"x": schema({f"p{i}": {} for i in range(25)})}}))),
    case("17-unions", "strict-schema-limits", "error", form(schema({f"p{i}": {"type": ["string", "null"]} for i in range(17)}, required=[f"p{i}" for i in range(17)]))),
    case("16-unions", "strict-schema-limits", "", form(schema({f"p{i}": {"anyOf": [{"type": "string"}, {"type": "null"}]} for i in range(16)}, required=[f"p{i}" for i in range(16)]))),
    case("many-enum-values", "strict-schema-limits", "warning", form(schema({"p": {"enum": list(range(501))}}, required=["p"]))),
    case("mcp-toolset", "strict-on-wrong-tool", "error", {"tools": [{"type": "mcp_toolset", "mcp_server_name": "s", "strict": True}]}),
    case("called-by-code", "strict-on-wrong-tool", "error", {"tools": [strict(schema(), allowed_callers=["code_execution_20250825"])]}),
    case("not-strict-called-by-code", "strict-on-wrong-tool", "", {"tools": [{**strict(schema(), allowed_callers=["code_execution_20250825"]), "strict": False}]}),
    case("direct", "strict-on-wrong-tool", "", {"tools": [strict(schema(), allowed_callers=["direct"])]}),
    case("some-documents", "citations-inconsistent", "error", user(document(cites=True), document(cites=False))),
    case("all-documents", "citations-inconsistent", "", user(document(cites=True), document(cites=True))),
    case("no-document", "citations-inconsistent", "", user(document(cites=False), document(cites=False))),
    case("some-results", "citations-inconsistent", "error", user(search_result(cites=True), search_result(cites=False))),
    case("empty-result", "citations-inconsistent", "error", user(search_result(cites=True, content=[]))),
    case("result-with-image", "citations-inconsistent", "error", user(search_result(cites=True, content=[{"type": "image", "source": {"type": "url", "url": "https://a"}}]))),
    case("mixed-tool-result", "citations-inconsistent", "error", user({"type": "tool_result", "tool_use_id": "t", "content": [search_result(cites=True), {"type": "text", "text": "x"}]})),
    case("beside-web-search", "citations-inconsistent", "error", {"tools": [{"type": "web_search_20250305", "name": "web_search"}], **user(search_result(cites=False))}),
    case("19999", "task-budget-invalid", "error", budget(total=19_999)),
    case("20000", "task-budget-invalid", "", budget(total=20_000)),
    case("4.6", "task-budget-invalid", "error", {**budget(total=20_000), "model": OPUS_4_6}),
    case("4.7", "task-budget-invalid", "", {**budget(total=20_000), "model": OPUS_4_7}),
    case("other-type", "task-budget-invalid", "error", {"model": OPUS_5, "output_config": {"task_budget": {"type": "usd", "total": 20_000}}}),
    case("remaining", "task-budget-invalid", "", budget(total=20_000, remaining=5_000)),
    case("more-remaining-than-total", "task-budget-invalid", "error", budget(total=20_000, remaining=20_001)),
    case("remaining-with-compaction", "task-budget-invalid", "error", {**budget(total=20_000, remaining=5_000), **edits(COMPACT)}),
    case("thinking-second", "context-management-invalid", "warning", edits(CLEAR_TOOLS, CLEAR_THINKING)),
    case("thinking-first", "context-management-invalid", "", edits(CLEAR_THINKING, CLEAR_TOOLS)),
    case("twice", "context-management-invalid", "warning", edits(CLEAR_TOOLS, CLEAR_TOOLS)),
    case("keeps-none", "context-management-invalid", "error", edits({**CLEAR_THINKING, "keep": {"type": "thinking_turns", "value": 0}})),
    case("keeps-one", "context-management-invalid", "", edits({**CLEAR_THINKING, "keep": {"type": "thinking_turns", "value": 1}})),
    case("keeps-all", "context-management-invalid", "", edits({**CLEAR_THINKING, "keep": "all"})),
    case("unknown-trigger", "context-management-invalid", "error", edits({**CLEAR_TOOLS, "trigger": {"type": "messages", "value": 9}})),
    case("low-trigger", "context-management-invalid", "", edits({**CLEAR_TOOLS, "trigger": {"type": "input_tokens", "value": 10}})),
    case("compacts-at-49999", "context-management-invalid", "error", edits({**COMPACT, "trigger": {"type": "input_tokens", "value": 49_999}})),
    case("compacts-at-50000", "context-management-invalid", "", edits({**COMPACT, "trigger": {"type": "input_tokens", "value": 50_000}})),
    case("compacts-by-tools", "context-management-invalid", "error", edits({**COMPACT, "trigger": {"type": "tool_uses", "value": 50_000}})),
    case("alone", "compaction-conflicts", "", {"compaction": {"type": "summarize"}}),
    case("stop-sequences", "compaction-conflicts", "error", {"compaction": {"type": "summarize"}, "stop_sequences": ["x"]}),
    case("edits-and-format", "compaction-conflicts", "error error", {"compaction": {"type": "summarize"}, **edits(CLEAR_TOOLS), **form(schema())}),
    case("forced-choice", "compaction-conflicts", "error", {"compaction": {"type": "summarize"}, "tools": [strict(schema())], "tool_choice": {"type": "any"}}),
    case("waiting-call", "compaction-conflicts", "error", {"compaction": {"type": "summarize"}, "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "search", "input": {}}]}]}),
    case("no-tool", "container-misuse", "warning", {"container": "container_1"}),
    case("with-code", "container-misuse", "", {"container": "container_1", "tools": [CODE]}),
    case("with-newer-search", "container-misuse", "", {"container": "container_1", "tools": [{"type": "web_search_20260209", "name": "web_search"}]}),
    case("with-older-search", "container-misuse", "warning", {"container": "container_1", "tools": [{"type": "web_search_20250305", "name": "web_search"}]}),
    case("skills-without-code", "container-misuse", "warning", {"container": {"skills": [{"skill_id": "xlsx"}]}}),
    case("only-an-id", "container-misuse", "warning", {"container": {"id": "container_1"}, "tools": [CODE]}),
    *(
        case(name, "fallbacks-invalid", expected, {"model": OPUS_5, "fallbacks": given})
        for name, expected, given in [
            ("another", "", [{"model": "claude-opus-4-8"}]),
            ("default", "", "default"),
            ("unknown-model", "", [{"model": "claude-opus-9"}]),
            ("itself", "error", [{"model": OPUS_5}]),
            ("twice", "error", [{"model": "claude-opus-4-8"}, {"model": "anthropic/claude-opus-4.8"}]),
            ("three", "", [{"model": "claude-opus-4-8"}, {"model": OPUS_4_7}, {"model": OPUS_4_6}]),
            ("four", "error", [{"model": "claude-opus-4-8"}, {"model": OPUS_4_7}, {"model": OPUS_4_6}, {"model": FABLE_5_1}]),
            ("no-model", "error", [{}]),
            ("text", "error", "auto"),
        ]
    ),
    case("message", "diagnostics-id", "", {"diagnostics": {"previous_message_id": "msg_1"}}),
    case("request", "diagnostics-id", "warning", {"diagnostics": {"previous_message_id": "req_1"}}),
    *(
        case(f"{parameter}-{form_}", "count-tokens-parameters", expected, {"max_tokens": most, parameter: True}, form=form_)
        for parameter, most, form_, expected in [
            ("stream", None, "count_tokens", "warning"),
            ("mcp_servers", None, "count_tokens", "warning"),
            ("thinking_budget", None, "count_tokens", ""),
            ("stream", 1_024, "messages", ""),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), PARAMETER_CASES)
def test_parameter_rule(severities, rule, expected, body, options):
    """A rule on parameters speaks of what the API refuses, on its side of each limit, model and day."""
    assert severities(rule, body, **options) == expected


def test_no_message_shows_what_a_schema_says(judge):
    """Names and texts of a schema stay out of messages: they may be somebody's."""
    found = judge(form(schema({"secret_name": {"type": "string", "pattern": "(?=secret)"}})))
    said = [f.message + f.hint for f in found if f.rule == "BC465"]
    assert said
    assert not any("secret" in text for text in said)
