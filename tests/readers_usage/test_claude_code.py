"""Transcripts and headless results of Claude Code: which lines are calls, and what a session cost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.readers.usage import find_claude_code_folders
from budgetcalc.readers.usage.claude_code import UNFINISHED

from .priced import aggregated, jsonl, line, message, row, rows, total, usd

OTHER_LINES: list[dict[str, Any]] = [
    {"type": "user", "sessionId": "s1", "toolUseResult": {"usage": {"input_tokens": 9, "output_tokens": 9}}},
    {"type": "summary", "summary": "…"},
    {"type": "file-history-snapshot", "messageId": "m"},
    {"type": "cost-state", "sessionId": "s1", "totalCostUSD": 3.0, "modelUsage": {"claude-opus-4-6": {}}},
    {"type": "progress", "sessionId": "s1", "data": {"message": {"usage": {"input_tokens": 9}}}},
]


def test_only_lines_with_a_call_are_rows() -> None:
    """Results of tools and states of costs repeat what other lines say."""
    assert aggregated(jsonl(*OTHER_LINES, line())).rows.read == 1


def test_a_transcript_without_calls_is_no_error() -> None:
    """A session may end before its first call."""
    assert rows(jsonl(*OTHER_LINES)) == []


def test_a_line_says_where_it_belongs() -> None:
    """Project, session, version and source are there to group by."""
    assert dict(row(jsonl(line())).dimensions) == {
        "source": "claude-code",
        "project": "/home/me/project",
        "session": "s1",
        "version": "2.1.0",
    }


@pytest.mark.parametrize(
    "synthetic",
    [
        line(message={"id": "e", "model": "<synthetic>", "usage": {"input_tokens": 0, "output_tokens": 0}}),
        line(message={"id": "e", "model": "<synthetic>", "content": []}),
        line(isApiErrorMessage=True),
    ],
)
def test_what_claude_code_wrote_itself_is_unbilled(synthetic: dict[str, Any]) -> None:
    """No model was called."""
    result = aggregated(jsonl(synthetic))
    assert (result.rows.unbilled, result.rows.read) == (1, 1)


def growing(*outputs: int) -> list[dict[str, Any]]:
    return [
        line(
            uuid=f"u{n}",
            message=message(stop_reason=None, usage={"input_tokens": 3, "output_tokens": output}),
        )
        for n, output in enumerate(outputs)
    ]


def test_lines_of_one_call_cost_what_the_last_one_says() -> None:
    """Not the first line's output, not the sum of all."""
    result = aggregated(jsonl(*growing(2, 2, 159)))
    assert total(result) == (3 * Decimal(5) + 159 * Decimal(25)) / 1_000_000
    assert (result.rows.priced, result.rows.deduplicated) == (1, 2)
    assert UNFINISHED not in result.warnings


def test_a_call_whose_every_line_is_unfinished_is_a_lower_bound() -> None:
    """Its last line was never written."""
    assert aggregated(jsonl(*growing(2, 2))).warnings == {UNFINISHED: 1}


@pytest.mark.parametrize(
    ("first", "second", "calls"),
    [
        ({"requestId": "a"}, {"requestId": "b"}, 2),
        ({"requestId": "a"}, {"requestId": "a"}, 1),
        ({"requestId": "a"}, {"requestId": None}, 1),
        ({"requestId": None}, {"requestId": None}, 1),
        ({"requestId": "a"}, {"requestId": "b", "isSidechain": True}, 1),
        ({"requestId": "a"}, {"requestId": "b", "forkedFrom": {"sessionId": "s0"}}, 1),
        ({"message": message(id=None), "uuid": "u1"}, {"message": message(id=None), "uuid": "u1"}, 1),
        ({"message": message(id=None), "uuid": "u1"}, {"message": message(id=None), "uuid": "u2"}, 2),
    ],
)
def test_which_lines_are_one_call(first: dict[str, Any], second: dict[str, Any], calls: int) -> None:
    """A message's id and its request; the id alone where a request is missing or replayed; else the uuid."""
    one, two = jsonl(line(**first)), jsonl(line(**second))
    for inputs in ((one, two), (two, one), (one + two,)):
        assert (aggregated(*inputs).rows.priced, aggregated(*inputs).rows.read) == (calls, 2)


def test_a_replay_joins_two_requests_wherever_it_stands() -> None:
    """A line that stands for any request makes all lines of the message one call, even the ones before it."""
    a, b, any_ = (jsonl(line(requestId=request)) for request in ("a", "b", None))
    for inputs in ((a, b, any_), (any_, a, b), (b, any_, a)):
        assert aggregated(*inputs).rows.priced == 1


def test_the_first_line_decides_the_day_and_a_replay_never_the_session() -> None:
    """A fork repeats its parent's messages a day later, in a session of its own."""
    fork = line(timestamp="2026-10-02T00:00:00Z", sessionId="a0", forkedFrom={"sessionId": "s1"})
    seen: list[Any] = []
    for inputs in ((line(), fork), (fork, line())):
        result = aggregated()
        result.group_by = lambda each: (("session", dict(each.dimensions)["session"]), ("day", str(each.day)))
        result.add_all(rows(jsonl(*inputs)))
        result.finish()
        seen += result.groups
    assert set(seen) == {(("session", "s1"), ("day", "2026-09-30"))}


def result_line(**changes: Any) -> dict[str, Any]:
    """What ``claude -p --output-format json`` prints, shortened from a real one."""
    return {
        "type": "result",
        "session_id": "r1",
        "total_cost_usd": 0.0949615,
        "usage": {
            "input_tokens": 2,
            "cache_creation_input_tokens": 8699,
            "cache_read_input_tokens": 15273,
            "output_tokens": 13,
            "cache_creation": {"ephemeral_1h_input_tokens": 8699, "ephemeral_5m_input_tokens": 0},
            "iterations": [{"type": "message", "input_tokens": 2, "output_tokens": 13}],
        },
        "modelUsage": {
            "claude-opus-5[1m]": {
                "inputTokens": 2,
                "outputTokens": 13,
                "cacheReadInputTokens": 15273,
                "cacheCreationInputTokens": 8699,
                "costUSD": 0.0949615,
            }
        },
    } | changes


SUBAGENTS = {
    "usage": {
        "input_tokens": 7,
        "output_tokens": 3996,
        "cache_creation_input_tokens": 27892,
        "cache_read_input_tokens": 95114,
    },
    "modelUsage": {
        "claude-haiku-4-5-20251001": {"inputTokens": 10508, "outputTokens": 15, "costUSD": 0.010583},
        "claude-sonnet-4-6": {
            "inputTokens": 48,
            "outputTokens": 40418,
            "cacheReadInputTokens": 2218994,
            "cacheCreationInputTokens": 129443,
            "costUSD": 1.8202804500000005,
        },
    },
    "total_cost_usd": 1.8308634500000005,
}


def test_a_result_costs_what_its_models_used() -> None:
    """The real result's own figure, exactly."""
    assert usd(jsonl(result_line())) == Decimal("0.0949615")


def test_lifetimes_follow_from_the_cost_of_a_model() -> None:
    """27,892 of the writes were 1-hour writes: only they explain the cost, which no other field says here."""
    result = aggregated(jsonl(result_line(**SUBAGENTS)))
    assert total(result) == Decimal("1.82028045") + Decimal("0.010583")
    (group,) = result.groups.values()
    writes = {key.model: sums.tokens["cache_write_1h"] for key, sums in group.sums.items()}
    assert writes["claude-sonnet-4-6"] == 27892
    assert result.warnings == {}


def test_a_cost_at_other_prices_changes_no_lifetimes() -> None:
    """In July 2026 the client priced Sonnet 5 at 3 and 15 dollars; the table's price is taken, the split kept."""
    model = {
        "inputTokens": 24,
        "outputTokens": 2236,
        "cacheReadInputTokens": 996109,
        "cacheCreationInputTokens": 79171,
        "costUSD": 0.8074707000000001,
    }
    usage = {
        "input_tokens": 24,
        "output_tokens": 2236,
        "cache_creation_input_tokens": 79171,
        "cache_creation": {"ephemeral_1h_input_tokens": 79171, "ephemeral_5m_input_tokens": 0},
    }
    data = jsonl(result_line(usage=usage, modelUsage={"claude-sonnet-5": model}, total_cost_usd=0.8074707))
    expected = 24 * Decimal(2) + 2236 * Decimal(10) + 996109 * Decimal("0.2") + 79171 * Decimal(4)
    assert usd(data) == expected / 1_000_000
    assert aggregated(data).reported_usd == Decimal("0.8074707")


def test_several_results_of_a_session_are_its_last_one() -> None:
    """What models used grows over a session."""
    early = result_line(
        total_cost_usd=0.00001,
        modelUsage={"claude-opus-5[1m]": {"inputTokens": 2, "outputTokens": 0, "costUSD": 0.00001}},
    )
    for inputs in ((early, result_line()), (result_line(), early)):
        assert usd(*(jsonl(each) for each in inputs)) == Decimal("0.0949615")


def stream_line(n: int) -> dict[str, Any]:
    return {"type": "assistant", "session_id": "r1", "uuid": f"u{n}", "message": message(id=f"msg_{n}")}


INIT = {"type": "system", "subtype": "init", "session_id": "r1"}


def test_a_result_stands_for_the_calls_before_it() -> None:
    """Lines of a stream-json log and its result describe the same calls, also as one array."""
    events = [INIT, stream_line(1), stream_line(2), result_line()]
    assert usd(jsonl(*events)) == usd(jsonl(events)) == Decimal("0.0949615")


def test_calls_without_a_result_count() -> None:
    """A log that was cut, or that went on after its last result."""
    assert usd(jsonl(INIT, stream_line(1), stream_line(2))) == 2 * usd(jsonl(message()))
    after = usd(jsonl(INIT, stream_line(1), result_line(), stream_line(2)))
    assert after == Decimal("0.0949615") + usd(jsonl(message()))


def test_an_old_result_gives_way_to_its_calls() -> None:
    """Without ``modelUsage`` it names no model; the lines before it do."""
    old = {"type": "result", "session_id": "r1", "usage": {"input_tokens": 1, "output_tokens": 1}}
    assert usd(jsonl(INIT, stream_line(1), old)) == usd(jsonl(message()))
    assert aggregated(jsonl(old)).rows.unpriced == 1


def test_an_error_before_any_call_is_unbilled() -> None:
    """Its counts are zeros."""
    failed = result_line(
        is_error=True, total_cost_usd=0, modelUsage={}, usage={"input_tokens": 0, "output_tokens": 0}
    )
    assert aggregated(jsonl(failed)).rows.unbilled == 1


def analytics(model: str = "claude-opus-5-5", **changes: Any) -> dict[str, Any]:
    part = {
        "model": model,
        "tokens": {"input": 100_000, "output": 35_000, "cache_read": 10_000, "cache_creation": 5_000},
        "estimated_cost": {"currency": "USD", "amount": 113},
    }
    record = {
        "date": "2026-11-08T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": "a@example.com"},
        "terminal_type": "vscode",
        "customer_type": "api",
        "model_breakdown": [part],
    }
    return record | changes


@pytest.mark.parametrize(
    ("model", "usd_"),
    [("claude-opus-5-5", "1.127"), ("claude-opus-5", "1.41125")],
)
def test_analytics_of_claude_code(model: str, usd_: str) -> None:
    """The documentation's amounts, 113 and 141 cents, before rounding; and cents are no dollars."""
    data = jsonl({"data": [analytics(model)], "has_more": False})
    assert usd(data) == Decimal(usd_)
    assert aggregated(data).reported_usd == Decimal("1.13")


def test_a_page_fetched_twice_counts_once() -> None:
    """A record is known by its day, person, terminal and model, in a page or on a line."""
    page = jsonl({"data": [analytics(), analytics(terminal_type="iTerm")]})
    assert aggregated(page, page, jsonl(analytics())).rows.priced == 2


def test_a_report_says_whether_it_goes_on() -> None:
    """The pages are kept for the question whether all of them were given."""
    first = {"data": [analytics()], "has_more": True, "next_page": "p"}
    (page,) = aggregated(jsonl(first)).pages
    assert (page.has_more, str(page.start)[:10], str(page.end)[:10]) == (True, "2026-11-08", "2026-11-09")


def test_where_claude_code_keeps_its_transcripts(tmp_path: Path) -> None:
    """Two folders of the home, or those that the environment names, with or without their last step."""
    for name in (".claude/projects", ".config/claude/projects", "a/projects", "b/projects"):
        (tmp_path / name).mkdir(parents=True)
    found = find_claude_code_folders({}, tmp_path)
    assert found == [tmp_path / ".claude/projects", tmp_path / ".config/claude/projects"]
    named = f"{tmp_path}/a, {tmp_path}/b/projects,{tmp_path}/missing"
    assert find_claude_code_folders({"CLAUDE_CONFIG_DIR": named}, tmp_path) == [
        tmp_path / "a/projects",
        tmp_path / "b/projects",
    ]
