"""Bedrock's logs, responses and stream metrics: all counts are disjoint."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.readers.usage import bedrock
from budgetcalc.readers.usage.fields import ASSUMED_5M, SPLIT_DISAGREES
from budgetcalc.usage import UsageTokens

from .report_rows import aggregated, broken_copies, only, refused, rows, tokens, usd

LOG: dict[str, Any] = {
    "schemaType": "ModelInvocationLog",
    "timestamp": "2026-06-01T12:00:00Z",
    "accountId": "123456789012",
    "region": "us-east-1",
    "inferenceRegion": "us-west-2",
    "requestId": "req-1",
    "operation": "InvokeModel",
    "modelId": "global.anthropic.claude-sonnet-4-6",
    "identity": {"arn": "arn:aws:iam::1:user/alice"},
    "requestMetadata": {"team": "search"},
    "input": {"inputTokenCount": 100, "cacheReadInputTokenCount": 5, "cacheWriteInputTokenCount": 7},
    "output": {"outputTokenCount": 50},
}
CONVERSE: dict[str, Any] = {
    "stopReason": "end_turn",
    "usage": {
        "inputTokens": 726,
        "inputTokenCount": 726,
        "outputTokens": 114,
        "outputTokenCount": 114,
        "totalTokens": 34314,
        "cacheReadInputTokens": 31426,
        "cacheReadInputTokenCount": 31426,
        "cacheWriteInputTokens": 2048,
        "cacheWriteInputTokenCount": 2048,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 2000}, {"ttl": "5m", "inputTokens": 48}],
    },
    "serviceTier": {"type": "default"},
}
METRICS: dict[str, Any] = {
    "type": "message_stop",
    "amazon-bedrock-invocationMetrics": {
        "inputTokenCount": 726,
        "outputTokenCount": 114,
        "cacheReadInputTokenCount": 31426,
        "cacheWriteInputTokenCount": 0,
    },
}


def read(value: Any) -> list[Any]:
    """Return what is read of a record."""
    assert bedrock.is_this(value)
    return rows(bedrock, value)


def with_body(body: Any) -> dict[str, Any]:
    """Return the log with a body of the answer."""
    return {**LOG, "output": {**LOG["output"], "outputBodyJson": body}}


def test_a_log_record_is_priced_by_its_counts() -> None:
    """Input excludes the cache; the record's day, region and metadata are kept."""
    row = only(read(LOG))
    assert tokens(row) == UsageTokens(100, 7, 0, 5, 50)
    assert row.day == date(2026, 6, 1)
    assert row.warnings == (ASSUMED_5M,)
    assert dict(row.dimensions)["region"] == "us-west-2"
    assert dict(row.dimensions)["request.team"] == "search"
    # Sonnet 4.6: 3 in, 3.75 written, 0.30 read, 15 out.
    expected = 100 * Decimal(3) + 7 * Decimal("3.75") + 5 * Decimal("0.3") + 50 * Decimal(15)
    assert usd(read(LOG)) == expected / 1_000_000


def test_a_regional_profile_costs_a_tenth_more() -> None:
    """``us.`` names a regional endpoint, ``global.`` does not."""
    regional = {**LOG, "modelId": "us.anthropic.claude-sonnet-4-6"}
    arn = "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-6"
    assert usd(read(regional)) == usd(read({**LOG, "modelId": arn})) == usd(read(LOG)) * Decimal("1.1")


def test_an_application_profile_hides_its_model() -> None:
    """It is unpriced, never guessed."""
    hidden = {**LOG, "modelId": "arn:aws:bedrock:us-east-1:1:application-inference-profile/xyz"}
    assert aggregated(read(hidden)).rows.unpriced == 1


def test_the_body_knows_more_than_the_counts() -> None:
    """Usage in the body has the lifetimes of cache writes, and is not added to the counts."""
    anthropic = {
        "input_tokens": 100,
        "cache_creation_input_tokens": 7,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 7},
        "cache_read_input_tokens": 5,
        "output_tokens": 50,
    }
    assert tokens(only(read(with_body({"usage": anthropic})))) == UsageTokens(100, 0, 7, 5, 50)
    assert tokens(only(read(with_body({"usage": CONVERSE["usage"]})))) == UsageTokens(
        726, 48, 2000, 31426, 114
    )


def test_events_in_the_body_are_cumulative() -> None:
    """The last value of a field wins; they are never added."""
    events = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 100, "output_tokens": 1}}},
        {"type": "message_delta", "usage": {"output_tokens": 50, "input_tokens": None}},
    ]
    assert tokens(only(read(with_body(events)))) == UsageTokens(100, output=50)
    stream = [{"contentBlockDelta": {}}, {"metadata": {"usage": {"inputTokens": 3, "outputTokens": 4}}}]
    assert tokens(only(read(with_body(stream)))) == UsageTokens(3, output=4)


def test_failed_calls_cost_nothing_but_what_was_produced() -> None:
    """A refused call has no output; one that failed midway has."""
    failed = {**LOG, "errorCode": "ThrottlingException"}
    assert only(read({**failed, "output": {}})).unbilled
    assert not only(read(failed)).unbilled


def test_a_log_without_any_count_is_unpriced() -> None:
    """It is not a call that cost nothing."""
    assert aggregated(read({**LOG, "input": {}, "output": {}})).rows.unpriced == 1
    assert only(read({**LOG, "output": {}})).warnings == (ASSUMED_5M, bedrock.NO_OUTPUT_COUNT)


def test_one_request_is_one_charge() -> None:
    """The same record in two log files counts once."""
    found = aggregated([*read(LOG), *read(LOG)])
    assert (found.rows.priced, found.rows.deduplicated) == (1, 1)


def test_converse_reads_lifetimes_and_no_alias_twice() -> None:
    """``cacheDetails`` is the split of the writes; ``…TokenCount`` repeats counts."""
    row = only(read(CONVERSE))
    assert tokens(row) == UsageTokens(726, 48, 2000, 31426, 114)
    assert not row.warnings
    assert row.charges[0].model is None


def test_converse_says_what_it_assumes() -> None:
    """No split: five minutes; a split that disagrees: the rest is five minutes."""
    usage = CONVERSE["usage"]
    without = {**CONVERSE, "usage": {**usage, "cacheDetails": None}}
    assert tokens(only(read(without))).cache_write_5m == 2048
    assert only(read(without)).warnings == (ASSUMED_5M,)
    partly = {**CONVERSE, "usage": {**usage, "cacheDetails": [{"ttl": "1h", "inputTokens": 2000}]}}
    assert tokens(only(read(partly))) == UsageTokens(726, 48, 2000, 31426, 114)
    assert only(read(partly)).warnings == (SPLIT_DISAGREES,)


def test_a_response_of_boto3_has_a_day_an_id_and_a_routed_model() -> None:
    """The SDK keeps the headers; a prompt router says which model answered."""
    row = only(
        read(
            {
                **CONVERSE,
                "ResponseMetadata": {
                    "RequestId": "r",
                    "HTTPHeaders": {"date": "Sun, 09 Aug 2026 10:00:00 GMT"},
                },
                "trace": {"promptRouter": {"invokedModelId": "anthropic.claude-sonnet-4-6"}},
            }
        )
    )
    assert (row.day, row.call_id) == (date(2026, 8, 9), "bedrock:r")
    assert row.charges[0].model == "anthropic.claude-sonnet-4-6"


def test_the_end_of_a_stream_is_a_row() -> None:
    """Its metrics are disjoint too."""
    assert tokens(only(read(METRICS))) == UsageTokens(726, 0, 0, 31426, 114)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("outputTokens", -1, "negative"),
        ("inputTokens", 1.5, "whole"),
        ("outputTokens", None, "there is no outputTokens"),
    ],
)
def test_bad_counts_are_invalid(name: str, value: Any, said: str) -> None:
    """A count that is none is not priced."""
    assert said in refused(read({**CONVERSE, "usage": {**CONVERSE["usage"], name: value}}))


def test_an_unknown_lifetime_is_invalid() -> None:
    """Its price is not known."""
    details = [{"ttl": "24h", "inputTokens": 2048}]
    assert "ttl" in refused(read({**CONVERSE, "usage": {**CONVERSE["usage"], "cacheDetails": details}}))


def test_no_broken_record_raises() -> None:
    """Whatever stands where, rows or invalid rows come out."""
    events = [{"message": {"usage": {"input_tokens": 1, "output_tokens": 2}}}]
    for whole in (LOG, CONVERSE, METRICS, with_body(events), with_body({"usage": CONVERSE["usage"]})):
        for broken in broken_copies(whole):
            if bedrock.is_this(broken):
                aggregated(rows(bedrock, broken))
