"""Streams: counts are cumulative, so a later one replaces an earlier one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from budgetcalc.cli.app import app
from budgetcalc.usage import CUT_OFF

from .priced import aggregated, jsonl, message, row, rows, sse, tokens, usd


def start(**changes: Any) -> dict[str, Any]:
    usage = {
        "input_tokens": 2679,
        "output_tokens": 3,
        "service_tier": "standard",
        "cache_read_input_tokens": 7,
    }
    return {"type": "message_start", "message": message(stop_reason=None, usage=usage, **changes)}


def delta(**usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage}


STOP = {"type": "message_stop"}
CHATTER = ({"type": "ping"}, {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}})


@pytest.mark.parametrize("written", [sse, jsonl])
def test_the_last_count_of_a_stream_counts(written: Any) -> None:
    """Input grows with searches, null changes nothing, and nothing is added up."""
    data = written(
        start(),
        *CHATTER,
        delta(output_tokens=50),
        delta(input_tokens=10_682, output_tokens=510, cache_read_input_tokens=None),
        STOP,
    )
    assert (tokens(data).uncached_input, tokens(data).output, tokens(data).cache_read) == (10_682, 510, 7)
    assert row(data).warnings == ()


def test_a_stream_and_its_message_are_one_call() -> None:
    """The log of a response and the response itself cost once, in either order."""
    log = sse(start(), delta(output_tokens=510), STOP)
    usage = {"input_tokens": 2679, "output_tokens": 510, "cache_read_input_tokens": 7}
    final = jsonl(message(usage=usage))
    assert usd(log) == usd(final) == usd(log, final) == usd(final, log)


@pytest.mark.parametrize(
    "events", [(start(),), (start(), STOP), (start(), delta(output_tokens=9), {"type": "error", "error": {}})]
)
def test_a_cut_stream_is_a_lower_bound(events: tuple[dict[str, Any], ...]) -> None:
    """What was seen is priced, and said to be incomplete."""
    assert row(sse(*events)).warnings == (CUT_OFF,)


def test_a_report_with_a_cut_stream_is_incomplete(tmp_path: Path) -> None:
    """Its output was counted as far as the log goes: the total says so, and the exit code is 1 unless --lenient."""
    log = tmp_path / "cut.sse"
    log.write_bytes(sse(start()))
    result = CliRunner().invoke(app, ["price", str(log)])
    assert result.exit_code == 1
    assert "INCOMPLETE: a stream was cut off, so the total is a lower bound" in result.stdout
    assert CliRunner().invoke(app, ["price", str(log), "--lenient"]).exit_code == 0
    document = json.loads(CliRunner().invoke(app, ["price", str(log), "-f", "json"]).stdout)
    assert document["complete"] is False
    assert document["warnings"][0] == f"1 row: {CUT_OFF}"


def test_several_streams_follow_each_other() -> None:
    """``message_start`` begins the next one, whether or not the last one ended."""
    data = sse(start(id="a"), delta(output_tokens=1), start(id="b"), delta(output_tokens=2), STOP)
    assert [(each.call_id, each.charges[0].tokens.output) for each in rows(data)] == [("a", 1), ("b", 2)]


def test_data_that_is_no_json_is_one_invalid_row_and_the_stream_goes_on() -> None:
    """Documentation elides payloads, and disks fill up."""
    good = sse(start(), delta(output_tokens=5), STOP).split(b"\n\n")
    data = b"\n\n".join([good[0], b'event: content_block_start\ndata: {"a": ...}', *good[1:]])
    result = aggregated(data)
    assert (result.rows.priced, result.rows.invalid) == (1, 1)
    assert result.invalid[0].line == 5


def test_counts_of_no_known_stream_are_invalid() -> None:
    """The end of an interleaved stream, or a log cut at its start, must not vanish."""
    result = aggregated(sse(start(), delta(output_tokens=5), STOP, delta(output_tokens=9), STOP))
    assert (result.rows.priced, result.rows.invalid) == (1, 1)


def test_comments_and_the_end_mark_are_no_rows() -> None:
    """Some gateways send them."""
    data = b": ping\n\n" + sse(start(), delta(output_tokens=5), STOP) + b"data: [DONE]\n\n"
    assert aggregated(data).rows.read == 1


def test_lines_of_data_need_no_event_names() -> None:
    """``data:`` lines alone are a log, with any line ends."""
    log = sse(start(), delta(output_tokens=5), STOP)
    data_only = b"\r\n".join(each for each in log.splitlines() if not each.startswith(b"event"))
    assert usd(data_only) == usd(log)
