"""The same usage told twice, and records that contradict each other: counted once, and said."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import permutations, product
from typing import Any

import pytest

from budgetcalc.overlaps import MORE_RIVALS, MOST_NAMED, REPEATED_IN_FILE, RETOLD, SAME_NAME

from .priced import aggregated, jsonl, line, message, total, usd

CALL = usd(jsonl(message()))


def result(session: str = "s1", *, usd: float | None = 0.01, **tokens: int) -> dict[str, Any]:
    """A headless result of 1,000 in and 100 out of Claude Opus 4.6."""
    counts = {"inputTokens": 1000, "outputTokens": 100} | tokens
    return {
        "type": "result", "session_id": session, "total_cost_usd": usd,
        "usage": {"input_tokens": 1000, "output_tokens": 100}, "modelUsage": {"claude-opus-4-6": counts},
    }  # fmt: skip


RESULT = (1000 * Decimal(5) + 100 * Decimal(25)) / 1_000_000


def test_a_result_beside_its_transcript_counts_once() -> None:
    """The transcript tells of each call; in either order, the result counts as a duplicate and that is said."""
    for inputs, packs in product(permutations([jsonl(result()), jsonl(line())]), [False, True]):
        found = aggregated(*inputs, packs=packs)
        assert (total(found), found.rows.priced, found.rows.deduplicated) == (CALL, 1, 1)
        assert found.warnings[RETOLD] == 1
        assert found.reported_usd is None


def test_every_result_beside_its_transcript_is_counted() -> None:
    """Two sessions with their results: two calls, and two duplicates."""
    lines = [line(sessionId=name, message=message(id=f"m-{name}")) for name in ("s1", "s2")]
    found = aggregated(jsonl(result("s1"), result("s2"), *lines))
    assert (total(found), found.rows.priced, found.rows.deduplicated) == (2 * CALL, 2, 2)
    assert found.warnings[RETOLD] == 2


def test_what_has_no_identity_is_a_call_of_its_own() -> None:
    """Two equal responses without an id can be two calls: both count, from one file and from two."""
    nameless = message()
    del nameless["id"]
    for inputs in ([jsonl(nameless, nameless)], [jsonl(nameless), jsonl(nameless)]):
        found = aggregated(*inputs)
        assert (total(found), found.rows.priced, found.rows.deduplicated) == (2 * CALL, 2, 0)


def test_results_of_other_sessions_count() -> None:
    """Sessions are told apart, and a transcript without a call is none."""
    assert usd(jsonl(result("s2")), jsonl(line())) == CALL + RESULT
    synthetic = line(message=message(model="<synthetic>"))
    assert usd(jsonl(result()), jsonl(synthetic)) == RESULT


def test_a_filter_that_leaves_the_result_out_says_nothing_of_it() -> None:
    """What does not count is not said either."""
    found = aggregated()
    found.keep = lambda row: row.format == "claude-code"
    from .priced import rows

    found.add_all(rows(jsonl(result(), line())))
    found.finish()
    assert RETOLD not in found.warnings


def test_different_results_of_one_session_are_said_with_their_costs() -> None:
    """Results grow, so that the largest figures are the whole; both costs are named."""
    data = [jsonl(result(usd=0.01, inputTokens=500)), jsonl(result(usd=0.0275, inputTokens=1000))]
    for inputs in permutations(data):
        found = aggregated(*inputs)
        (said,) = found.warnings
        assert "$0.01 and $0.0275" in said
        assert total(found) == RESULT
    assert not aggregated(data[0], data[0]).warnings


def test_two_models_of_one_message_are_said_and_the_final_one_is_priced() -> None:
    """A proxy renamed the model on the way: the record with the most output wins, whatever the order."""
    small = line(message=message(model="claude-opus-4-6"))
    final = line(message=message(model="claude-haiku-4-5", usage={"input_tokens": 100, "output_tokens": 12}))
    expected = (100 * Decimal(1) + 12 * Decimal(5)) / 1_000_000
    for lines, packs in product(permutations([small, final, small]), [False, True]):
        found = aggregated(jsonl(*lines), packs=packs)
        (said,) = (each for each in found.warnings if "models" in each)
        assert "claude-opus-4-6 and claude-haiku-4-5" in said
        assert (total(found), found.rows.priced, found.rows.deduplicated) == (expected, 1, 2)


def test_of_models_with_equal_output_the_last_by_name_is_priced() -> None:
    """Nothing tells which one is right, so that the choice is at least always the same."""
    two = [line(message=message(model=name)) for name in ("claude-opus-4-6", "claude-haiku-4-5")]
    assert usd(jsonl(*two)) == usd(jsonl(*reversed(two))) == CALL


def test_two_spellings_of_one_model_are_no_contradiction() -> None:
    """Gateways write prefixes and dates."""
    two = [line(message=message(model=name)) for name in ("claude-opus-4-6", "anthropic/claude-opus-4.6")]
    found = aggregated(jsonl(*two))
    assert (total(found), found.warnings) == (CALL, {})


def test_many_contradictions_are_counted_and_not_all_named() -> None:
    """A log with another model on every line does not end in a page of warnings."""
    lines = [line(message=message(id=f"m{n}", model=f"model-{n}-{side}")) for n in range(50) for side in "ab"]
    found = aggregated(jsonl(*lines))
    assert found.warnings[MORE_RIVALS] == 50 - MOST_NAMED
    assert len(found.warnings) == MOST_NAMED + 1


def admin(day: str = "2026-09-01", **changes: Any) -> bytes:
    fields = {
        "uncached_input_tokens": 10, "cache_read_input_tokens": 0, "output_tokens": 1, "model": "claude-opus-4-6",
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard", "inference_geo": "global", "speed": "standard", **changes,
    }  # fmt: skip
    start, end = f"{day}T00:00:00Z", f"{date.fromisoformat(day).replace(day=2)}T00:00:00Z"
    return json.dumps(
        {"data": [{"starting_at": start, "ending_at": end, "results": [fields]}], "has_more": False}
    ).encode()


def analytics(customer: str = "api") -> bytes:
    tokens = {"input": 10, "output": 1, "cache_read": 0, "cache_creation": 0}
    record = {
        "date": "2026-09-01T00:00:00Z", "actor": {"email_address": "a@b.c"}, "customer_type": customer,
        "model_breakdown": [{"model": "claude-opus-4-6", "tokens": tokens}],
    }  # fmt: skip
    return json.dumps({"data": [record], "has_more": False}).encode()


CONSOLE = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    "usage_output_tokens,web_search_count\n"
)
ROW = "2026-09-01,claude-opus-4-6,key,Default,standard,10,0,0,0,1,0\n"
BUCKET = (10 * Decimal(5) + 25) / 1_000_000


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([admin(), analytics()], True),
        ([analytics(), admin()], True),
        ([admin(), (CONSOLE + ROW).encode()], True),
        ([admin("2026-08-01"), analytics()], False),
        ([admin(), analytics("subscription")], False),
        ([admin(), admin()], False),
    ],
)
def test_two_reports_of_one_organisation_and_day_are_said(reports: list[bytes], said: bool) -> None:
    """Both hold the same calls; subscriptions are in no report of the API."""
    found = aggregated(*reports)
    assert bool(found.overlaps) is said
    assert all("2026-09-01" in each and "counts twice" in each for each in found.overlaps)


TRANSCRIPT = jsonl(
    {
        "type": "assistant",
        "sessionId": "s",
        "requestId": "r",
        "timestamp": "2026-09-01T10:00:00Z",
        "message": {"id": "m", "model": "claude-opus-4-6", "usage": {"input_tokens": 10, "output_tokens": 1}},
    }
)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("other", [admin(), analytics(), (CONSOLE + ROW).encode()])
def test_transcripts_beside_a_report_of_the_organisation_are_said(other: bytes, order: int) -> None:
    """Calls that an API key paid for are in both; other days and transcripts alone are no overlap."""
    (said,) = aggregated(*[TRANSCRIPT, other][::order]).overlaps
    assert "transcripts of Claude Code" in said
    assert "both cover 2026-09-01" in said
    assert aggregated(TRANSCRIPT, admin("2026-08-01")).overlaps == []
    assert aggregated(TRANSCRIPT, TRANSCRIPT).overlaps == []


@pytest.mark.parametrize("again", [CONSOLE + ROW, ROW])
def test_an_export_that_repeats_itself_counts_once(again: str) -> None:
    """``cat`` puts exports behind each other; that a row came again is said."""
    found = aggregated((CONSOLE + ROW + again).encode())
    assert (total(found), found.rows.deduplicated) == (BUCKET, 1)
    assert found.warnings[REPEATED_IN_FILE] == 1


def test_two_figures_of_one_bucket_in_a_file_are_two_keys_and_said() -> None:
    """The Console writes the names of keys, which may be equal."""
    found = aggregated((CONSOLE + ROW + ROW.replace(",1,0\n", ",2,0\n")).encode())
    assert total(found) == 2 * BUCKET + Decimal(25) / 1_000_000
    assert found.warnings[SAME_NAME] == 1


def test_a_console_export_given_twice_counts_once() -> None:
    """Two files of one export are one."""
    data = (CONSOLE + ROW).encode()
    assert usd(data, data) == BUCKET
