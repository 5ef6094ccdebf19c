"""OpenTelemetry spans: which of them are calls, and what their counts include."""

from __future__ import annotations

from datetime import date
from typing import Any

from budgetcalc.readers.usage import otel
from budgetcalc.readers.usage.fields import Origin
from budgetcalc.usage import UsageTokens

from .report_rows import aggregated, broken_copies, only, refused, rows, tokens

COUNTS = {
    "gen_ai.usage.input_tokens": 5120,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 4500,
    "gen_ai.usage.cache_creation.input_tokens": 500,
}


def span(
    span_id: str | None = "a", parent: str | None = None, operation: str = "chat", **more: Any
) -> dict[str, Any]:
    """Return a span as OTLP writes it."""
    named = {
        "gen_ai.operation.name": operation,
        "gen_ai.request.model": "claude-sonnet-4-6",
        **COUNTS,
        **more,
    }
    attributes = [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in named.items()
    ]
    return {
        "traceId": "t",
        "spanId": span_id,
        "parentSpanId": parent,
        "startTimeUnixNano": "1785926400000000000",
        "attributes": attributes,
    }


def document(*spans: dict[str, Any]) -> dict[str, Any]:
    """Return an OTLP document."""
    return {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}


def read(value: Any) -> list[Any]:
    """Return what is read of a value."""
    assert otel.is_this(value)
    return rows(otel, value)


def test_input_includes_the_cache_by_convention() -> None:
    """Reads and writes are subtracted, and that is said."""
    row = only(read(document(span())))
    assert tokens(row) == UsageTokens(120, 500, 0, 4500, 100)
    assert otel.INCLUSIVE in row.warnings
    assert row.day == date(2026, 8, 5)


def test_input_smaller_than_the_cache_is_exclusive() -> None:
    """Some emitters send Anthropic's own count."""
    row = only(read(document(span(**{"gen_ai.usage.input_tokens": 4999}))))
    assert tokens(row) == UsageTokens(4999, 500, 0, 4500, 100)
    assert otel.EXCLUSIVE in row.warnings


def test_every_shape_of_a_span_reads_the_same() -> None:
    """Maps and lists of attributes, OTLP and the SDK's own export."""
    plain = {pair["key"]: next(iter(pair["value"].values())) for pair in span()["attributes"]}
    plain |= {key: int(value) for key, value in plain.items() if "usage" in key}
    exported = {
        "name": "chat",
        "context": {"trace_id": "t", "span_id": "a"},
        "parent_id": None,
        "start_time": "2026-08-05T10:40:00Z",
        "attributes": plain,
    }
    snake = {"resource_spans": [{"scope_spans": [{"spans": [span()]}]}]}
    found = [only(read(value)) for value in (document(span()), exported, snake, [exported], span())]
    assert len({(tokens(row), row.call_id, row.day, row.charges[0].model) for row in found}) == 1


def test_old_names_of_counts_are_read() -> None:
    """``prompt_tokens`` and ``cache_read_input_tokens`` came first."""
    old = {
        "gen_ai.usage.prompt_tokens": 100,
        "gen_ai.usage.completion_tokens": 7,
        "gen_ai.usage.cache_read_input_tokens": 40,
    }
    assert tokens(only(read({"attributes": old}))) == UsageTokens(60, cache_read=40, output=7)


def test_an_agent_repeats_its_calls() -> None:
    """Agents count only where their trace holds no call, the outermost then."""
    agent, call = span("a", operation="invoke_agent"), span("b", "a")
    assert only(read(document(agent, call))).call_id == "otel:t:b"
    assert only(read(document(call, agent))).call_id == "otel:t:b"
    assert only(read(document(agent))).call_id == "otel:t:a"
    inner = span("b", "a", operation="invoke_agent")
    assert only(read(document(inner, agent))).call_id == "otel:t:a"


def test_a_trace_spread_over_lines_is_one_trace() -> None:
    """An agent's line must not be counted beside its calls' lines."""
    traces = otel.Traces()
    for number, each in enumerate([span("b", "a"), span("a", operation="invoke_agent")], 1):
        assert not list(traces.add(each, Origin("spans.jsonl", number)))
    row = only(traces.finish())
    assert (row.call_id, row.line) == ("otel:t:b", 1)
    assert not list(traces.finish())


def test_a_call_around_a_call_is_the_same_call() -> None:
    """Two instrumentations nest; the inner span is the call, whatever stands between."""
    between = {**span("m", "a"), "attributes": []}
    row = only(read(document(span("a"), between, span("b", "m"))))
    assert row.call_id == "otel:t:b"


def test_one_response_is_one_charge() -> None:
    """Two spans of one response id are one call."""
    response = {"gen_ai.response.id": "msg_1"}
    found = aggregated(read(document(span("a", **response), span("b", **response))))
    assert (found.rows.priced, found.rows.deduplicated) == (1, 1)


def test_tools_are_no_calls() -> None:
    """A tool's span may carry usage of what it did; its calls have spans of their own."""
    assert not read(document(span(operation="execute_tool")))
    assert not otel.is_this({"attributes": {"http.method": "GET"}})


def test_missing_and_bad_counts_are_invalid() -> None:
    """Nothing missing is read as none."""
    assert "output_tokens" in refused(read({"attributes": {"gen_ai.usage.input_tokens": 1}}))
    assert "negative" in refused(read(document(span(**{"gen_ai.usage.input_tokens": -5}))))
    assert "exceed" in refused(read(document(span(**{"gen_ai.usage.reasoning.output_tokens": 101}))))


def test_spans_that_are_their_own_parents_end() -> None:
    """A circle of parents is no endless search."""
    rows(otel, document(span("a", "b"), span("b", "a"), span("c", "c", operation="invoke_agent")))


def test_no_broken_span_raises() -> None:
    """Whatever stands where, rows or invalid rows come out."""
    for broken in broken_copies(document(span())):
        otel.is_this(broken)
        aggregated(rows(otel, broken))
