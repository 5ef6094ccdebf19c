"""The fast way through transcripts gives the answer of the general way, whatever the lines hold."""

from __future__ import annotations

import io
import json
import os
import signal
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc import settling
from budgetcalc.calls import Calls
from budgetcalc.errors import BudgetcalcError
from budgetcalc.packed_calls import RECORD, PackedCalls
from budgetcalc.readers.usage import read_usage, transcript_packing, transcripts, two_processes
from budgetcalc.readers.usage.transcript_view import compiled_pieces
from budgetcalc.usage import InvalidRow, UsageRow
from budgetcalc.usage_question import UsageQuestion

from .priced import ON, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from budgetcalc.usage_run import Row

COUNTS = st.sampled_from([0, 1, 7, 12, 180_000, 250_000])
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2.0,
    2.5,
    2**32,
    10**16,
    "",
    "é",
    "us",
    [],
    {},
    {"type": "x"},
    [{"type": "fallback"}],
]
TYPES = ["user", "summary", "system", "error", "message", "result", "ping", "message_start", "new", None, 3]


def plain_line(draw: st.DrawFn) -> dict[str, Any]:
    five, hour = draw(COUNTS), draw(COUNTS)
    return {
        "parentUuid": "p",
        "isSidechain": draw(st.sampled_from([False, False, True])),
        "cwd": draw(st.sampled_from(["/a", "/b"])),
        "sessionId": draw(st.sampled_from(["s1", "s2"])),
        "version": "2.1.0",
        "type": "assistant",
        "uuid": draw(st.sampled_from(["u1", "u2"])),
        "requestId": draw(st.sampled_from(["r1", "r1", "r2", None])),
        "timestamp": draw(
            st.sampled_from(["2026-10-01T10:00:00.123Z", "2026-10-01T23:30:00Z", "2026-10-02T00:10:00+00:00"])
        ),
        "message": {
            "id": draw(st.sampled_from(["m1", "m1", "m2", "m" * 40])),
            "type": "message",
            "role": "assistant",
            "model": draw(
                st.sampled_from(["claude-opus-4-5-20251101", "claude-sonnet-4-5", "claude-haiku-4-5"])
            ),
            "content": [{"type": "text", "text": draw(st.sampled_from(["a", 'é "\\ \n{', "😀"]))}],
            "stop_reason": draw(st.sampled_from([None, "end_turn"])),
            "usage": {
                "input_tokens": draw(COUNTS),
                "cache_creation_input_tokens": five + hour,
                "cache_creation": {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour},
                "cache_read_input_tokens": draw(COUNTS),
                "output_tokens": draw(COUNTS),
                "service_tier": draw(st.sampled_from(["standard", "standard", "batch"])),
            },
        },
    }


PATHS: list[tuple[str, ...]] = [
    *((name,) for name in ("cwd", "sessionId", "session_id", "version", "requestId", "timestamp", "message")),
    *((name,) for name in ("isSidechain", "forkedFrom", "isApiErrorMessage", "custom_id", "result", "error")),
    *(
        ("message", name)
        for name in ("id", "model", "content", "stop_reason", "usage", "custom_id", "created_at")
    ),
    *(
        ("message", "usage", name)
        for name in (
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "cache_creation",
            "output_tokens",
            "output_tokens_details",
            "server_tool_use",
            "service_tier",
            "inference_geo",
            "speed",
            "iterations",
            "fallback_credit",
        )
    ),
    ("message", "usage", "cache_creation", "ephemeral_1h_input_tokens"),
]
SPECIAL: list[tuple[tuple[str, ...], Any]] = [
    (("message", "model"), "<synthetic>"),
    (("message", "model"), "no-such-model"),
    (("message", "stop_reason"), "refusal"),
    (("isApiErrorMessage",), True),
    (("forkedFrom",), {"sessionId": "s0"}),
    (("timestamp",), "2026-10-01T10:00:00+02:00"),
    (("timestamp",), "2026-10-01"),
    (("timestamp",), 1_790_000_000),
    (("message", "usage", "speed"), "fast"),
    (("message", "usage", "inference_geo"), "us"),
    (("message", "usage", "output_tokens_details"), {"thinking_tokens": 1}),
    (("message", "usage", "server_tool_use"), {"web_search_requests": 2}),
    (("message", "usage", "iterations"), [{"type": "message", "input_tokens": 1, "output_tokens": 7}]),
    (("message", "usage", "iterations"), [{"output_tokens": 7, "model": "claude-haiku-4-5"}]),
    (("message", "usage", "iterations"), [{"type": "compaction", "output_tokens": 7}, {"output_tokens": 7}]),
    (("message", "content"), [{"type": "fallback", "from": {"model": "claude-opus-4-6"}}]),
]


def put(value: dict[str, Any], path: tuple[str, ...], new: Any) -> None:
    *way, last = path
    for name in way:
        value = value.get(name)  # type: ignore[assignment]
        if not isinstance(value, dict):
            return
    value[last] = deepcopy(new)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    value = plain_line(draw)
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        if draw(st.booleans()):
            put(value, *draw(st.sampled_from(SPECIAL)))
        else:
            put(value, draw(st.sampled_from(PATHS)), draw(st.sampled_from(ODD)))
    if draw(st.integers(0, 5)) == 0:
        value["type"] = draw(st.sampled_from(TYPES))
    if draw(st.integers(0, 9)) == 0:  # what alone is rarely a case
        put(value, ("message", "stop_reason"), "refusal")
        put(value, ("message", "usage", "output_tokens"), draw(st.sampled_from([0, 1])))
        put(value, ("message", "content"), [])
    if draw(st.integers(0, 4)) == 0:  # a time and a model with a price for long prompts
        put(value, ("timestamp",), "2025-10-01T10:00:00Z")
        put(value, ("message", "model"), "claude-sonnet-4-5")
    for name in draw(st.sampled_from([[], [], [], ["sessionId"], ["usage"], ["message"], ["requestId"]])):
        value.pop(name, None)
        if isinstance(value.get("message"), dict):
            value["message"].pop(name, None)
    spacing = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " : ")]))
    data = json.dumps(value, separators=spacing, ensure_ascii=draw(st.booleans())).encode()
    match draw(st.integers(0, 24)):
        case 0:
            return data[: draw(st.integers(0, len(data)))]
        case 1:
            return data + draw(st.sampled_from([b" {}", b"}", b"\r", b" ", b"\r" + data]))
        case 2:
            return draw(
                st.sampled_from(
                    [b"", b"{", b"[]", b"{}", b"\xff", b"\xef\xbb\xbf" + data, b"null", b'{"a":"\xff"}']
                )
            )
        case 3:
            at = draw(st.integers(0, len(data)))
            return data[:at] + draw(st.binary(max_size=2)) + data[at + 1 :]
        case _:
            return data


FILES = st.lists(st.lists(lines(), min_size=1, max_size=7), min_size=1, max_size=3)
QUESTIONS = st.sampled_from(
    [
        UsageQuestion(catalogue(), ON),
        UsageQuestion(catalogue(), ON, by=("model", "day", "session"), zone=ZoneInfo("Europe/Berlin")),
        UsageQuestion(catalogue(), ON, by=("project", "file"), since=date(2026, 10, 2)),
        UsageQuestion(catalogue(), ON, zone=ZoneInfo("America/Los_Angeles"), where=(("day", "2026-10-01"),)),
        UsageQuestion(
            catalogue(), ON, where=(("model", "claude-haiku-4-5"), ("session", "s1")), model="claude-opus-4-6"
        ),
    ]
)


ENGINES = [transcript_packing.pieces, *filter(None, [compiled_pieces()])]
"""What takes lines apart: Python with msgspec, and compiled code where there is a compiler."""


def read(data: bytes, *, packs: bool, engine: Any = transcripts.pieces_of) -> list[Row | str]:
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(transcripts, "pieces_of", engine)
            return list(read_usage("-", stdin=io.BytesIO(data), packs=packs))
    except BudgetcalcError as error:
        return [str(error)]


def answer(question: UsageQuestion, rows: Iterable[Any]) -> Any:
    result = question.aggregation()
    result.add_all(rows)
    result.finish()
    groups = list(result.groups.items())
    return (
        groups,
        result.rows,
        result.unpriced,
        result.invalid,
        list(result.warnings.items()),
        result.undated_rows,
    )


def settled(rows: Iterable[Row]) -> list[tuple[UsageRow, int]]:
    calls = Calls()
    for row in rows:
        if isinstance(row, PackedCalls):
            calls.add_packed(row)
        elif isinstance(row, UsageRow) and row.call_id is not None:
            calls.add(row)
    return list(calls.settled())


@settings(max_examples=600, deadline=None)
@given(FILES, QUESTIONS)
def test_all_ways_give_one_answer(files: list[list[bytes]], question: UsageQuestion) -> None:
    """The general way and the fast one, by whatever takes the lines apart."""

    def said(**way: Any) -> Any:
        rows = [row for file in files for row in read(b"\n".join(file), **way)]
        errors = [row for row in rows if isinstance(row, str)]
        found = [row for row in rows if not isinstance(row, str)]
        return errors, settled(found), answer(question, found)

    general = said(packs=False)
    for engine in ENGINES:
        for few in (0, 1_000):  # summed by compiled code, where there is some, and in Python
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(settling, "A_FEW", few)
                assert said(packs=True, engine=engine) == general


@settings(max_examples=200, deadline=None)
@given(FILES, QUESTIONS)
def test_sums_are_those_of_calls_one_by_one(files: list[list[bytes]], question: UsageQuestion) -> None:
    """What calls sum up to is what they are, priced each for itself."""
    rows = [
        each for file in files for each in read(b"\n".join(file), packs=True) if not isinstance(each, str)
    ]
    alone: list[Row] = [replace(row, call_id=None, request_id=None) for row, _ in settled(rows)]
    alone += [row for row in rows if isinstance(row, InvalidRow) or getattr(row, "call_id", "") is None]
    groups, counts, unpriced, invalid, warnings, undated = answer(question, rows)
    other = answer(question, [row for row in alone if not isinstance(row, PackedCalls)])
    assert dict(groups) == dict(other[0])
    assert replace(counts, deduplicated=0) == replace(other[1], deduplicated=0)
    assert (unpriced, invalid, dict(warnings), undated) == (other[2], other[3], dict(other[4]), other[5])


def test_lines_of_another_format_do_not_hide_calls(tmp_path: Path) -> None:
    """After many lines that are no transcript's the rest is read as exactly as before."""
    strange = b'{"type": "message", "role": "assistant", "id": "x%d", "usage": {"input_tokens": 1, "output_tokens": 2}}'
    lines = [line_of(0), *(strange % at for at in range(30)), line_of(2), line_of(4)]
    file = tmp_path / "mixed.jsonl"
    file.write_bytes(b"\n".join(lines))
    ways = [list(read_usage(str(file), packs=packs)) for packs in (True, False)]
    assert settled(ways[0]) == settled(ways[1])
    assert len(settled(ways[0])) == 33


@pytest.mark.parametrize("engine", ENGINES)
def test_an_ordinary_transcript_is_packed_but_for_what_is_unusual(engine: Any) -> None:
    data = b"\n".join(line_of(at) for at in range(4)) + b'\n{"cut\n'
    (packed, invalid) = read(data, packs=True, engine=engine)
    assert isinstance(packed, PackedCalls)
    assert (packed.rows, len(packed.calls)) == (4, 2 * RECORD.size)
    assert isinstance(invalid, InvalidRow)
    assert invalid.line == 5


def line_of(at: int) -> bytes:
    usage = {"input_tokens": 5, "output_tokens": at}
    said = {"id": f"m{at // 2}", "model": "claude-haiku-4-5", "usage": usage}
    value = {"type": "assistant", "sessionId": "s", "requestId": "r", "timestamp": "2026-10-01T00:00:00Z"}
    return json.dumps({**value, "message": said}).encode()


needs_second_process = pytest.mark.skipif(
    not hasattr(os, "memfd_create"), reason="the system has no memory that two processes share by number"
)


@needs_second_process
@pytest.mark.parametrize("fork", ["reads", "fails", "dies"])
def test_two_processes_give_the_rows_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fork: str
) -> None:
    for at in range(6):
        (tmp_path / f"{at}.jsonl").write_bytes(b"\n".join(line_of(n) for n in range(at, 40)) + b'\n{"cut')
    alone = list(read_usage(str(tmp_path), packs=True))
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    monkeypatch.setattr(two_processes, "WORTH_IT", 1)
    parent, forks = os.getpid(), iter(range(1))
    original = two_processes._be_fork

    def be_fork(*args: Any) -> None:
        if fork == "fails":
            raise ValueError
        if fork == "dies":
            os.kill(os.getpid(), 9)
        original(*args)

    monkeypatch.setattr(two_processes, "_be_fork", be_fork)
    start = os.fork
    monkeypatch.setattr(os, "fork", lambda: start() + next(forks))
    together = list(read_usage(str(tmp_path), packs=True))
    assert os.getpid() == parent
    assert next(forks, None) is None
    assert together == alone


@needs_second_process
def test_what_this_process_leaves_is_read_by_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are all there, in the order of the files, wherever the two processes meet."""
    for at in range(9):
        (tmp_path / f"{at}.jsonl").write_bytes(b"\n".join(line_of(n) for n in range(at, 40)) + b'\n{"cut')
    alone = list(read_usage(str(tmp_path), packs=True))
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    monkeypatch.setattr(two_processes, "WORTH_IT", 1)
    monkeypatch.setattr(two_processes, "_MOST_TOKENS", 4)
    own: list[bool] = []
    original, be_fork = two_processes._Fork.take_token, two_processes._be_fork
    waiting, begin = os.pipe()

    def begin_second(*args: Any) -> None:
        os.read(waiting, 1)
        be_fork(*args)

    def take_one(fork: Any) -> bool:
        if own:
            os.write(begin, b".")
            os.waitid(os.P_PID, fork.process, os.WEXITED | os.WNOWAIT)  # it has read all the others
        own.append(original(fork))
        return own[-1]

    monkeypatch.setattr(two_processes, "_be_fork", begin_second)
    monkeypatch.setattr(two_processes._Fork, "take_token", take_one)
    assert list(read_usage(str(tmp_path), packs=True)) == alone
    assert own == [True, False]
    os.close(waiting)
    os.close(begin)


@needs_second_process
def test_a_second_process_that_nobody_asks_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing rows that were never read leaves no process behind."""
    for at in range(3):
        (tmp_path / f"{at}.jsonl").write_bytes(line_of(at))
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    monkeypatch.setattr(two_processes, "WORTH_IT", 1)
    rows: Any = read_usage(str(tmp_path), packs=True)
    rows.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(rows.fork.process, 0)


def test_there_is_no_second_process_where_its_end_would_not_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts this one with SIGCHLD ignored leaves no child to wait for."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1}, raising=False)
    monkeypatch.setattr(os, "memfd_create", lambda name: -1, raising=False)
    monkeypatch.setattr(two_processes.threading, "active_count", lambda: 1)
    for handler, can in ((signal.SIG_IGN, False), (signal.SIG_DFL, True)):
        monkeypatch.setattr(two_processes.signal, "getsignal", lambda number, handler=handler: handler)
        assert two_processes._can_fork() is can


@pytest.mark.parametrize("end", ["x}", "[" * 100_000])
def test_a_line_with_a_huge_number_can_be_broken_behind_it(end: str) -> None:
    """Python refuses the digits first: the line is decoded again, and what is wrong with it then is said."""
    data = line_of(0) + b'\n{"a": ' + b"1" * 5000 + b", " + end.encode() + b"\n"
    for packs in (True, False):
        *_, last = read(data, packs=packs)
        assert isinstance(last, InvalidRow)
        assert last.line == 2
