"""Inputs of `estimate`: every form that is read, what fills it, and every sentence when nothing is."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from budgetcalc.conversation import BatchItem
from budgetcalc.errors import UsageError
from budgetcalc.readers.byte_streams import Limits
from budgetcalc.readers.requests import FailedItem, Item, RequestFill, RequestItem, read_requests

if TYPE_CHECKING:
    from pathlib import Path

BODY = {"model": "claude-opus-4-6", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
SECRET = "the text of a conversation"


def read(data: Any, **options: Any) -> list[Item]:
    """Return the items of what is given on standard input; a value is written as JSON."""
    text = data if isinstance(data, bytes | str) else json.dumps(data)
    stdin = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return list(read_requests("-", stdin=stdin, **options))


def one(data: Any, **options: Any) -> RequestItem:
    (item,) = read(data, **options)
    assert isinstance(item, RequestItem), item
    return item


def failed(data: Any, **options: Any) -> FailedItem:
    (item,) = read(data, **options)
    assert isinstance(item, FailedItem), item
    return item


def jsonl(*values: Any) -> str:
    return "".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values)


# --- forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(BODY, id="body"),
        pytest.param({"params": BODY}, id="SDK arguments"),
        pytest.param({"body": BODY}, id="body wrapper"),
        pytest.param({"request": BODY, "response": {"type": "message"}}, id="recording"),
        pytest.param({"method": "POST", "url": "/v1/messages", "body": BODY}, id="HTTP call"),
        pytest.param(
            {"method": "POST", "url": "/v1/messages", "body": json.dumps(BODY)}, id="HTTP text body"
        ),
        pytest.param({"request": {"method": "POST", "body": BODY}}, id="two wrappers"),
    ],
)
def test_a_messages_request_is_read_through_its_wrappers(value: Any) -> None:
    """A body and the usual wrappers around it give the same request."""
    item = one(value)
    assert (item.request.model, item.request.max_tokens) == ("claude-opus-4-6", 9)
    assert item.request.form == "messages"
    assert item.request.body == BODY
    assert item.source.to_dict() == {"file": "<stdin>"}


@pytest.mark.parametrize(
    "text", [json.dumps(BODY), json.dumps(BODY, indent=2), "\n\n " + json.dumps(BODY) + "\n\n"]
)
def test_white_space_does_not_matter(text: str) -> None:
    """Compact, indented and padded JSON give one request without a line number."""
    assert one(text).source.line is None


@pytest.mark.parametrize("size", [900_000, 1_048_400, 1_048_576, 3_000_000])
def test_a_long_line_alone_is_a_document(size: int) -> None:
    """A request of one long line has no line number, with or without a line break at its end."""
    text = json.dumps({**BODY, "system": "x" * size})
    assert one(text).source.line is None
    assert one(text + "\n").source.line is None
    assert [item.source.line for item in read(text + "\n" + text)] == [1, 2]


def test_a_count_tokens_body_is_known_by_its_missing_max_tokens() -> None:
    """Without max_tokens it is a body for counting."""
    item = one({"model": "claude-opus-4-6", "messages": BODY["messages"]})
    assert item.request.form == "count_tokens"
    assert item.request.max_tokens is None


def test_a_batch_gives_one_item_for_each_request() -> None:
    """Items carry their custom_id, are batch items, and fail alone."""
    bad = {"model": "m", "messages": 5}
    items = read(
        {
            "requests": [
                {"custom_id": "a", "params": BODY},
                {"custom_id": "b", "params": bad},
                {"custom_id": "c"},
                {"custom_id": "a", "params": BODY},
            ]
        }
    )
    assert [item.source.id for item in items] == ["a", "b", "c", "a"]
    first, second, third, fourth = items
    assert isinstance(first, RequestItem)
    assert first.request.batch
    assert first.request.form == "batch"
    assert isinstance(second, FailedItem)
    assert second.location == "<stdin> /requests/1/params/messages"
    assert isinstance(third, FailedItem)
    assert "custom_id" in third.message
    assert isinstance(fourth, RequestItem)
    assert first.request.batch_item == BatchItem("a", 0)
    assert fourth.request.batch_item == BatchItem("a", 3, is_repeated=True)


def test_batch_items_of_jsonl_know_what_came_before() -> None:
    """Lines with a custom_id are items of one batch, counted in bytes; other lines are none of it."""
    line = {"custom_id": "a", "params": BODY}
    first, other, second = read(jsonl(line, BODY, line))
    size = len(json.dumps(line))
    assert isinstance(first, RequestItem)
    assert first.request.batch_item == BatchItem("a", 0, ends_at=size)
    assert isinstance(other, RequestItem)
    assert other.request.batch_item is None
    assert isinstance(second, RequestItem)
    assert second.request.batch_item == BatchItem("a", 1, is_repeated=True, starts_at=size, ends_at=2 * size)


@pytest.mark.parametrize(
    ("around", "version"),
    [
        pytest.param({"headers": {"Anthropic-Version": "2026-10-21"}}, "2026-10-21", id="header"),
        pytest.param({"anthropic-version": "2023-06-01"}, "2023-06-01", id="beside the body"),
        pytest.param({"headers": {"anthropic-version": "**REDACTED**"}}, None, id="masked"),
        pytest.param({}, None, id="unsaid"),
    ],
)
def test_the_api_version_comes_with_the_request(around: dict[str, Any], version: str | None) -> None:
    """What is recorded beside a body says which version of the API it was sent to."""
    assert one({"request": BODY, **around}).request.anthropic_version == version


def test_cut_emojis_are_known_by_their_place_in_the_request() -> None:
    """The pointers count from the body that the cut text is in, in batches too."""
    cut = json.dumps({**BODY, "system": "a\ud83d"})
    whole = json.dumps(BODY)
    assert one(cut).request.unpaired_surrogates == ("/system",)
    batch = (
        f'{{"requests": [{{"custom_id": "a", "params": {whole}}}, {{"custom_id": "b", "params": {cut}}}]}}'
    )
    first, second = read(batch)
    assert isinstance(first, RequestItem)
    assert first.request.unpaired_surrogates == ()
    assert isinstance(second, RequestItem)
    assert second.request.unpaired_surrogates == ("/system",)


@pytest.mark.parametrize(
    ("body", "form"),
    [
        pytest.param(
            {"model": "claude-opus-5", "system": "S", "max_tokens": 9, "seed": 1}, "messages", id="claude"
        ),
        pytest.param(
            {"model": "claude-opus-5", "system": "S", "max_tokens": 9, "response_format": {"type": "text"}},
            "messages",
            id="claude with a field of OpenAI's",
        ),
        pytest.param(
            {"model": "claude-opus-5", "response_format": {"type": "text"}},
            "openai_chat",
            id="chat for Claude",
        ),
        pytest.param({"model": "gpt-4o", "system": "S", "n": 1, "logprobs": True}, "openai_chat", id="gpt"),
    ],
)
def test_a_field_of_another_api_makes_no_dialect_of_a_messages_body(body: dict[str, Any], form: str) -> None:
    """What can only be a Messages body for Claude is one, so that the wrong field is found."""
    assert one({**body, "messages": [{"role": "user", "content": "Hi"}]}).request.form == form


def test_an_empty_batch_is_a_sentence() -> None:
    """A batch without requests answers nothing."""
    assert "no requests" in failed({"requests": []}).message


def test_jsonl_answers_every_line_it_can() -> None:
    """Bodies, batch lines and records mix; blank lines are counted; bad and cut lines fail alone."""
    record = {
        "request": {"messages": BODY["messages"]},
        "date": "2026-02-19",
        "anthropic_beta": "context-1m-2025-08-07, x-1",
        "model": "claude-sonnet-4-5",
        "id": "r1",
    }
    text = jsonl(BODY, "", {"custom_id": "b1", "params": BODY}, record, '{"model": "' + SECRET, {"x": 1})
    items = read(text + json.dumps(BODY)[:-9])
    assert [item.source.line for item in items] == [1, 3, 4, 5, 6, 7]
    assert [type(item) is RequestItem for item in items] == [True, True, True, False, False, False]
    _, batch_line, recorded, broken, unknown, cut = items
    assert isinstance(batch_line, RequestItem)
    assert batch_line.request.batch
    assert batch_line.source.id == "b1"
    assert isinstance(recorded, RequestItem)
    assert recorded.request.model == "claude-sonnet-4-5"
    assert recorded.request.betas == {"context-1m-2025-08-07", "x-1"}
    assert recorded.date == date(2026, 2, 19)
    assert recorded.source.to_dict() == {"file": "<stdin>", "line": 4, "id": "r1"}
    assert isinstance(broken, FailedItem)
    assert broken.location.startswith("<stdin>:5:")
    assert SECRET not in str(items)
    assert isinstance(unknown, FailedItem)
    assert "`x`" in unknown.message
    assert isinstance(cut, FailedItem)


@pytest.mark.parametrize("bad", ["{broken", '{"model": 1,', "garbage", '{"messages": "x", }'])
def test_a_bad_first_line_does_not_hide_the_others(bad: str) -> None:
    """JSONL is known by its other lines when the first one is broken."""
    items = read(jsonl(bad, BODY, BODY))
    assert [item.source.line for item in items] == [1, 2, 3]
    assert [type(item) is RequestItem for item in items] == [False, True, True]


def test_one_line_is_jsonl_when_its_name_says_so(tmp_path: Path) -> None:
    """The same bytes are a document or one line of JSONL: here, and only here, the name decides."""
    for name, line in (("a.json", None), ("a.jsonl", 1), ("a.ndjson", 1)):
        path = tmp_path / name
        path.write_text(json.dumps(BODY))
        (item,) = read_requests(str(path))
        assert item.source.line == line
    assert one(BODY, input_format="jsonl").source.line == 1


def test_a_line_over_the_limit_fails_alone() -> None:
    """A line that is too long is told with the limit, and the next one is read."""
    long = {"model": "m", "messages": [{"role": "user", "content": "x" * 500}]}
    items = read(jsonl(BODY, long, BODY), limits=Limits(line=400))
    assert [type(item) is RequestItem for item in items] == [True, False, True]
    assert isinstance(items[1], FailedItem)
    assert "400 bytes" in items[1].message


def test_broken_utf8_in_a_line_fails_alone() -> None:
    """A byte that is no UTF-8 costs its own line only, and is told with its offset in the file."""
    good = json.dumps(BODY).encode() + b"\n"
    items = read(good + b'{"messages": "\xff"}\n' + good)
    assert [type(item) is RequestItem for item in items] == [True, False, True]
    assert isinstance(items[1], FailedItem)
    assert f"offset {len(good) + 14}" in items[1].message


def test_jsonl_is_streamed(tmp_path: Path) -> None:
    """Memory does not grow with the number of lines."""
    path = tmp_path / "many.jsonl.gz"
    line = json.dumps({**BODY, "system": "x" * 20_000}) + "\n"
    with gzip.open(path, "wt") as file:
        for index in range(3_000):
            file.write(line.replace("Hi", f"Hi {index * 7919}"))
    tracemalloc.start()
    assert sum(1 for _ in read_requests(str(path))) == 3_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000  # of 60 MB


def test_a_list_of_messages_is_a_request() -> None:
    """A bare list needs neither model nor max_tokens; its placeholders are noted."""
    item = one([{"role": "user", "content": "Hi {{name}}"}, {"role": "assistant", "content": "Yes?"}])
    assert item.request.form == "message_list"
    assert item.request.body == {
        "messages": [{"role": "user", "content": "Hi {{name}}"}, {"role": "assistant", "content": "Yes?"}]
    }
    assert "1 placeholder" in item.notes[0]


def test_a_list_of_requests_gives_each() -> None:
    """A JSON array of bodies or of batch requests is read item by item."""
    items = read([BODY, {"custom_id": "b", "params": BODY}, {"messages": 1}])
    assert [item.source.id for item in items] == [None, "b", None]
    assert isinstance(items[2], FailedItem)
    assert items[2].location == "<stdin> /2/messages"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([{"role": "system", "content": "S"}, {"role": "user", "content": "Hi"}], id="list"),
        pytest.param(
            [{"role": "developer", "content": "S"}, {"role": "user", "content": "Hi"}], id="developer"
        ),
        pytest.param(
            {
                "model": "gpt-4o",
                "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Hi"}],
            },
            id="body",
        ),
        pytest.param({"model": "gpt-4o", "instructions": "S", "input": "Hi"}, id="Responses"),
    ],
)
def test_openai_requests_become_messages_requests(value: Any) -> None:
    """System and developer messages become the system prompt, whatever the dialect."""
    request = one(value).request
    assert request.form == "openai_chat"
    assert request.body["system"] == "S"
    assert request.body["messages"] == [{"role": "user", "content": "Hi"}]


def test_a_system_message_in_a_claude_body_stays_where_it_is() -> None:
    """In a Messages body that is a mistake a rule must see, not another dialect."""
    body = {**BODY, "messages": [{"role": "system", "content": "S"}, *BODY["messages"]]}  # type: ignore[misc]
    request = one(body).request
    assert request.form == "messages"
    assert [message.role for message in request.messages] == ["system", "user"]


def test_bedrock_and_vertex_bodies_need_no_model() -> None:
    """The model may stand beside the body or in the address, or nowhere."""
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "anthropic_beta": ["b-1"],
        "max_tokens": 9,
        "messages": BODY["messages"],
    }
    assert one(body).request.model is None
    assert one(body).request.betas == {"b-1"}
    url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-6/invoke"
    assert one({"url": url, "body": body}).request.model == "us.anthropic.claude-sonnet-4-6"
    vertex = "https://x/v1/projects/p/locations/l/publishers/anthropic/models/claude-opus-4-6:rawPredict"
    assert one({"url": vertex, "body": body}).request.model == "claude-opus-4-6"
    batch = one({"recordId": "r", "modelInput": body})
    assert (batch.source.id, batch.request.batch) == ("r", True)


def test_a_converse_request_is_translated() -> None:
    """Amazon's spelling gives the same request."""
    value = {
        "modelId": "anthropic.claude-opus-4-6",
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "inferenceConfig": {"maxTokens": 9},
    }
    item = one(value)
    assert item.recognised == "Bedrock Converse request"
    assert item.request.max_tokens == 9
    assert item.request.messages[0].blocks[0].path == "/messages/0/content/0"


@pytest.mark.parametrize(
    "text",
    [
        "You are terse.\n",
        "{{name}}, you are terse.",
        "{% if x %}\n{}\n{% endif %}",
        "[1] a footnote",
        "[INST] x [/INST]",
        "Classify:\n" + '{"text": "x"}\n',
        "data: is plural",
        "42 is the answer",
        "---\nmodel: x\n---\nHi",
    ],
)
def test_other_text_is_a_prompt(text: str) -> None:
    """Text that is no JSON is one user message, counted as it stands."""
    item = one(text)
    assert item.request.form == "prompt_text"
    assert item.request.body == {"messages": [{"role": "user", "content": text}]}


@pytest.mark.parametrize("text", ['{"a": broken', "{}", "42", '{"name": "x"}', '{"a": 1}\nplease\n'])
def test_the_name_of_a_prompt_is_the_tie_break(tmp_path: Path, text: str) -> None:
    """What asks nothing as JSON is a text in a .md file, and an error elsewhere."""
    path = tmp_path / "prompt.md"
    path.write_text(text)
    (item,) = read_requests(str(path))
    assert isinstance(item, RequestItem)
    assert item.request.form == "prompt_text"
    assert all(isinstance(each, FailedItem) for each in read(text))


def test_a_request_in_a_text_file_is_still_a_request(tmp_path: Path) -> None:
    """The content decides first: a body in a .txt file is a body, and a response is refused."""
    path = tmp_path / "x.txt"
    path.write_text(json.dumps(BODY))
    (item,) = read_requests(str(path))
    assert isinstance(item, RequestItem)
    assert item.request.form == "messages"
    path.write_text(json.dumps({"type": "message", "usage": {}}))
    (refused,) = read_requests(str(path))
    assert isinstance(refused, FailedItem)


# --- what fills a request -----------------------------------------------------------------------------------


def test_flags_fill_what_a_request_leaves_open() -> None:
    """Limits, thinking, effort, system, betas and the batch mark come from flags."""
    fill = RequestFill(
        max_tokens=5000,
        thinking_budget=1024,
        effort="low",
        system="S",
        betas=frozenset({"x-1"}),
        batch=True,
    )
    item = one({"messages": BODY["messages"], "betas": ["y-1"]}, fill=fill)
    request = item.request
    assert (request.max_tokens, request.effort, request.batch) == (5000, "low", True)
    assert request.thinking is not None
    assert (request.thinking.type, request.thinking.budget_tokens) == ("enabled", 1024)
    assert request.betas == {"x-1", "y-1"}
    assert request.body["system"] == "S"
    assert item.warnings == ()
    assert one("Hello", fill=fill).request.max_tokens == 5000


def test_flags_never_replace_what_a_request_says() -> None:
    """The request's own values stay, and every flag that is ignored is named; equal values are not."""
    own = {
        **BODY,
        "thinking": {"type": "disabled"},
        "system": "mine",
        "output_config": {"effort": "high"},
    }
    fill = RequestFill(max_tokens=5, thinking_budget=1024, effort="low", system="S")
    item = one(own, fill=fill)
    assert item.request.body == own
    flags = [warning.split()[0] for warning in item.warnings]
    assert flags == ["--max-tokens", "--thinking-budget", "--system", "--effort"]
    assert one(own, fill=RequestFill(max_tokens=9, effort="high")).warnings == ()


def test_effort_joins_an_output_config_without_one() -> None:
    """A format in output_config stays when an effort is added."""
    body = {**BODY, "output_config": {"format": {"type": "json_schema", "schema": {}}}}
    request = one(body, fill=RequestFill(effort="low")).request
    assert request.body["output_config"] == {
        "format": {"type": "json_schema", "schema": {}},
        "effort": "low",
    }


def test_a_date_that_cannot_be_read_is_said() -> None:
    """A masked date leaves the request undated, with a note."""
    item = one({"request": BODY, "date": "**REDACTED**", "anthropic_beta": "**REDACTED**"})
    assert item.date is None
    assert "undated" in item.date_note
    assert item.request.betas == frozenset()
    assert one(BODY).date_note == ""


def test_doubts_about_the_json_are_warnings() -> None:
    """Repeated keys are said once, also of a batch."""
    text = '{"max_tokens": 1, "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}'
    assert len(one(text).warnings) == 1
    batch = (
        f'{{"requests": [{{"custom_id": "a", "params": {text}}}, {{"custom_id": "b", "params": {text}}}]}}'
    )
    first, second = read(batch)
    assert isinstance(first, RequestItem)
    assert isinstance(second, RequestItem)
    assert (len(first.warnings), len(second.warnings)) == (1, 0)


# --- --input-format -----------------------------------------------------------------------------------------


def test_input_format_forces_what_sniffing_decides() -> None:
    """Each format reads what it names, even where sniffing would decide otherwise."""
    assert one(BODY, input_format="text").request.form == "prompt_text"
    listed = [{"role": "system", "content": "S"}, {"role": "user", "content": "Hi"}]
    assert one(listed, input_format="message-list").request.form == "message_list"
    assert one(BODY["messages"], input_format="openai").request.form == "openai_chat"
    forced = one({"model": "gpt", "messages": listed}, input_format="messages").request
    assert [message.role for message in forced.messages] == ["system", "user"]
    assert one({"requests": [{"custom_id": "a", "params": BODY}]}, input_format="batch").request.batch
    lines = read(jsonl({"custom_id": "a", "params": BODY}, BODY), input_format="batch")
    assert [type(item) is RequestItem for item in lines] == [True, False]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("messages", [1]),
        ("message-list", BODY),
        ("batch", BODY),
        ("openai", 5),
        ("messages", "no JSON at all"),
    ],
)
def test_what_is_not_as_forced_fails(name: str, value: Any) -> None:
    """A wrong --input-format is told, and named when the JSON is fine."""
    item = failed(value, input_format=name)
    assert name in item.message or "JSON" in item.message


def test_an_unknown_input_format_is_a_usage_error() -> None:
    """The formats there are stand in the hint."""
    with pytest.raises(UsageError) as caught:
        read_requests("-", input_format="csv")
    assert "message-list" in caught.value.hint


# --- sentences ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "the input is empty"),
        (" \n\t", "the input holds only white space"),
        ("{}", "the JSON object is empty"),
        ("[]", "the JSON list is empty"),
        ("42", "the JSON is a number, not a request"),
        ('"Hi"', "the JSON is a string, not a request"),
        ("null", "the JSON is null, not a request"),
        ("true", "the JSON is true or false, not a request"),
        ("[1, 2]", "entry 0 has not both `role` and `content`"),
        ("[" * 100_000, "nested too deeply"),
        (b"a\0b", "NUL"),
        (b"a\xffb", "not UTF-8"),
        ('{"model": "' + SECRET, "never closed"),
        ('{"a": 1} {"b": 2}', "more after the end"),
        ('{\n "a": 1\n}\n{\n "b": 2\n}\n', "more after the end"),
        ({"messages": {SECRET: 1}}, "expected a list"),
        ({"messages": [{"role": "user", "content": {SECRET: SECRET}}]}, "expected a list"),
        ({**BODY, "max_tokens": SECRET}, "expected a whole number"),
    ],
)
def test_every_empty_or_wrong_input_has_its_sentence(data: Any, sentence: str) -> None:
    """What is no request is told in one sentence that holds nothing of its text."""
    item = failed(data)
    assert sentence in item.message
    assert SECRET not in str(item)


@pytest.mark.parametrize("name", ["jsonl", "text", "messages"])
def test_an_empty_input_is_the_same_sentence_in_every_format(name: str) -> None:
    """Forcing a format does not change what is said of nothing."""
    assert failed("", input_format=name).message == "the input is empty"
    assert failed(" \n \n", input_format=name).message == "the input holds only white space"


def test_an_unknown_object_is_told_by_its_keys() -> None:
    """At most eight keys are named, made printable; values never are."""
    value = {f"key{index}": SECRET for index in range(12)} | {"\x1b[31m": SECRET}
    item = failed({"\x1b[31m": SECRET, **value})
    assert "`key6`" in item.message
    assert "`key7`" not in item.message
    assert "and 5 more" in item.message
    assert "\x1b" not in item.message
    assert SECRET not in str(item)


def test_a_missing_file_is_one_failed_item(tmp_path: Path) -> None:
    """What cannot be opened comes back as an item, so that other inputs go on."""
    (item,) = read_requests(str(tmp_path / "no.json"))
    assert isinstance(item, FailedItem)
    assert item.message == "no such file"
    assert item.location.endswith("no.json")
