"""What stands around reports: response headers, comments, line ends, and events over several lines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from budgetcalc.errors import InputError
from budgetcalc.readers.cost_files import read_costs
from budgetcalc.readers.usage.messages import UNKNOWN_TIER
from budgetcalc.readers.usage.values import NOT_JSON
from budgetcalc.usage import InvalidRow

from .priced import aggregated, invalid, jsonl, message, row, rows, sse, usd

START = {"type": "message_start", "message": message(usage={"input_tokens": 100, "output_tokens": 1})}
DELTA = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 10}}
STREAM = sse(START, DELTA, {"type": "message_stop"})
HEADERS = (
    b"HTTP/2 200 \r\ndate: Tue, 30 Jun 2026 04:00:00 GMT\r\ncontent-type: text/event-stream\r\n"
    b"request-id: req_1\r\n\r\n"
)
CALL = usd(jsonl(message()))


def spread(event: dict[str, Any]) -> bytes:
    """An event whose data stands on several lines."""
    lines = "".join(f"data: {text}\n" for text in json.dumps(event, indent=1).split("\n"))
    return f"event: {event['type']}\n{lines}\n".encode()


@pytest.mark.parametrize(
    "first", [b": ping\n\n", b":\n", b": keep-alive\n\n", b":connected\n", b"retry: 3000\n\n", b"id: 7\n"]
)
def test_a_stream_may_begin_with_any_comment_or_field(first: bytes) -> None:
    """Proxies write comments of their own."""
    assert usd(first + STREAM) == CALL


@pytest.mark.parametrize("body", [STREAM, jsonl(message()), json.dumps(message(), indent=2).encode()])
@pytest.mark.parametrize(
    "before", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 Connection established\r\n\r\n"]
)
def test_headers_of_a_saved_response_are_passed_over_and_date_it(before: bytes, body: bytes) -> None:
    """``curl -i`` writes them; the day in them is the day of the call."""
    for headers in (HEADERS, HEADERS.replace(b"\r", b"")):
        found = row(before + headers + body)
        assert str(found.day) == "2026-06-30"
        assert usd(before + headers + body) == CALL


def test_a_row_s_own_date_is_nearer_than_a_header_s() -> None:
    """Headers stand around everything else."""
    assert str(row(HEADERS + jsonl(message(created_at="2026-07-01"))).day) == "2026-07-01"


def test_lines_are_numbered_as_in_the_file_behind_headers_too() -> None:
    """The place of an invalid row is where an editor shows it."""
    found = rows(HEADERS + jsonl(message()) + b"{broken\n")
    assert [(each.line, type(each) is InvalidRow) for each in found] == [(6, False), (7, True)]


@pytest.mark.parametrize("data", [HEADERS, b"HTTP/1.1 200 OK\r\n\r\n"])
def test_headers_alone_are_an_empty_input(data: bytes) -> None:
    """No row came after them."""
    with pytest.raises(InputError, match="empty"):
        rows(data)


def test_the_data_of_an_event_may_stand_on_several_lines() -> None:
    """The format joins them; with the lines of other events around."""
    assert usd(spread(START) + spread(DELTA)) == CALL
    assert usd(spread(START) + sse(DELTA)) == CALL
    assert usd(b"".join(spread(START).split(b"\n\n")) + b"\n" + sse(DELTA)) == CALL


def test_broken_data_lines_are_invalid_one_by_one() -> None:
    """Also where they stand together, and whatever comes after them is read."""
    log = b"event: message_start\ndata: {broken\ndata: again}\n\n" + STREAM
    result = aggregated(log)
    assert (result.rows.invalid, result.rows.priced) == (2, 1)
    without_blanks = b"data: {broken\n" + b"".join(
        b"data: " + json.dumps(each).encode() + b"\n" for each in (START, DELTA)
    )
    result = aggregated(without_blanks)
    assert (result.rows.invalid, result.rows.priced) == (1, 1)


@pytest.mark.parametrize("data", [STREAM, jsonl(message(), message(id="m2")), spread(START) + spread(DELTA)])
def test_carriage_returns_alone_end_lines_too(data: bytes) -> None:
    """An old spreadsheet or a Mac wrote it."""
    assert usd(data.replace(b"\n", b"\r")) == usd(data)
    assert usd(data.replace(b"\n", b"\r").rstrip() + b"\n") == usd(data)


CSV = """usage_date_utc,model_version,api_key,workspace,usage_type,usage_input_tokens_no_cache,\
usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,\
usage_output_tokens,web_search_count
2026-08-05,claude-opus-5,"a, b",Default,standard,100,20,30,40,50,2
"""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "sep=,\n" + text,
        lambda text: '"sep=,"\r\n' + text,
        lambda text: "\ufeffSEP=,\n" + text,
        lambda text: "sep=;\n" + text.replace(",", ";").replace("a; b", "a, b"),
        lambda text: text.replace(",", ";").replace("a; b", "a, b"),
        lambda text: "sep=\t\n" + text.replace(",", "\t").replace("a\t b", "a, b"),
        lambda text: ("sep=,\n" + text).replace("\n", "\r"),
    ],
)
def test_what_spreadsheets_do_to_an_export_changes_nothing(change: Any) -> None:
    """Line ends, a line that names the delimiter, other delimiters."""
    assert usd(change(CSV).encode()) == usd(CSV.encode()) > 0
    assert dict(row(change(CSV).encode()).dimensions)["api_key"] == "a, b"


COST = "usage_date_utc,model,cost_usd\n2026-08-05,Claude Opus 5,{}\n"


@pytest.mark.parametrize("cell", ["1,234", "0,05", "1.234,56"])
def test_a_comma_in_an_amount_between_semicolons_is_refused(tmp_path: Any, cell: str) -> None:
    """1,234 dollars or 1.234: there it is often a decimal comma, and nobody can tell."""
    path = tmp_path / "cost.csv"
    path.write_text(COST.replace(",", ";").format(cell), encoding="utf-8")
    (found,) = read_costs(str(path))
    assert isinstance(found, InvalidRow)
    path.write_text("sep=,\n" + COST.format('"1,234"'), encoding="utf-8")
    (found,) = read_costs(str(path))
    assert getattr(found, "usd", None) == 1234


def test_a_number_of_a_hundred_thousand_digits_is_named_as_such() -> None:
    """It is JSON, and no line that was cut off."""
    long = b'{"usage": {"input_tokens": ' + b"1" * 10**5 + b', "output_tokens": 1}}\n'
    message_ = "a number has more than 4,300 digits; --limit digits=8600 allows more"
    assert invalid(long).message == message_
    first, second, third = rows(jsonl(message()) + long + b'{"cut\n')
    assert (first.call_id, second.message, third.message) == ("msg_1", message_, NOT_JSON)


@pytest.mark.parametrize("tier", ["batch", "priority", "standard"])
def test_a_wrapper_s_tier_is_the_call_s_where_the_usage_says_none(tier: str) -> None:
    """Whoever kept the response may have put it beside; the usage's own word is nearer."""
    wrapped = {"service_tier": tier, "response": message()}
    assert row(jsonl(wrapped)).service_tier == tier
    assert row(jsonl({"service_tier": tier, **message()})).service_tier == tier
    own = message(usage={"input_tokens": 100, "output_tokens": 10, "service_tier": "standard"})
    assert row(jsonl({"service_tier": tier, "response": own})).service_tier == "standard"


def test_a_wrapper_s_batch_is_half_once() -> None:
    """Beside a format that decides the tier nothing is halved again."""
    assert (
        usd(jsonl({"service_tier": "batch", "usage": message()["usage"], "model": "claude-opus-4-6"}))
        == CALL / 2
    )
    result = {
        "custom_id": "a",
        "service_tier": "batch",
        "result": {"type": "succeeded", "message": message()},
    }
    assert usd(jsonl(result)) == CALL / 2


@pytest.mark.parametrize(
    ("tier", "said"), [("auto", ()), ("standard_only", ()), ("gold", (UNKNOWN_TIER,)), (7, ())]
)
def test_what_was_asked_for_is_no_tier(tier: Any, said: tuple[str, ...]) -> None:
    """A request's ``auto`` does not say what was served; a wrapper's own word is doubted, and that is said."""
    found = row(jsonl({"request": {"service_tier": tier, "messages": []}, "response": message()}))
    assert (found.service_tier, found.warnings) == ("standard", said)
