"""Files, folders and standard input: what is recognised, what is refused, and what is only said."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.errors import InputError, UsageError, WrongCommandError
from budgetcalc.readers.byte_streams import Limits
from budgetcalc.readers.usage import read_usage
from budgetcalc.readers.usage.detection import CSV_FORMATS, FORMATS, loaded
from budgetcalc.usage import InvalidRow, UsageRow

from .priced import aggregated, jsonl, line, message, rows, usd

REQUEST = {"model": "claude-opus-4-6", "max_tokens": 9, "messages": [{"role": "user", "content": "secret"}]}


def test_every_format_of_the_table_exists() -> None:
    """Tests and readers are named as text and loaded late."""
    names = [name for each in FORMATS for name in (each.test, each.reader)]
    assert all(loaded(name) for name in names)
    assert any(loaded(each.test) and loaded(each.reader) for each in CSV_FORMATS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(json.dumps(message(), indent=2).encode(), id="pretty"),
        pytest.param(json.dumps([message()], indent=2).encode(), id="a pretty list"),
        pytest.param(b"[\n" + json.dumps(message()).encode() + b"\n]", id="a list with its brackets apart"),
        pytest.param(
            b"[\n" + json.dumps(message()).encode() + b"\n,{}]", id="a list with its comma in front"
        ),
        pytest.param(json.dumps(message()).replace(" 100,", " 100.0,").encode(), id="counts as floats"),
        pytest.param(json.dumps(message()).replace(":", " : ").encode(), id="spaces"),
        pytest.param(b"\xef\xbb\xbf" + jsonl(message()), id="byte order mark"),
        pytest.param(json.dumps(message()).encode("utf-16"), id="UTF-16"),
        pytest.param(gzip.compress(jsonl(message())), id="gzip"),
        pytest.param(b"\r\n\r\n" + jsonl(message()).replace(b"\n", b"\r\n"), id="CRLF and blank lines"),
    ],
)
def test_the_writing_of_a_response_changes_nothing(data: bytes) -> None:
    """Encodings, packing, spaces and line ends."""
    assert usd(data) == usd(jsonl(message()))


def test_documents_in_a_row_are_all_read() -> None:
    """``cat`` puts pretty documents behind each other."""
    pages = [json.dumps(message(id=f"msg_{n}"), indent=1) for n in range(3)]
    assert aggregated("\n".join(pages).encode()).rows.priced == 3


@pytest.mark.parametrize("cut", [b'{"type":"assistant","mess', b"\xff{", b"}", b"[" * 100_000])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_line_that_is_no_json_is_one_invalid_row(cut: bytes, place: int) -> None:
    """Wherever it stands, the others are priced; a last line that was cut off is one of them."""
    lines = [jsonl(line(message=message(id=f"msg_{n}"))).strip() for n in range(2)]
    lines.insert(place, cut)
    result = aggregated(b"\n".join(lines))
    assert (result.rows.priced, result.rows.invalid) == (2, 1)
    assert result.invalid[0].line == place + 1


def test_a_line_over_the_limit_is_one_invalid_row() -> None:
    """It is named by its place and never held."""
    data = jsonl(message()) + b'{"a":"' + b"x" * 5000 + b'"}\n' + jsonl(message(id="msg_2"))
    kinds = [type(each) for each in rows(data, limits=Limits(line=4000))]
    assert kinds == [UsageRow, InvalidRow, UsageRow]


def test_lines_of_several_formats_are_told_apart() -> None:
    """Each line is judged by itself; lines without usage are no rows."""
    data = jsonl(
        {"note": 1},
        message(),
        line(message=message(id="m2")),
        REQUEST,
        {"custom_id": "a", "result": {"type": "expired"}},
    )
    result = aggregated(data)
    assert (result.rows.priced, result.rows.unbilled, result.rows.read) == (2, 1, 3)


@pytest.mark.parametrize(
    ("value", "name", "hint"),
    [
        (REQUEST, "a request", "budgetcalc estimate"),
        ({"requests": [{"custom_id": "a", "params": REQUEST}]}, "a request", "budgetcalc estimate"),
        ({"custom_id": "a", "params": REQUEST}, "a request", "budgetcalc estimate"),
        (REQUEST["messages"], "a conversation", "budgetcalc estimate"),
        (
            {
                "data": [
                    {"starting_at": "2026-01-01T00:00:00Z", "results": [{"amount": "1.5", "currency": "USD"}]}
                ]
            },
            "a cost report",
            "--reconcile",
        ),
        (
            {"type": "session", "usage": {"active_seconds": 3, "input_tokens": 1, "output_tokens": 1}},
            "Managed",
            "Admin",
        ),
        ([{"type": "ai", "data": {"usage_metadata": {"input_tokens": 3}}}], "LangChain", "response_metadata"),
        ({"eval": {}, "stats": {"model_usage": {}}}, "Inspect", "stats"),
        ({"daily": [{"date": "2026-01-01", "totalCost": 3}], "totals": {}}, "ccusage", "price"),
        ({"helicone_request_id": "a"}, "Helicone", "jq"),
        ({"type": "message_batch", "id": "b"}, "batch", "results"),
        ({"schema": "budgetcalc/price/v1", "rows": {}}, "budgetcalc itself", "usage report"),
        ({"input_tokens": 3}, "token counting", "response"),
    ],
)
def test_what_is_known_and_not_priced_is_told_by_name(value: Any, name: str, hint: str) -> None:
    """The message names the format, the hint what to do; neither holds a text."""
    with pytest.raises(WrongCommandError) as caught:
        rows(json.dumps(value).encode())
    assert name in caught.value.message
    assert hint in caught.value.hint
    assert "secret" not in str(caught.value)


def test_usage_that_is_not_read_is_an_invalid_row_among_others() -> None:
    """To leave it out unsaid would make the total wrong."""
    session = {"type": "session", "usage": {"active_seconds": 3}}
    assert aggregated(jsonl(message(), session)).rows.invalid == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\n",
        b"{}",
        b"[]",
        b'{"a": 1}',
        b"Dear all,\n",
        b"[1] a footnote\n",
        b"[" * 900 + b"]" * 900,
        b'{\n"a":\n',
    ],
)
def test_what_holds_nothing_known_is_an_error(data: bytes) -> None:
    """Nothing was priced, so that the question was not answered."""
    with pytest.raises(InputError):
        rows(data)


def test_a_format_can_be_forced() -> None:
    """Other formats are then not looked for; an unknown name is an error."""
    assert len(rows(jsonl(message()), input_format="messages")) == 1
    with pytest.raises(InputError):
        rows(jsonl(message()), input_format="otel")
    with pytest.raises(UsageError, match="no input format"):
        rows(jsonl(message()), input_format="nonsense")


def put(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_a_folder_is_every_report_in_it(tmp_path: Path) -> None:
    """Recursive and in order; what is no report is passed by, what cannot be read is said."""
    put(tmp_path, "b.jsonl", jsonl(message(id="b")))
    put(tmp_path, "a/deep/x.json.gz", gzip.compress(jsonl(message(id="x"))))
    put(tmp_path, "s/subagents/agent-1.jsonl", jsonl(line(message=message(id="sub"))))
    for skipped in (
        "s/subagents/journal.jsonl",
        "s/subagents/agent-1.meta.json",
        "notes.md",
        "s/x.jsonl.bak",
    ):
        put(tmp_path, skipped, jsonl(message(id=skipped)))
    put(tmp_path, "package.json", b'{"name": "x"}')
    put(tmp_path, "request.json", json.dumps(REQUEST).encode())
    put(tmp_path, "empty.jsonl", b"")
    put(tmp_path, "notes.txt", b"Dear all,\n")
    put(tmp_path, "broken.json", b'{\n"a":\n')
    put(tmp_path, "cut.jsonl.gz", gzip.compress(b"{}")[:-3])
    (tmp_path / "a/loop").symlink_to(tmp_path)
    found = list(read_usage(str(tmp_path)))
    calls = [each.call_id for each in found if isinstance(each, UsageRow)]
    assert calls == ["b", "x", "sub"]
    said = {Path(each.file).name for each in found if isinstance(each, InvalidRow)}
    assert said == {"broken.json", "cut.jsonl.gz"}


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything"
)
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    """One file must not cost the others."""
    put(tmp_path, "a.jsonl", jsonl(message()))
    put(tmp_path, "b.jsonl", jsonl(message(id="b")))
    (tmp_path / "a.jsonl").chmod(0)
    assert [type(each) for each in read_usage(str(tmp_path))] == [InvalidRow, UsageRow]


def test_a_large_document_is_no_jsonl() -> None:
    """Lines of a document over a megabyte that happen to be objects do not make it JSONL."""
    many = ",\n".join(json.dumps(message(id=f"msg_{n}", content=["x" * 500])) for n in range(3000))
    assert aggregated(f"[\n{many}\n]".encode()).rows.priced == 3000


def test_a_large_transcript_may_begin_with_half_a_line() -> None:
    """What was cut off its start is one invalid row."""
    many = jsonl(*(line(message=message(id=f"msg_{n}", content=["x" * 500])) for n in range(3000)))
    result = aggregated(b'{"type": "assis\n' + many)
    assert (result.rows.priced, result.rows.invalid) == (3000, 1)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(InputError, match="no such file"):
        list(read_usage(str(tmp_path / "none.jsonl")))
