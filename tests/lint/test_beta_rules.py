"""BC506 to BC515: models nobody can have, and beta headers."""

# ruff: noqa: E501 - one case a line reads best

import pytest

from budgetcalc.conversation import Request
from budgetcalc.lint.beta_features import FEATURES, TOOL_GATE

SONNET_3_7, SONNET_4_5, OPUS_5 = "claude-3-7-sonnet-20250219", "claude-sonnet-4-5-20250929", "claude-opus-5"
EDITS, COMPACT = "context-management-2025-06-27", "compact-2026-01-12"
SERVERS = {"mcp_servers": [{"type": "url", "url": "https://example.com/mcp", "name": "shop"}]}
TOOLSET = {"type": "computer_toolset_20260801"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def tool(kind):
    return {"tools": [{"type": kind, "name": "t"}]}


BETA_CASES = [
    *(
        case(f"{command}-{model}", "model-limited", expected, {"model": model}, command=command)
        for command, model, expected in [
            ("lint", "claude-mythos-5", "note"),
            ("lint", "claude-mythos-5-1", "note"),
            ("lint", "claude-mythos-preview", "note"),
            ("estimate", "claude-mythos-5", ""),
            ("lint", "claude-fable-5", ""),
        ]
    ),
    *(
        case(f"{model}-{zero}", "zdr-covered-model", expected, {"model": model}, zero_retention=zero)
        for model, zero, expected in [
            ("claude-fable-5", True, "error"),
            ("claude-fable-5-1", True, "error"),
            ("claude-mythos-5", True, "error"),
            ("claude-fable-5", False, ""),
            (OPUS_5, True, ""),
        ]
    ),
    *(
        case(beta, "beta-unknown", expected, {}, betas=[beta])
        for beta, expected in [
            ("interleaved-thinking-2025-05-14", ""),
            ("interleaved-thinking-2025-05-15", "warning"),
            ("tools-2024-05-16", ""),
            ("tool-search-tool-2025-11-19", "warning"),
        ]
    ),
    *(
        case(f"{name}-{known}-{len(betas)}-{on}", "beta-missing", expected, body, betas=betas, betas_known=known, on=on)
        for name, expected, body, betas, known, on in [
            ("edits", "error", {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, [], True, "2026-11-01"),
            ("edits", "note", {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, [], False, "2026-11-01"),
            ("edits", "", {"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, [EDITS], True, "2026-11-01"),
            ("compaction-edit", "error", {"context_management": {"edits": [{"type": "compact_20260112"}]}}, [EDITS], True, "2026-11-01"),
            ("compaction-edit", "", {"context_management": {"edits": [{"type": "compact_20260112"}]}}, [COMPACT], True, "2026-11-01"),
            ("compaction", "error", {"compaction": {"type": "summarize"}}, [COMPACT], True, "2026-11-01"),
            ("task-budget", "error", {"output_config": {"task_budget": {"total": 20_000}}}, [], True, "2026-11-01"),
            ("servers", "error", SERVERS, [], True, "2026-11-01"),
            ("servers-older", "", SERVERS, ["mcp-client-2025-04-04"], True, "2026-11-01"),
            ("toolset-older", "error", {**SERVERS, **tool("mcp_toolset")}, ["mcp-client-2025-04-04"], True, "2026-11-01"),
            ("toolset", "", {**SERVERS, **tool("mcp_toolset")}, ["mcp-client-2026-09-15"], True, "2026-11-01"),
            ("fallbacks", "", {"fallbacks": [{"model": "claude-opus-4-8"}]}, ["server-side-fallback-2026-06-01"], True, "2026-11-01"),
            ("fallbacks-default", "error", {"fallbacks": "default"}, ["server-side-fallback-2026-06-01"], True, "2026-11-01"),
            ("fallbacks-default-later", "", {"fallbacks": "default"}, ["server-side-fallback-2026-07-01"], True, "2026-11-01"),
            ("credit", "error", {"fallback_credit_token": "t"}, [], True, "2026-11-01"),
            ("diagnostics", "error", {"diagnostics": {}}, [], True, "2026-11-01"),
            ("thread", "error", {"thread": {}}, [], True, "2026-11-01"),
            ("advisor", "error", tool("advisor_20260301"), [], True, "2026-11-01"),
            ("computer", "", tool("computer_20251124"), ["computer-use-2025-11-24"], True, "2026-11-01"),
            ("computer-other", "error", tool("computer_20251124"), ["computer-use-2025-01-24"], True, "2026-11-01"),
            ("fetch-before", "error", tool("web_fetch_20250910"), [], True, "2026-02-16"),
            ("fetch-after", "", tool("web_fetch_20250910"), [], True, "2026-02-17"),
            ("tool-change", "error", {"messages": [{"role": "system", "content": [{"type": "tool_addition", "tool_name": "t"}]}]}, [], True, "2026-11-01"),
            ("strict-before", "error", {"tools": [{"name": "t", "strict": True, "input_schema": {}}]}, [], True, "2026-01-28"),
            ("strict-after", "", {"tools": [{"name": "t", "strict": True, "input_schema": {}}]}, [], True, "2026-01-29"),
            ("effort-before", "error", {"output_config": {"effort": "low"}}, [], True, "2026-02-04"),
            ("effort-after", "", {"output_config": {"effort": "low"}}, [], True, "2026-02-05"),
            ("hour-before", "error", {"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}, [], True, "2025-08-12"),
            ("hour-after", "", {"system": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}, [], True, "2025-08-13"),
            ("file-before", "error", {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file", "file_id": "f"}}]}]}, [], True, "2026-08-18"),
            ("file-after", "", {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "file", "file_id": "f"}}]}]}, [], True, "2026-08-19"),
            ("skills-before", "error", {"container": {"skills": []}}, [], True, "2026-08-18"),
            ("tool-search-after", "", tool("tool_search_tool_regex_20251119"), [], True, "2026-02-17"),
            ("plain", "", {}, [], True, "2026-11-01"),
        ]
    ),
    *(
        case(f"{model}-{beta}-{on}", "beta-no-effect", expected, {"model": model}, betas=[beta], on=on)
        for model, beta, on, expected in [
            (SONNET_4_5, "skills-2025-10-02", "2026-08-18", ""),
            (SONNET_4_5, "skills-2025-10-02", "2026-08-19", "note"),
            (SONNET_4_5, "structured-outputs-2025-11-13", "2026-01-28", ""),
            (SONNET_4_5, "structured-outputs-2025-11-13", "2026-01-29", "note"),
            (SONNET_4_5, "token-efficient-tools-2025-02-19", "2026-01-29", "note"),
            (SONNET_3_7, "token-efficient-tools-2025-02-19", "2026-01-29", ""),
            (OPUS_5, "model-context-window-exceeded-2025-08-26", "2026-09-01", "note"),
            ("claude-sonnet-4-20250514", "model-context-window-exceeded-2025-08-26", "2026-01-01", ""),
        ]
    ),
    case("streaming-and-toolset", "beta-conflict", "error", {"tools": [TOOLSET]}, betas=["fine-grained-tool-streaming-2025-05-14"]),
    case("toolset", "beta-conflict", "", {"tools": [TOOLSET]}),
    case("memory-and-agents", "beta-conflict", "error", {}, betas=["agent-memory-2026-07-22", "managed-agents-2026-04-01"]),
    case("memory", "beta-conflict", "", {}, betas=["agent-memory-2026-07-22"]),
    case(
        "two-compactions", "beta-conflict", "error",
        {"compaction": {"type": "summarize"}, "context_management": {"edits": [{"type": "compact_20260112"}]}},
        betas=["compact-2026-09-04", COMPACT],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), BETA_CASES)
def test_beta_rule(severities, rule, expected, body, options):
    """A rule on betas speaks exactly on its days, for its models, and softly where headers are not known."""
    assert severities(rule, body, **options) == expected


def test_every_gate_of_the_table_has_a_finder(catalogue):
    """A feature that ``pricing.yaml`` gates and nothing looks for would never be missed."""
    gates = {gate for beta in catalogue.betas.values() for gate in beta.gates}
    assert {gate for gate in gates if not gate.startswith(TOOL_GATE)} == set(FEATURES)


def test_a_limit_header_of_a_model_is_in_the_table(catalogue):
    """A header that raises a window or a cap is known as one."""
    limits = {
        limit.beta
        for model in catalogue.models.values()
        for limit in (*model.context_windows, *model.output_caps)
        if limit.beta
    }
    assert limits == {name for name, beta in catalogue.betas.items() if beta.effect == "limit"}


def test_missing_header_names_the_newest(judge):
    """The hint says which header to send; the message names all that would do."""
    (finding,) = [f for f in judge(SERVERS, betas_known=True) if f.rule == "BC513"]
    assert "mcp-client-2025-04-04 or mcp-client-2025-11-20 or mcp-client-2026-09-15" in finding.message
    assert finding.hint == "send anthropic-beta: mcp-client-2026-09-15"


def test_zero_retention_is_off_by_default():
    """Only a config says that an organisation keeps no data."""
    assert Request.__dataclass_fields__["zero_retention"].default is False
