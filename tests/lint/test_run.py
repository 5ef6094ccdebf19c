"""Running all rules on one request."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgetcalc.conversation import BatchItem
from budgetcalc.errors import InputError
from budgetcalc.findings import SEVERITIES

MODELS = [
    "claude-3-5-sonnet-20241022",
    "claude-3-7-sonnet-20250219",
    "claude-sonnet-4-5-20250929",
    "claude-opus-4-6",
    "claude-opus-5",
    "claude-sonnet-5-5",
    "gpt-4o",
]
TOOLS = [{"name": "search", "input_schema": {"type": "object"}}]
THOUGHT = {"type": "thinking", "thinking": "…", "signature": "EqQB"}
LOOP = [
    {"role": "user", "content": "Hello"},
    {
        "role": "assistant",
        "content": [THOUGHT, {"type": "tool_use", "id": "toolu_1", "name": "search", "input": {}}],
    },
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}]},
]


@pytest.mark.parametrize(
    ("body", "options"),
    [
        pytest.param({"temperature": 0.7}, {}, id="plain"),
        pytest.param(
            {
                "model": "claude-3-7-sonnet-20250219",
                "max_tokens": 8_000,
                "thinking": {"type": "enabled", "budget_tokens": 4_000},
                "temperature": 1,
                "top_p": 0.95,
            },
            {"on": "2025-12-01"},
            id="accepted-sampling-with-thinking",
        ),
        pytest.param(
            {
                "messages": [
                    {"role": "assistant", "content": "Hi"},
                    {"role": "user", "content": "A"},
                    {"role": "user", "content": "B"},
                ]
            },
            {},
            id="roles-in-any-order",
        ),
        pytest.param(
            {"max_tokens": None, "thinking": {"type": "enabled", "budget_tokens": 2_000}},
            {"form": "count_tokens"},
            id="count-tokens",
        ),
        pytest.param(
            {
                "max_tokens": 8_000,
                "thinking": {"type": "enabled", "budget_tokens": 2_000},
                "tools": TOOLS,
                "messages": LOOP,
            },
            {},
            id="tool-loop",
        ),
        pytest.param(
            {"model": "claude-opus-5", "max_tokens": 16_000, "tools": TOOLS, "messages": LOOP},
            {},
            id="newest-generation",
        ),
        pytest.param(
            {"max_tokens": None, "messages": LOOP[:2]}, {"form": "message_list"}, id="kept-conversation"
        ),
    ],
)
def test_fine_requests_have_no_errors_and_no_warnings(judge, body, options):
    """What recordings show to be accepted, and what has no trap, earns notes at most."""
    found = judge(body, **options, command="estimate", selected=frozenset())
    assert [f.name for f in found if f.severity != "note"] == []


def test_findings_are_sorted(judge):
    """Most severe first, then by rule, then by place."""
    messages = [
        {"role": "user", "content": ""},
        {"role": "tool", "content": "x"},
        {"role": "user", "content": ""},
    ]
    found = judge(
        {"max_tokens": 70_000, "messages": messages, "thinking": {"type": "enabled", "budget_tokens": 40_000}}
    )
    assert list(found) == sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.rule, f.path))
    assert [f.rule for f in found] == ["BC203", "BC402", "BC404", "BC404", "BC205", "BC303", "BC502"]


@pytest.mark.parametrize("selected", ["BC411", "first-message-not-user"])
def test_a_rule_that_is_off_runs_when_selected(judge, selected):
    """A rule on what nobody confirmed is silent until its id or name is selected."""
    body = {"messages": [{"role": "assistant", "content": "Hi"}, {"role": "user", "content": "Hello"}]}
    assert "BC411" not in {found.rule for found in judge(body, selected=frozenset())}
    assert "BC411" in {found.rule for found in judge(body, selected=frozenset({selected}))}


def test_rules_of_the_claude_api_spare_other_vendors(judge):
    """A model of another vendor is judged by size, model, cost and trust only."""
    body = {"model": "gpt-4o", "max_tokens": 100_000, "temperature": 1.5, "thinking": {"type": "enabled"}}
    assert {f.rule[:3] for f in judge(body)} <= {"BC2", "BC5", "BC6", "BC9"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 300_000) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
CACHE = st.sampled_from([None, {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}])
KINDS = [
    "text",
    "image",
    "document",
    "thinking",
    "redacted_thinking",
    "tool_use",
    "tool_result",
    "server_tool_use",
    "search_result",
    "tool_reference",
    "tool_addition",
    "hologram",
]
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
SOURCES = st.fixed_dictionaries(
    {"type": st.sampled_from(["base64", "url", "file", "text", "content", "path"])},
    optional={
        "media_type": st.sampled_from(["image/png", "image/jpeg", "application/pdf", "text/plain"]) | JSON,
        "data": st.sampled_from([PNG, PNG[:40], "JVBERi0xLjQ=", "data:,"]) | JSON,
        "url": st.sampled_from(["https://10.0.0.1/a", "https://[::1/a", "ftp://x"]) | JSON,
        "file_id": JSON,
        "content": st.text(max_size=3) | st.lists(JSON, max_size=2),
    },
)
BLOCKS = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional={
        "text": st.text(max_size=3),
        "id": st.sampled_from(["a", "b"]),
        "tool_use_id": st.sampled_from(["a", "b"]),
        "name": st.text(max_size=3),
        "input": JSON,
        "content": st.text(max_size=3),
        "source": SOURCES | st.just("https://example.com"),
        "signature": st.text(max_size=2),
        "cache_control": CACHE | JSON,
        "citations": JSON,
        "transformations": JSON | st.just({"oversized_image": "error"}),
        "toolset_name": st.sampled_from(["computer", "browser", None]),
        "tool_name": JSON,
        "tool": JSON,
    },
)
MESSAGES = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system", "tool"]),
        "content": st.text(max_size=3) | st.lists(BLOCKS, max_size=4),
    },
    optional={
        "name": JSON,
        "clear_at": JSON | st.just("never"),
        "output_config": JSON | st.just({"effort": "low"}),
        "cache_control": CACHE,
    },
)
SCHEMA_WORDS = st.sampled_from(
    ["type", "properties", "required", "$ref", "$defs", "items", "anyOf", "minimum", "enum"]
)
TOOL_SCHEMAS = st.recursive(
    JSON | st.sampled_from(["#/$defs/a", "#"]),
    lambda inner: st.dictionaries(SCHEMA_WORDS | st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
REQUESTS = st.fixed_dictionaries(
    {"model": st.sampled_from(MODELS), "messages": st.lists(MESSAGES, max_size=5)},
    optional={
        "max_tokens": st.integers(0, 300_000),
        "system": st.text(max_size=3) | st.lists(BLOCKS, max_size=2),
        "thinking": st.fixed_dictionaries(
            {"type": st.sampled_from(["enabled", "adaptive", "disabled", "between_tools", "auto"])},
            optional={
                "budget_tokens": st.integers(0, 300_000),
                "display": st.text(max_size=3),
                "block_binding": JSON,
            },
        ),
        "tools": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": st.text(max_size=3),
                    "type": st.text(max_size=12) | st.sampled_from(["custom", "mcp_toolset", "function"]),
                    "input_schema": TOOL_SCHEMAS,
                    "input_examples": JSON,
                    "defer_loading": st.booleans(),
                    "cache_control": CACHE | JSON,
                    "configs": JSON,
                },
            ),
            max_size=3,
        ),
        "tool_choice": JSON
        | st.fixed_dictionaries({"type": st.sampled_from(["any", "tool", "auto", "none"])}),
        "output_config": st.dictionaries(st.sampled_from(["effort", "format"]), st.text(max_size=4)),
        "temperature": JSON,
        "top_p": JSON,
        "top_k": JSON,
        "stop_sequences": JSON,
        "inference_geo": JSON,
        "speed": JSON,
        "stream": JSON,
        "cache_control": CACHE | JSON,
        "metadata": JSON | st.fixed_dictionaries({"user_id": JSON}),
        "mcp_servers": JSON,
        "container": JSON,
        "fallbacks": JSON | st.just([{"model": "claude-haiku-4-5"}]),
        "billing_policy": JSON,
        "thread": JSON,
        "seed": JSON,
        "context_management": st.just({"edits": [{"type": "clear_thinking_20251015"}]}),
    },
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(
    body=REQUESTS,
    batch=st.booleans(),
    tokens=st.integers(0, 2_000_000),
    band=st.integers(0, 9_000),
    known=st.fixed_dictionaries(
        {},
        optional={
            "batch_item": st.builds(
                BatchItem, st.none() | st.text(max_size=3), st.sampled_from([0, 100_000])
            ),
            "api_version": st.sampled_from([None, "2023-06-01", "2026-10-21"]),
            "unpaired_surrogates": st.sampled_from([(), ("/system",)]),
            "betas_known": st.booleans(),
        },
    ),
)
def test_no_rule_raises_on_a_parsable_request(judge, body, batch, tokens, band, known):
    """Whatever parses is judged: every finding is one sentence with a pointer into the request."""
    if not batch:
        known.pop("batch_item", None)
    try:
        found = judge(body, batch=batch, tokens=tokens, high=tokens + band, **known)
    except InputError:
        return
    for finding in found:
        assert finding.message
        assert "\n" not in finding.message
        assert finding.path == "" or finding.path.startswith("/")
