"""Messages responses, usage objects and batch results: what is billed, and at whose rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from .priced import aggregated, invalid, jsonl, line, message, row, rows, tokens, total, usd

MTOK = 1_000_000


def dollars(*terms: tuple[int, str]) -> Decimal:
    return sum((count * Decimal(rate) for count, rate in terms), Decimal(0)) / MTOK


def with_usage(**usage: Any) -> bytes:
    return jsonl(message(usage={"input_tokens": 0, "output_tokens": 0} | usage))


def test_the_sum_of_cache_writes_is_not_added_to_its_parts() -> None:
    """``cache_creation_input_tokens`` is what the 5-minute and 1-hour writes sum to."""
    data = with_usage(
        cache_creation_input_tokens=300,
        cache_creation={"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
    )
    assert usd(data) == dollars((100, "6.25"), (200, "10"))


@pytest.mark.parametrize("tier", ["priority", "priority_on_demand", "flex", "reserved"])
def test_a_tier_that_is_not_billed_by_the_list_is_shown_at_it_and_said(tier: str) -> None:
    """Committed capacity has no price a token: the list price is shown, with a warning."""
    result = aggregated(with_usage(input_tokens=100, service_tier=tier))
    assert total(result) == dollars((100, "5"))
    (said,) = (each for each in result.warnings if "shown" in each)
    assert result.warnings[said] == 1


@pytest.mark.parametrize(("total_", "five"), [(100, 70), (50, 20), (10, 20)])
def test_a_split_that_disagrees_with_its_total_is_taken_and_the_rest_lives_5_minutes(
    total_: int, five: int
) -> None:
    """What the split leaves out was written too; that they disagree is said."""
    split = {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 30}
    data = with_usage(cache_creation_input_tokens=total_, cache_creation=split)
    assert (tokens(data).cache_write_5m, tokens(data).cache_write_1h) == (five, 30)
    assert len(row(data).warnings) == (total_ != 50)


@pytest.mark.parametrize("split", [{}, None])
def test_writes_without_lifetimes_are_5_minute_writes_and_said(split: Any) -> None:
    """The API's default lifetime holds where a record gives none."""
    result = row(with_usage(cache_creation_input_tokens=300, cache_creation=split))
    assert (result.charges[0].tokens.cache_write_5m, result.charges[0].tokens.cache_write_1h) == (300, 0)
    assert len(result.warnings) == 1


def test_a_null_sum_does_not_contradict_its_parts() -> None:
    """An explicit null says nothing, so nothing disagrees with it."""
    data = with_usage(cache_creation_input_tokens=None, cache_creation={"ephemeral_1h_input_tokens": 5})
    assert row(data).warnings == ()


def test_thinking_is_a_part_of_the_output() -> None:
    """Thinking tokens are known and never billed beside the output."""
    data = with_usage(output_tokens=500, output_tokens_details={"thinking_tokens": 400})
    assert usd(data) == dollars((500, "25"))
    assert tokens(data).thinking == 400


def test_batch_tier_halves_and_us_inference_adds_a_tenth() -> None:
    """Both factors apply to every bucket, and ``not_available`` is no place."""
    usage = {"input_tokens": 1000, "output_tokens": 1000}
    full = dollars((1000, "5"), (1000, "25"))
    assert usd(with_usage(**usage, service_tier="batch")) == full / 2
    assert usd(with_usage(**usage, inference_geo="us")) == full * Decimal("1.1")
    assert usd(with_usage(**usage, inference_geo="not_available")) == full


def test_searches_cost_and_fetches_do_not() -> None:
    """A thousand web searches cost 10 dollars; fetching is free."""
    data = with_usage(server_tool_use={"web_search_requests": 3, "web_fetch_requests": 9})
    assert usd(data) == Decimal("0.03")


def test_compaction_is_billed_beside_the_answer() -> None:
    """The documentation's example: 203,000 in and 4,500 out, where the top level says 23,000 and 1,000."""
    iterations = [
        {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3500},
        {"type": "message", "input_tokens": 23_000, "output_tokens": 1000},
    ]
    data = with_usage(input_tokens=23_000, output_tokens=1000, iterations=iterations)
    assert usd(data) == dollars((203_000, "5"), (4500, "25"))


def test_an_advisor_is_billed_at_its_own_model() -> None:
    """Executor: 1,760 in, 412 read, 531 out; the advisor's tokens are in no top-level figure."""
    iterations = [
        {"type": "message", "input_tokens": 412, "output_tokens": 89},
        {"type": "advisor_message", "model": "claude-opus-4-7", "input_tokens": 823, "output_tokens": 1612},
        {"type": "message", "input_tokens": 1348, "cache_read_input_tokens": 412, "output_tokens": 442},
    ]
    usage = {"input_tokens": 412, "output_tokens": 531, "iterations": iterations}
    executor = dollars((1760, "1"), (412, "0.1"), (531, "5"))
    data = jsonl(message(model="claude-haiku-4-5", usage=usage))
    assert usd(data) == executor + dollars((823, "5"), (1612, "25"))


def fallback(*, output: int, category: str | None = None, **attempt: Any) -> bytes:
    iterations = [
        {"type": "message", "input_tokens": 5607, "output_tokens": output, **attempt},
        {"type": "fallback_message", "model": "claude-opus-4-8", "input_tokens": 5607, "output_tokens": 698},
    ]
    block = {"type": "fallback", "from": {"model": "claude-fable-5"}, "trigger": {"category": category}}
    usage = {"input_tokens": 5607, "output_tokens": 698, "iterations": iterations}
    return jsonl(
        message(model="claude-opus-4-8", content=[block], usage=usage, created_at="2026-10-01T00:00:00Z")
    )


SERVING = dollars((5607, "5"), (698, "25"))


def test_a_fallback_bills_each_attempt_at_the_model_that_was_asked() -> None:
    """The declined attempt names no model: it is the one the fallback block came from."""
    assert usd(fallback(output=2)) == SERVING + dollars((5607, "10"), (2, "50"))


def test_an_attempt_declined_before_any_output_is_free_but_for_three_categories() -> None:
    """The rule of refusals holds for the attempts before a fallback too."""
    assert usd(fallback(output=0, category="cyber")) == SERVING
    assert usd(fallback(output=0, category="bio")) == SERVING + dollars((5607, "10"))


def test_the_serving_attempt_takes_the_lifetimes_of_the_top_level() -> None:
    """Only the top level splits its writes; an entry that repeats their sum tells of the same writes."""
    iterations = [
        {"type": "message", "model": "claude-fable-5", "output_tokens": 2, "cache_creation_input_tokens": 50},
        {"type": "fallback_message", "output_tokens": 698, "cache_creation_input_tokens": 100},
    ]
    data = with_usage(
        output_tokens=698,
        cache_creation_input_tokens=100,
        cache_creation={"ephemeral_1h_input_tokens": 100, "ephemeral_5m_input_tokens": 0},
        iterations=iterations,
    )
    writes = [(c.tokens.cache_write_5m, c.tokens.cache_write_1h) for c in row(data).charges]
    assert writes == [(50, 0), (0, 100)]


def test_iterations_that_do_not_cover_the_call_are_left_aside() -> None:
    """Some programs keep the last turn's iteration only: the top level is then the whole."""
    iterations = [{"type": "message", "input_tokens": 2, "output_tokens": 3}]
    for kept in (iterations, iterations * 3):
        data = with_usage(input_tokens=100, output_tokens=50, iterations=kept)
        assert usd(data) == dollars((100, "5"), (50, "25"))


@pytest.mark.parametrize(
    ("category", "day", "billed"),
    [
        ("cyber", "2026-10-01", False),
        ("bio", "2026-10-01", True),
        ("bio", "2026-09-23", False),
        ([], None, False),
    ],
)
def test_refusals_before_any_output(category: Any, day: str | None, billed: bool) -> None:
    """Nothing is billed, but for three categories since 2026-09-24."""
    refusal = message(
        stop_reason="refusal",
        stop_details={"category": category},
        usage={"input_tokens": 34, "output_tokens": 0},
        timestamp=day,
    )
    result = aggregated(jsonl(refusal))
    assert (result.rows.priced, result.rows.unbilled) == ((1, 0) if billed else (0, 1))


@pytest.mark.parametrize(("on", "is_billed"), [("2026-09-23", False), ("2026-09-24", True)])
@pytest.mark.parametrize("category", ["bio", "frontier_llm", "reasoning_extraction"])
def test_undated_refusals_are_judged_at_the_day_they_are_priced_at(
    category: str, on: str, is_billed: bool
) -> None:
    """--on or today decides, and that is said; a dated refusal is judged at its own day and nothing is said."""
    refusal = message(
        stop_reason="refusal",
        stop_details={"category": category},
        usage={"input_tokens": 34, "output_tokens": 0},
    )
    price = Decimal(34) * 5 / 1_000_000
    for wrapped in (refusal, line(message=refusal, timestamp=None)):
        result = aggregated(jsonl(wrapped), on=date.fromisoformat(on))
        assert (result.rows.priced, result.rows.unbilled) == ((1, 0) if is_billed else (0, 1))
        assert total(result) == (price if is_billed else 0)
        assert any(on in said for said in result.warnings)
    dated = aggregated(jsonl({**refusal, "created_at": on}), on=date(2020, 1, 1))
    assert (dated.rows.priced, dated.warnings) == (int(is_billed), {})


@pytest.mark.parametrize(("on", "attempt"), [("2026-09-23", 0), ("2026-09-24", 5607 * 10)])
def test_an_undated_attempt_before_a_fallback_is_judged_at_that_day_too(on: str, attempt: int) -> None:
    """The serving attempt is billed in any case."""
    data = fallback(output=0, category="bio").replace(b"created_at", b"unknown")
    result = aggregated(data, on=date.fromisoformat(on))
    assert total(result) == SERVING + Decimal(attempt) / 1_000_000
    assert result.rows.priced == 1


@pytest.mark.parametrize("usage", [None, {}, {"input_tokens": None, "output_tokens": None}])
def test_a_response_without_usage_is_unpriced_and_never_zero(usage: Any) -> None:
    """Nothing is known of what it cost."""
    result = aggregated(jsonl(message(usage=usage)))
    assert (result.rows.priced, result.rows.unpriced) == (0, 1)


@pytest.mark.parametrize("count", [-5, 1.5, "7", True, 10**16, float("nan"), [1]])
def test_a_count_that_is_none_makes_the_row_invalid(count: Any) -> None:
    """It is named by its key, never by its value, and the other rows are read."""
    data = jsonl(message(usage={"input_tokens": count, "output_tokens": 1}), message(id="msg_2"))
    first, second = rows(data)
    assert first.message.startswith("input_tokens is ")
    assert second.call_id == "msg_2"


def test_an_error_body_is_unbilled() -> None:
    """A failed call costs nothing and is counted."""
    assert aggregated(jsonl({"type": "error", "error": {"type": "overloaded_error"}})).rows.unbilled == 1


def test_a_bare_usage_object_takes_the_model_of_the_flag() -> None:
    """Alone it says nothing of its model."""
    bare = jsonl({"input_tokens": 1000, "output_tokens": 0})
    assert aggregated(bare).rows.unpriced == 1
    assert usd(bare, model="claude-opus-4-6") == dollars((1000, "5"))


@pytest.mark.parametrize(
    "wrapper",
    [
        lambda m: {"response": m},
        lambda m: {"custom_id": "a", "response": {"status_code": 200, "body": m}},
        lambda m: {"message": m},
        lambda m: {"data": m},
        lambda m: {"responses": [m]},
        lambda m: [m],
        lambda m: {"request": {"model": "x", "messages": []}, "response": m},
        lambda m: {"model": m["model"], "usage": m["usage"]},
        lambda m: {"request": {"model": m["model"], "messages": []}, "usage": m["usage"]},
    ],
)
def test_wrappers_change_no_amount(wrapper: Any) -> None:
    """What people put around a response is taken off."""
    assert usd(jsonl(wrapper(message()))) == usd(jsonl(message()))


@pytest.mark.parametrize("day", ["2026-06-29T23:00:00-05:00", 1782792000, "Tue, 30 Jun 2026 04:00:00 GMT"])
def test_a_wrapper_gives_the_day(day: Any) -> None:
    """ISO texts, epochs and HTTP dates are days in UTC."""
    assert str(row(jsonl({"ts": day, "response": message()})).day) == "2026-06-30"


def test_an_unreadable_day_is_none_and_said() -> None:
    """Such a row takes the day that undated rows take."""
    result = row(jsonl({"ts": "yesterday", "response": message()}))
    assert result.day is None
    assert len(result.warnings) == 1


def batch(kind: str, **result: Any) -> dict[str, Any]:
    return {"custom_id": "q", "result": {"type": kind, **result}}


@pytest.mark.parametrize("tier", [None, "batch", "standard"])
def test_a_batch_result_is_halved_exactly_once(tier: str | None) -> None:
    """The format decides the tier, whatever the message says of it."""
    usage = {"input_tokens": 100, "output_tokens": 10, "service_tier": tier}
    data = jsonl(batch("succeeded", message=message(usage=usage)))
    assert usd(data) == usd(jsonl(message())) / 2


def test_only_what_succeeded_in_a_batch_is_billed() -> None:
    """Errors are nested once or twice, and some outcomes say nothing more."""
    nested = {"type": "error", "error": {"type": "invalid_request_error"}}
    data = jsonl(
        batch("succeeded", message=message()),
        batch("errored", error={"type": "error", "error": nested}),
        batch("errored", error=nested),
        batch("canceled"),
        batch("expired"),
    )
    result = aggregated(data)
    assert (result.rows.priced, result.rows.unbilled, result.rows.read) == (1, 4, 5)


def test_a_succeeded_result_without_its_message_is_invalid() -> None:
    """It was billed and cannot be priced."""
    assert "no message" in invalid(jsonl(batch("succeeded"))).message


def test_custom_ids_group_and_do_not_identify() -> None:
    """People use the same ids in every batch."""
    data = jsonl(*(batch("succeeded", message=message(id=f"msg_{n}")) for n in range(2)))
    assert aggregated(data).rows.priced == 2
    assert row(jsonl(batch("succeeded", message=message()))).dimensions == (("custom_id", "q"),)
