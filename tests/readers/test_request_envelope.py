"""What is written around a request: the answer beside it, the version of the API, the moment."""

import json
from datetime import UTC, datetime

import pytest

from budgetcalc.readers.recorded_times import read_time
from budgetcalc.readers.request_envelope import response_of, unwrap
from budgetcalc.readers.requests import read_requests

BODY = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
CONTENT = [{"type": "text", "text": "Hi"}]
MESSAGE = {"type": "message", "role": "assistant", "content": CONTENT, "usage": {"output_tokens": 3}}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"response": MESSAGE}, MESSAGE),
        ({"response": {"status": 200, "body": MESSAGE}}, MESSAGE),
        ({"response": {"body": json.dumps(MESSAGE)}}, MESSAGE),
        ({"result": {"type": "succeeded", "message": MESSAGE}}, MESSAGE),
        ({"response_content": CONTENT}, {"role": "assistant", "content": CONTENT}),
        (
            {"response_content": CONTENT, "usage": {"output_tokens": 3}},
            {"role": "assistant", "content": CONTENT, "usage": {"output_tokens": 3}},
        ),
        ({}, None),
        ({"response": "event: message_start"}, None),
        ({"response": {"error": {"type": "overloaded_error"}}}, None),
        ({"response": {"role": "user", "content": CONTENT}}, None),
        ({"response": [MESSAGE]}, None),
        ({"messages": [{"role": "assistant", "content": CONTENT}]}, None),
    ],
)
def test_answer_beside_a_request(record, expected):
    """A record's answer is found in its usual places; a request's own history is none."""
    assert response_of(record) == expected


@pytest.mark.parametrize(
    ("around", "version"),
    [
        ({}, None),
        ({"headers": {"Anthropic-Version": "2026-10-21"}}, "2026-10-21"),
        ({"headers": {"anthropic-version": ["2023-06-01"]}}, "2023-06-01"),
        ({"anthropic_version": "2023-06-01"}, "2023-06-01"),
        ({"headers": {"anthropic-version": 20230601}}, None),
    ],
)
def test_version_of_the_api(around, version):
    """The version is read from recorded headers, whatever their case."""
    assert unwrap({"request": BODY, **around}).anthropic_version == version


def test_recorded_call_as_a_whole(tmp_path):
    """A line of a recording gives the request, its moment, the version and the answer."""
    line = {
        "request": BODY,
        "response": MESSAGE,
        "timestamp": "2026-11-01T10:00:00Z",
        "headers": {"anthropic-version": "2026-10-21"},
    }
    path = tmp_path / "calls.jsonl"
    path.write_text(f"{json.dumps(line)}\n", encoding="utf-8")
    (item,) = read_requests(str(path))
    assert item.response == MESSAGE
    assert item.sent_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert item.request.anthropic_version == "2026-10-21"


@pytest.mark.parametrize(
    ("body", "version"),
    [({"anthropic_version": "bedrock-2023-05-31"}, "bedrock-2023-05-31"), ({"anthropic_version": 1}, None)],
)
def test_version_in_a_body_of_another_cloud(tmp_path, body, version):
    """Bedrock and Vertex bodies carry a version of their own."""
    path = tmp_path / "request.json"
    path.write_text(json.dumps({**BODY, **body}), encoding="utf-8")
    (item,) = read_requests(str(path))
    assert item.request.anthropic_version == version


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-01T10:00:00+01:00", datetime(2026, 11, 1, 9, tzinfo=UTC)),
        ("Sun, 01 Nov 2026 10:00:00 GMT", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        (1793527200, datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01", None),
        ("20261101", None),
        ("2026-W44-7", None),
        ("soon", None),
        (None, None),
    ],
)
def test_moment_needs_a_time(value, moment):
    """A day alone is no moment: nobody knows what came before what."""
    assert read_time(value) == moment
