"""LiteLLM, OpenRouter and Langfuse: inclusive counts are made disjoint, reported money stays beside."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.errors import InputError
from budgetcalc.readers.usage import langfuse, litellm_log, openrouter, openrouter_activity
from budgetcalc.readers.usage.csv_tables import header_of
from budgetcalc.readers.usage.fields import ASSUMED_5M
from budgetcalc.readers.usage.reported_values import NO_CACHE_SPLIT
from budgetcalc.usage import UsageTokens

from .report_rows import aggregated, broken_copies, lines, only, refused, rows, tokens, usd

if TYPE_CHECKING:
    from types import ModuleType

USAGE_OBJECT: dict[str, Any] = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "cache_read_input_tokens": 80,
    "cache_creation_input_tokens": 5,
    "prompt_tokens_details": {
        "cached_tokens": 80,
        "cache_creation_tokens": 5,
        "cache_creation_token_details": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 3},
    },
    "completion_tokens_details": {"reasoning_tokens": 4},
    "server_tool_use": {"web_search_requests": 1},
}
SPEND_LOG: dict[str, Any] = {
    "request_id": "chatcmpl-1",
    "call_type": "acompletion",
    "model": "anthropic/claude-sonnet-4-6",
    "model_group": "sonnet",
    "spend": 0.01,
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "startTime": "2026-04-21T10:00:00+00:00",
    "api_key": "hash",
    "team_id": "t",
    "session_id": "s",
    "cache_hit": "False",
    "metadata": {"status": "success", "usage_object": USAGE_OBJECT},
}
RESPONSE: dict[str, Any] = {
    "id": "gen-1",
    "model": "anthropic/claude-opus-4.7",
    "created": 1777000000,
    "usage": {
        "prompt_tokens": 194,
        "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 100},
        "completion_tokens": 20,
        "completion_tokens_details": {"reasoning_tokens": 5},
        "cost": 0.95,
        "cost_details": {"upstream_inference_cost": 19},
    },
}
OBSERVATION: dict[str, Any] = {
    "id": "o",
    "traceId": "t",
    "type": "GENERATION",
    "startTime": "2026-04-04T06:21:09.835Z",
    "model": "claude-sonnet-4-6",
    "usageDetails": {"input": 24, "output": 378, "cache_read_input_tokens": 30, "total": 432},
    "totalCost": 0.000952199999,
}


def read(module: ModuleType, value: Any) -> list[Any]:
    """Return what is read of a record."""
    assert module.is_this(value)
    return rows(module, value)


def test_litellm_prompt_tokens_include_the_cache() -> None:
    """Reads and writes are subtracted, and the writes are split by lifetime."""
    row = only(read(litellm_log, SPEND_LOG))
    assert tokens(row) == UsageTokens(100 - 80 - 5, 2, 3, 80, 20, 4)
    assert row.charges[0].web_search_requests == 1
    assert (row.day, row.reported_usd, row.warnings) == (date(2026, 4, 21), Decimal("0.01"), ())
    # Sonnet 4.6: 3 in, 3.75 and 6 written, 0.30 read, 15 out; a search is a cent.
    expected = 15 * Decimal(3) + 2 * Decimal("3.75") + 3 * Decimal(6) + 80 * Decimal("0.3") + 20 * Decimal(15)
    assert usd(read(litellm_log, SPEND_LOG)) == expected / 1_000_000 + Decimal("0.01")


def test_litellm_metadata_may_be_text_and_older() -> None:
    """The table keeps JSON as text; older rows have the totals only."""
    values = {"additional_usage_values": {"cache_read_input_tokens": 80, "cache_creation_input_tokens": 5}}
    row = only(read(litellm_log, {**SPEND_LOG, "metadata": json.dumps(values)}))
    assert tokens(row) == UsageTokens(15, 5, 0, 80, 20)
    assert row.warnings == (ASSUMED_5M,)
    assert only(read(litellm_log, {**SPEND_LOG, "metadata": None})).warnings == (NO_CACHE_SPLIT,)
    assert refused(read(litellm_log, {**SPEND_LOG, "metadata": "{"})) == "metadata is no JSON"


@pytest.mark.parametrize(
    "more",
    [{"cache_hit": "True"}, {"cache_hit": True}, {"status": "failure"}, {"metadata": {"status": "failure"}}],
)
def test_litellm_hits_and_failures_are_unbilled(more: dict[str, Any]) -> None:
    """What no provider answered costs nothing, whatever tokens stand in the row."""
    found = read(litellm_log, {**SPEND_LOG, "prompt_tokens": None, **more})
    assert only(found).unbilled
    assert aggregated(found).rows.unbilled == 1


def test_cached_tokens_beyond_the_prompt_are_invalid() -> None:
    """They are a part of it."""
    assert "exceed" in refused(read(litellm_log, {**SPEND_LOG, "prompt_tokens": 84}))
    usage = {**RESPONSE["usage"], "prompt_tokens": 139}
    assert "exceed" in refused(read(openrouter, {**RESPONSE, "usage": usage}))


def test_a_litellm_table_as_csv_reads_the_same() -> None:
    """Cells are text; counts and metadata are read out of it."""
    cells = {**SPEND_LOG, "metadata": json.dumps(SPEND_LOG["metadata"])}
    row = ",".join('"' + str(cell).replace('"', '""') + '"' for cell in cells.values())
    assert litellm_log.is_header(list(cells))
    (found,) = litellm_log.read_csv(lines(",".join(cells), row), "log.csv")
    assert tokens(only([found])) == tokens(only(read(litellm_log, SPEND_LOG)))
    with pytest.raises(InputError, match="no column prompt_tokens"):
        list(litellm_log.read_csv(lines("request_id,call_type,spend", "a,b,1"), "log.csv"))


@pytest.mark.parametrize("call_type", ["aretrieve_batch", "retrieve_batch"])
@pytest.mark.parametrize("tier", [None, "batch", "standard"])
def test_litellm_prices_a_retrieved_batch_as_batch_once(call_type: str, tier: str | None) -> None:
    """Its row is the sum of the batch's requests, which tells no long prompt, and every poll repeats it."""
    usage = {**USAGE_OBJECT, "service_tier": tier, "server_tool_use": None}
    record = {**SPEND_LOG, "call_type": call_type, "metadata": {"usage_object": usage}}
    plain = {
        **record,
        "call_type": "acompletion",
        "metadata": {"usage_object": {**usage, "service_tier": None}},
    }
    found = read(litellm_log, record)
    assert usd([*found, *found]) == usd(read(litellm_log, plain)) / 2
    assert (only(found).service_tier, only(found).unit) == ("batch", "session")


def test_litellm_batches_without_tokens_are_unbilled() -> None:
    """To create a batch uses no tokens, and one that is not done has used none yet."""
    record = {
        **SPEND_LOG,
        "call_type": "acreate_batch",
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "metadata": {},
    }
    assert only(read(litellm_log, record)).unbilled == litellm_log.NO_TOKENS


def test_openrouter_prompt_tokens_include_the_cache() -> None:
    """Cached and written tokens are subtracted; reasoning is a part of the completion."""
    row = only(read(openrouter, RESPONSE))
    assert tokens(row) == UsageTokens(194 - 40 - 100, 100, 0, 40, 20, 5)
    assert (row.day, row.reported_usd) == (date(2026, 4, 24), Decimal("0.95"))
    # Opus 4.7: 5 in, 6.25 written, 0.50 read, 25 out.
    expected = 54 * Decimal(5) + 100 * Decimal("6.25") + 40 * Decimal("0.5") + 20 * Decimal(25)
    assert usd(read(openrouter, RESPONSE)) == expected / 1_000_000


def test_openrouter_with_a_key_of_ones_own_costs_the_provider_s_bill_too() -> None:
    """The upstream cost comes on top of the fee; otherwise it is OpenRouter's own affair."""
    usage = {**RESPONSE["usage"], "is_byok": True}
    assert only(read(openrouter, {**RESPONSE, "usage": usage})).reported_usd == Decimal("19.95")


def test_openrouter_says_where_the_cache_is_unknown() -> None:
    """Without details everything is priced as uncached."""
    usage = {**RESPONSE["usage"], "prompt_tokens_details": None}
    row = only(read(openrouter, {**RESPONSE, "usage": usage}))
    assert (tokens(row).uncached_input, row.warnings) == (194, (NO_CACHE_SPLIT,))


def test_the_openrouter_activity_export_is_an_upper_bound() -> None:
    """A day of a model; the report's own money is beside it."""
    header = "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,Reasoning Tokens"
    text = '"2026-05-12 00:00:00","anthropic/claude-opus-4.7","430.07","0","4115","70965665","3009973","0"'
    assert openrouter_activity.is_header(header_of([header]))
    found = list(openrouter_activity.read_csv(lines(header, text), "activity.csv"))
    row = only(found)
    assert (row.unit, row.reported_usd, row.warnings) == ("bucket", Decimal("430.07"), (NO_CACHE_SPLIT,))
    assert usd(found) == (70965665 * Decimal(5) + 3009973 * Decimal(25)) / 1_000_000
    assert aggregated(found).reported_usd == Decimal("430.07")


def test_the_openrouter_logs_export_is_a_call_a_row() -> None:
    """Cached tokens are subtracted where the export has them, and missed where not."""
    header = (
        "generation_id,created_at,cost_total,tokens_prompt,tokens_completion,tokens_cached,model_permaslug"
    )
    text = "gen-1,2026-03-30 02:37:51.271,0.02,150,250,100,anthropic/claude-opus-4.7"
    row = only(openrouter.read_csv(lines(header, text), "logs.csv"))
    assert tokens(row) == UsageTokens(50, cache_read=100, output=250)
    assert (row.call_id, row.day, row.warnings) == ("openrouter:gen-1", date(2026, 3, 30), ())
    older = header.replace("tokens_cached", "other")
    assert only(openrouter.read_csv(lines(older, text), "logs.csv")).warnings == (NO_CACHE_SPLIT,)
    with pytest.raises(InputError, match="tokens_prompt"):
        list(openrouter.read_csv(lines("created_at,model_permaslug", "2026-03-30,x"), "logs.csv"))


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (
            {"input": 24, "output": 378, "output_reasoning_tokens": 1029, "total": 1431},
            UsageTokens(24, output=1407, thinking=1029),
        ),
        (
            {"input": 24, "output": 378, "cache_read_input_tokens": 30, "total": 432},
            UsageTokens(24, cache_read=30, output=378),
        ),
        (
            {"input": 54, "output": 378, "cache_read_input_tokens": 30, "total": 432},
            UsageTokens(24, cache_read=30, output=378),
        ),
        (
            {"input": 60, "output": 9, "input_cache_read": 30, "input_cache_creation_1h": 6, "total": 69},
            UsageTokens(24, 0, 6, 30, 9),
        ),
        (
            {"input": 24, "output": 50, "input_cached_tokens": 30, "output_reasoning": 10, "total": 104},
            UsageTokens(24, 0, 0, 30, 50, 10),
        ),
        (
            {
                "input": 24,
                "output": 50,
                "input_cache_creation_5m": 7,
                "input_cache_creation_1h": 8,
                "total": 89,
            },
            UsageTokens(24, 7, 8, 0, 50),
        ),
    ],
)
def test_langfuse_totals_tell_what_includes_what(usage: dict[str, int], expected: UsageTokens) -> None:
    """The keys sum to the total where they are disjoint, to more where some include others."""
    row = only(read(langfuse, {**OBSERVATION, "usageDetails": usage}))
    assert tokens(row) == expected
    assert langfuse.AMBIGUOUS not in row.warnings


def test_langfuse_without_a_total_is_ambiguous_and_says_so() -> None:
    """The keys are then taken as they stand."""
    usage = {"input": 54, "output": 9, "cache_read_input_tokens": 30}
    row = only(read(langfuse, {**OBSERVATION, "usageDetails": usage}))
    assert (tokens(row).uncached_input, row.warnings) == (54, (langfuse.AMBIGUOUS,))


def test_langfuse_counts_generations_only() -> None:
    """Spans and traces repeat their children; pages of observations are read."""
    page = {"data": [OBSERVATION, {**OBSERVATION, "id": "p", "type": "SPAN"}], "meta": {"page": 1}}
    found = read(langfuse, page)
    assert only(found).reported_usd == Decimal("0.000952199999")
    assert not read(langfuse, {**OBSERVATION, "type": "SPAN"})
    assert not read(langfuse, {"type": "GENERATION", "traceId": "t"}), "no usage is no row"


def test_langfuse_says_what_it_does_not_price() -> None:
    """Audio and other kinds have no price here."""
    usage = {"input": 1, "output": 2, "input_audio": 3, "total": 6}
    assert only(read(langfuse, {**OBSERVATION, "usageDetails": usage})).warnings == (langfuse.OTHER_KEYS,)


def test_no_broken_record_raises() -> None:
    """Whatever stands where, rows or invalid rows come out."""
    for module, whole in ((litellm_log, SPEND_LOG), (openrouter, RESPONSE), (langfuse, OBSERVATION)):
        for broken in broken_copies(whole):
            if module.is_this(broken):
                aggregated(rows(module, broken))
        for other in (None, 3, "x", [], {}, [1]):
            assert not module.is_this(other)


@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_rows_of_an_export_are_read_or_invalid(texts: list[str]) -> None:
    """Whatever stands below a header, no exception comes out."""
    aggregated(
        openrouter_activity.read_csv(lines("Date,Slug,Prompt Tokens,Completion Tokens", *texts), "a.csv")
    )
    aggregated(
        litellm_log.read_csv(lines("request_id,call_type,spend,prompt_tokens,completion_tokens", *texts), "b")
    )


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_inclusive_and_disjoint_langfuse_say_the_same(
    given_: int, read_: int, written: int, output: int
) -> None:
    """One call is one row, however the integration counts it."""
    cached = {
        "input_cache_read": read_,
        "input_cache_creation_5m": written,
        "total": given_ + read_ + written + output,
    }
    disjoint = {"input": given_, "output": output, **cached}
    inclusive = {"input": given_ + read_ + written, "output": output, **cached}
    first, second = (
        tokens(only(read(langfuse, {**OBSERVATION, "usageDetails": usage})))
        for usage in (disjoint, inclusive)
    )
    assert first == second
