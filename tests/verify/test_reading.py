"""Recordings in the forms that tools write, and what is not one."""

from __future__ import annotations

import base64
import gzip
import json
import urllib.error
import urllib.request
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from budgetcalc.errors import InputError, UsageError
from budgetcalc.readers.recordings import read_recordings
from budgetcalc.recordings import InvalidRecord, LeftOut, Recording

from .calls import EVENTS, HELLO_TOKENS, message, record, request, serving, sse

URL = "https://api.anthropic.com/v1/messages"


def read(path: Any) -> list[Any]:
    """Return the records of an input."""
    return list(read_recordings(str(path)))


def tokens(path: Any) -> list[int]:
    """Return what was billed for each recording; everything has to be one."""
    records = read(path)
    assert all(isinstance(each, Recording) for each in records), records
    return [each.input_tokens for each in records]


def interaction(
    body: Any = None, answer: Any = None, url: str = URL, status: Any = None, **request_more: Any
) -> dict[str, Any]:
    """Return an interaction as vcrpy writes it."""
    return {
        "request": {
            "method": "POST",
            "uri": url,
            "headers": {"anthropic-version": ["2023-06-01"]},
            "body": json.dumps(request()) if body is None else body,
            **request_more,
        },
        "response": {
            "status": status or {"code": 200, "message": "OK"},
            "headers": {"Date": ["Sun, 01 Mar 2026 10:00:00 GMT"]},
            "body": {"string": json.dumps(message()) if answer is None else answer},
        },
    }


def cassette(folder: Path, *interactions: Any, name: str = "cassette.yaml", **more: Any) -> Path:
    """Write a cassette."""
    path = folder / name
    document = {"interactions": list(interactions), "version": 1, **more}
    path.write_text(yaml.dump(document) if name.endswith("yaml") else json.dumps(document), encoding="utf-8")
    return path


# ---- what vcrpy really writes ------------------------------------------------------------------------------


@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_a_cassette_that_vcrpy_wrote(tmp_path: Path, serializer: str) -> None:
    """Calls, streams, counts and errors that vcrpy recorded from a server are read as what they are."""
    import vcr

    path = tmp_path / f"cassette.{serializer}"
    with serving() as server, vcr.use_cassette(str(path), serializer=serializer, record_mode="all"):
        for end, body in (
            ("", request("Grüße, Claude's\nfriend")),
            ("", request(stream=True)),
            ("/count_tokens", {"model": "claude-haiku-4-5", "messages": request()["messages"]}),
            ("/batches", {"requests": []}),
        ):
            call = urllib.request.Request(
                f"{server.url}/v1/messages{end}?beta=true",
                json.dumps(body).encode(),
                {"content-type": "application/json", "anthropic-version": "2023-06-01"},
            )
            urllib.request.urlopen(call).read()
        server.script.append((429, {}, {"type": "error", "error": {"type": "rate_limit_error"}}))
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(call)
        call.full_url = f"{server.url}/v1/messages"
        server.script.append((529, {}, {"type": "error", "error": {"type": "overloaded_error"}}))
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(call)
    records = read(path)
    assert [each.input_tokens for each in records if isinstance(each, Recording)] == [
        HELLO_TOKENS,
        4 + 6,
        HELLO_TOKENS,
    ]
    assert [each.reason for each in records if isinstance(each, LeftOut)] == [
        "the API answered with an error"
    ]


def test_the_official_sdk_recorded_by_vcrpy(tmp_path: Path) -> None:
    """What the anthropic SDK sends and gets, recorded by vcrpy, is read; its betas are those of the headers."""
    import anthropic
    import vcr

    path = tmp_path / "sdk.yaml"
    with serving() as server, vcr.use_cassette(str(path), record_mode="all"):
        client = anthropic.Anthropic(base_url=server.url, api_key="test")
        client.messages.create(**request())
        client.beta.messages.create(**request(), betas=["interleaved-thinking-2025-05-14"])
        for _ in client.messages.create(**request(), stream=True):
            pass
    first, second, third = read(path)
    assert [each.input_tokens for each in (first, second, third)] == [HELLO_TOKENS, HELLO_TOKENS, 4 + 6]
    assert second.request.betas == {"interleaved-thinking-2025-05-14"}
    assert (first.request.betas, first.request.betas_known) == (frozenset(), True)


# ---- bodies ------------------------------------------------------------------------------------------------

RAW = json.dumps(message()).encode()


@pytest.mark.parametrize(
    "answer",
    [
        RAW.decode(),
        RAW,
        gzip.compress(RAW),
        zlib.compress(RAW),
        base64.b64encode(RAW).decode(),
        base64.b64encode(gzip.compress(RAW)).decode(),
        sse(),
        sse().encode(),
        gzip.compress(sse().encode()),
    ],
    ids=[
        "text",
        "bytes",
        "gzip",
        "zlib",
        "base64",
        "base64 of gzip",
        "events",
        "event bytes",
        "gzipped events",
    ],
)
def test_a_body_is_read_however_it_was_kept(tmp_path: Path, answer: Any) -> None:
    """Text, bytes, gzip, base64 and streams of events hold the same count."""
    assert tokens(cassette(tmp_path, interaction(answer=answer))) == [HELLO_TOKENS]


def test_requests_in_bytes_and_gzip(tmp_path: Path) -> None:
    """A request's body is read in the same forms as a response's."""
    body = json.dumps(request("日本")).encode()
    path = cassette(tmp_path, interaction(body=body), interaction(body=gzip.compress(body)))
    first, second = read(path)
    assert first.request.messages == second.request.messages
    assert first.request.body["messages"][0]["content"] == "日本"


def test_parsed_bodies_keep_their_types(tmp_path: Path) -> None:
    """A cassette with bodies as YAML (as pydantic-ai keeps them) has numbers, booleans and null where they were."""
    call = interaction()
    tool = {
        "name": "f",
        "input_schema": {"type": "object", "default": None, "x": [True, 1.5, "no", "2026-01-01"]},
    }
    call["request"] |= {"body": None, "parsed_body": request(tools=[tool])}
    call["response"] = {"status": {"code": 200}, "parsed_body": message()}
    (one,) = read(cassette(tmp_path, call))
    assert one.request.body == request(tools=[tool])
    assert one.input_tokens == HELLO_TOKENS


def test_bedrock_streams_are_read(tmp_path: Path) -> None:
    """The binary frames of a Bedrock stream hold the events; the model is that of the address."""
    frames = b"".join(
        b"\x00\x00\x01"
        + json.dumps(
            {"bytes": base64.b64encode(json.dumps(each).encode()).decode()}, separators=(",", ":")
        ).encode()
        for each in EVENTS
    )
    body = {key: value for key, value in request().items() if key != "model"}
    url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke-with-response-stream"
    (one,) = read(cassette(tmp_path, interaction(json.dumps(body), frames, url)))
    assert (one.model, one.input_tokens) == ("anthropic.claude-3-haiku-20240307-v1:0", 4 + 6)


@pytest.mark.parametrize(
    ("answer", "message_"),
    [
        ("\u2028 no json", "neither JSON nor a stream"),
        (gzip.compress(RAW)[:-9], "cut"),
        (b"\x1b\x80\xff" + RAW[:9], "compressed in a way that is not read"),
        (RAW.decode()[:-3], "cut, or no JSON"),
    ],
    ids=["other text", "cut gzip", "brotli", "cut JSON"],
)
def test_a_body_that_cannot_be_read_is_invalid(tmp_path: Path, answer: Any, message_: str) -> None:
    """A body that is cut or packed in an unknown way makes its record invalid, and the others are read."""
    first, second = read(cassette(tmp_path, interaction(answer=answer), interaction()))
    assert isinstance(first, InvalidRecord)
    assert message_ in first.message
    assert isinstance(second, Recording)


def test_a_stream_without_counts_is_skipped(tmp_path: Path) -> None:
    """A stream that was cut before its usage says nothing of its input."""
    events = [{"type": "message_start", "message": {"type": "message", "model": "claude-haiku-4-5"}}]
    (one,) = read(cassette(tmp_path, interaction(answer=sse(events))))
    assert isinstance(one, LeftOut)
    assert one.reason == "the recorded stream ends before its usage"


# ---- other tools' cassettes --------------------------------------------------------------------------------


def test_cassettes_of_ruby(tmp_path: Path) -> None:
    """Ruby's VCR: http_interactions, bodies with an encoding, the moment of the call."""
    path = tmp_path / "ruby.yml"
    call = {
        "request": {
            "method": "post",
            "uri": URL,
            "body": {"encoding": "UTF-8", "string": json.dumps(request())},
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "body": {"encoding": "ASCII-8BIT", "base64_string": base64.b64encode(RAW).decode()},
        },
        "recorded_at": "Sun, 01 Mar 2026 10:00:00 GMT",
    }
    path.write_text(
        f"---\n{yaml.dump({'http_interactions': [call], 'recorded_with': 'VCR 6.2.0'})}", encoding="utf-8"
    )
    (one,) = read(path)
    assert (one.input_tokens, str(one.date)) == (HELLO_TOKENS, "2026-03-01")


def test_cassettes_of_go(tmp_path: Path) -> None:
    """Go's VCR: bodies as text, the status as a sentence."""
    call = {
        "id": 0,
        "request": {
            "method": "POST",
            "url": URL,
            "body": json.dumps(request()),
            "headers": {"Anthropic-Beta": ["a-1"]},
        },
        "response": {"status": "200 OK", "code": 200, "body": json.dumps(message())},
    }
    (one,) = read(cassette(tmp_path, call))
    assert (one.input_tokens, one.request.betas) == (HELLO_TOKENS, {"a-1"})


def test_har_archives(tmp_path: Path) -> None:
    """A HAR archive of a proxy or browser: entries with postData and content; other calls are passed over."""
    entry = {
        "startedDateTime": "2026-03-01T10:00:00.000Z",
        "request": {
            "method": "POST",
            "url": URL,
            "headers": [{"name": "anthropic-beta", "value": "a-1"}],
            "postData": {"mimeType": "application/json", "text": json.dumps(request())},
        },
        "response": {
            "status": 200,
            "content": {
                "mimeType": "application/json",
                "text": base64.b64encode(RAW).decode(),
                "encoding": "base64",
            },
        },
    }
    other = {
        "request": {"method": "GET", "url": "https://example.com/", "headers": []},
        "response": {"status": 200, "content": {"text": "<html>"}},
    }
    path = tmp_path / "proxy.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": [other, entry]}}), encoding="utf-8")
    (one,) = read(path)
    assert (one.input_tokens, str(one.date), one.request.betas) == (HELLO_TOKENS, "2026-03-01", {"a-1"})


def test_lines_of_requests_with_their_responses(jsonl: Any) -> None:
    """A log of one's own may keep the response instead of its usage, parsed or as text."""
    path = jsonl(
        {"request": request(), "response": message()},
        {
            "request": {"url": URL, "body": json.dumps(request())},
            "response": {"status_code": 200, "body": sse()},
        },
        {"request": request(), "response": {"input_tokens": HELLO_TOKENS}},
    )
    assert tokens(path) == [HELLO_TOKENS] * 3


def test_converse_counts_have_other_names(jsonl: Any) -> None:
    """Bedrock Converse's usage is the same three buckets under other names."""
    body = {
        "messages": [{"role": "user", "content": [{"text": "Hello, Claude"}]}],
        "inferenceConfig": {"maxTokens": 9},
    }
    usage = {"inputTokens": 4, "cacheReadInputTokens": 5, "cacheWriteInputTokens": 1, "outputTokens": 2}
    path = jsonl({"request": body, "usage": usage, "model": "claude-haiku-4-5"})
    assert tokens(path) == [4 + 5 + 1]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1/chat/completions",
        "https://api.openai.com/v1/threads/t/messages",
        "https://api.anthropic.com/v1/messages/batches",
        "https://api.anthropic.com/v1/models",
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1/invoke",
    ],
)
def test_calls_of_other_endpoints_are_passed_over(tmp_path: Path, url: str) -> None:
    """Only calls of the Messages API are records; a cassette without any is refused by name."""
    assert tokens(cassette(tmp_path, interaction(url=url), interaction())) == [HELLO_TOKENS]
    with pytest.raises(InputError, match="no recording of a Messages call"):
        read(cassette(tmp_path, interaction(url=url)))


@pytest.mark.parametrize(
    "url",
    [
        "https://gateway.example/anthropic/v1/messages",
        "https://eu-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/claude-haiku-4-5@20251001:rawPredict",
        "http://localhost:4000/v1/messages/count_tokens?beta=true",
    ],
)
def test_compatible_endpoints_are_read(tmp_path: Path, url: str) -> None:
    """Gateways and other clouds speak the same API under another address."""
    assert tokens(cassette(tmp_path, interaction(url=url))) == [HELLO_TOKENS]


# ---- folders -----------------------------------------------------------------------------------------------


def test_a_folder_of_pairs(tmp_path: Path) -> None:
    """A folder is searched through: pairs in one file, pairs in two, cassettes; other files are let alone."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.json").write_text(json.dumps(record()), encoding="utf-8")
    (tmp_path / "b.request.json").write_text(json.dumps(request()), encoding="utf-8")
    (tmp_path / "b.response.json").write_text(json.dumps(message(11)), encoding="utf-8")
    (tmp_path / "c.request.json").write_text(json.dumps(request()), encoding="utf-8")
    (tmp_path / "c.usage.json").write_text(json.dumps({"input_tokens": 12}), encoding="utf-8")
    cassette(tmp_path / "deep", interaction(answer=json.dumps(message(13))))
    (tmp_path / "package.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "settings.yaml").write_text("a: [1, 2]\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(json.dumps(record(tokens=14)).encode()))
    assert tokens(tmp_path) == [10, 11, 12, 14, 13]


def test_a_broken_file_of_a_folder_is_one_invalid_record(tmp_path: Path) -> None:
    """One file that cannot be read does not keep the others from being read."""
    (tmp_path / "a.yaml").write_text("interactions: [\n", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(record()), encoding="utf-8")
    first, second = read(tmp_path)
    assert isinstance(first, InvalidRecord)
    assert "a.yaml:2" in first.location
    assert isinstance(second, Recording)


def test_groups_for_cross_validation(jsonl: Any, tmp_path: Path) -> None:
    """A record belongs to its own family or source, else to the input it was read from."""
    path = jsonl(
        record(family="a"), record(source={"repo": "b/b"}), record(source="c"), record(), name="x.jsonl"
    )
    assert [each.group for each in read(path)] == ["a", "b/b", "c", path]
    assert {each.group for each in read(tmp_path)} == {"a", "b/b", "c", str(tmp_path)}


# ---- what cannot be compared -------------------------------------------------------------------------------

IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
FILE = {"type": "document", "source": {"type": "file", "file_id": "file_1"}}
SEARCH = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}


def asking(*blocks: Any) -> dict[str, Any]:
    """Return a request with these blocks."""
    return {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            {
                "request": request(),
                "usage": {"input_tokens": 9, "iterations": [{"type": "message"}, {"type": "message"}]},
            },
            "the server called tools",
        ),
        (
            {
                "request": request(),
                "usage": {"input_tokens": 9, "server_tool_use": {"web_search_requests": 1}},
            },
            "the server called tools",
        ),
        ({"request": request(), "response": {**message(), "content": [SEARCH]}}, "the server called tools"),
        (
            {"request": request(), "response": {**message(), "context_management": {"applied_edits": [{}]}}},
            "the server edited the context",
        ),
        (
            {"request": request(), "response": {"type": "error", "error": {"type": "x"}}},
            "answered with an error",
        ),
        ({"request": request(), "response": {"status": 500, "body": "oops"}}, "answered with an error"),
        ({"request": asking(IMAGE), "usage": {"input_tokens": 9}}, "by reference"),
        ({"request": asking(FILE), "usage": {"input_tokens": 9}}, "by reference"),
        (
            {"request": asking({"type": "container_upload", "file_id": "f"}), "usage": {"input_tokens": 9}},
            "by reference",
        ),
        (
            {"request": request(mcp_servers=[{"url": "https://m"}]), "usage": {"input_tokens": 9}},
            "MCP server",
        ),
        ({"request": request(container={"skills": []}), "usage": {"input_tokens": 9}}, "container"),
        ({"request": request(), "usage": {"input_tokens": 0}}, "no input was billed"),
        ({"request": request(), "usage": {"output_tokens": 5}}, "no usage stands beside"),
        (
            {"request": request(), "usage": {"input_tokens": 9}, "input_determinable": False},
            "cannot be determined",
        ),
        (
            {"request": request(), "usage": {"input_tokens": 9}, "caveats": ["server_tool_loop"]},
            "the server called tools",
        ),
        (request(), "no usage stands beside the request"),
        (message(), "no request stands beside the usage"),
    ],
)
def test_what_cannot_be_compared_is_skipped_with_its_reason(jsonl: Any, value: Any, reason: str) -> None:
    """A total that cannot be worked out from the request is left out and said, never compared."""
    first, second = read(jsonl(value, record()))
    assert isinstance(first, LeftOut), first
    assert reason in first.reason
    assert isinstance(second, Recording)


def test_one_iteration_is_one_pass(jsonl: Any) -> None:
    """A usage with a single message iteration is that of one pass over the request."""
    usage = {
        "input_tokens": 10,
        "iterations": [{"type": "message"}],
        "server_tool_use": {"web_search_requests": 0},
    }
    assert tokens(jsonl({"request": request(), "usage": usage})) == [10]


def test_transcripts_of_claude_code_do_not_hold_enough(jsonl: Any) -> None:
    """A transcript's calls are counted and skipped with the reason; a line with the whole request is used."""
    line = {
        "type": "assistant",
        "sessionId": "s",
        "uuid": "u",
        "message": {"role": "assistant", "model": "claude-haiku-4-5", "usage": {"input_tokens": 9}},
    }
    user = {"type": "user", "sessionId": "s", "uuid": "u", "message": {"role": "user", "content": "hi"}}
    records = read(jsonl(user, line, line, {"sessionId": "s", **record()}))
    assert [type(each) for each in records] == [LeftOut, LeftOut, Recording]
    assert "neither the system prompt nor the tools" in records[0].reason


def test_the_debug_log_of_the_sdk_does_not_hold_enough(tmp_path: Path) -> None:
    """ANTHROPIC_LOG=debug writes requests and no usage: each is counted and skipped with the reason."""
    path = tmp_path / "sdk.log"
    with serving() as server:
        import subprocess
        import sys

        code = (
            "import anthropic; c = anthropic.Anthropic();"
            "m = [{'role': 'user', 'content': 'hello'}];"
            "[c.messages.create(model='claude-haiku-4-5', max_tokens=9, messages=m) for _ in range(2)]"
        )
        import os

        env = os.environ | {
            "ANTHROPIC_LOG": "debug",
            "ANTHROPIC_BASE_URL": server.url,
            "ANTHROPIC_API_KEY": "k",
        }
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=True)
    path.write_bytes(done.stderr)
    records = read(path)
    assert [type(each) for each in records] == [LeftOut, LeftOut]
    assert "not the usage" in records[0].reason


# ---- hostile input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message_"),
    [
        ({"request": request(), "usage": {"input_tokens": -1}}, "no number of tokens"),
        ({"request": request(), "usage": {"input_tokens": 1.5}}, "no number of tokens"),
        ({"request": request(), "usage": {"input_tokens": True}}, "no number of tokens"),
        ({"request": request(), "usage": {"input_tokens": 10**30}}, "no number of tokens"),
        (
            {"request": {"prompt": "secret words"}, "usage": {"input_tokens": 9}},
            "no body of the Messages API",
        ),
        ({"request": {"messages": "secret words"}, "usage": {"input_tokens": 9}}, "expected a list"),
        ({"request": "secret words", "usage": {"input_tokens": 9}}, "no body of the Messages API"),
        ({"secret words": 1}, "no recording"),
        (["secret words"], None),
        (42, "no recording"),
    ],
)
def test_what_is_no_record_is_invalid_and_never_quoted(jsonl: Any, value: Any, message_: str | None) -> None:
    """A record that cannot be read is one invalid record with its line; its text is not repeated."""
    records = read(jsonl(record(), value))
    assert isinstance(records[0], Recording)
    if message_ is None:
        assert len(records) == 1
        return
    assert isinstance(records[1], InvalidRecord)
    assert message_ in records[1].message
    assert records[1].source.line == 2
    assert "secret" not in records[1].message + records[1].hint


def test_a_line_that_was_cut_off_is_invalid(tmp_path: Path) -> None:
    """A last line that is not whole is counted, as everywhere."""
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps(record()) + "\n" + json.dumps(record())[:30], encoding="utf-8")
    assert [type(each) for each in read(path)] == [Recording, InvalidRecord]


def test_cassettes_make_no_objects(tmp_path: Path) -> None:
    """A tag that would make an object is text, and nesting is bounded."""
    path = tmp_path / "c.yaml"
    path.write_text("interactions:\n- !!python/object/apply:os.system ['true']\n", encoding="utf-8")
    with pytest.raises(InputError, match="no recording"):
        read(path)
    path.write_text("interactions:\n- " + "[" * 5000, encoding="utf-8")
    with pytest.raises(InputError, match="nested deeper than 256 levels"):
        read(path)


def test_references_in_cassettes(tmp_path: Path) -> None:
    """vcrpy writes what is said twice as a reference: it stands for the same value, and a cycle ends."""
    shared = {"anthropic-version": ["2023-06-01"]}
    calls = [interaction(), interaction()]
    for call in calls:
        call["request"]["headers"] = shared
    path = cassette(tmp_path, *calls)
    assert "*id001" in path.read_text(encoding="utf-8")
    assert [each.request.betas_known for each in read(path)] == [True, True]
    path.write_text("interactions: &a\n- request: *a\n  response: *a\n", encoding="utf-8")
    with pytest.raises(InputError, match="no recording"):
        read(path)


def test_references_that_multiply_are_refused(tmp_path: Path) -> None:
    """A few references that stand for billions of values are refused at once, with their place."""
    levels = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12))]
    path = tmp_path / "c.yaml"
    path.write_text(
        "\n".join([*levels, "interactions:", "- request: {parsed_body: {messages: *a11}}"]), encoding="utf-8"
    )
    with pytest.raises(InputError, match="more than 10,000,000 values"):
        read(path)


def test_deep_lists_and_long_blanks_are_no_records(jsonl: Any, tmp_path: Path) -> None:
    """Lists in lists are no records, and a body of blanks is looked at once."""
    path = tmp_path / "deep.json"
    path.write_text("[" * 500 + "]" * 500, encoding="utf-8")
    with pytest.raises(InputError, match="no recording"):
        read(path)
    (one,) = read(jsonl({"request": request(), "response": {"status": 200, "body": " " * 300_000 + "!"}}))
    assert isinstance(one, InvalidRecord)


def test_line_separators_inside_a_stream(tmp_path: Path) -> None:
    """U+2028 inside a string of a stream does not end its line."""
    started = {**EVENTS[0], "message": {**EVENTS[0]["message"], "id": "a\u2028b"}}
    text = sse(EVENTS[1:])
    answer = f"data: {json.dumps(started, ensure_ascii=False)}\n\n{text}"
    assert tokens(cassette(tmp_path, interaction(answer=answer))) == [4 + 6]


def test_an_unknown_input_format_is_refused(jsonl: Any) -> None:
    """``input_format`` names one of the forms that are read."""
    with pytest.raises(UsageError, match="no input format of recordings"):
        list(read_recordings(jsonl(record()), input_format="csv"))
    assert len(list(read_recordings(jsonl(record()), input_format="records"))) == 1
