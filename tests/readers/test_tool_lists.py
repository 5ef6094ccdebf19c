"""Files of tool definitions."""

from __future__ import annotations

import json

import pytest

from budgetcalc.readers.requests import read_requests
from budgetcalc.readers.tool_lists import read_tools

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
OURS = {"name": "get_weather", "description": "Weather", "input_schema": SCHEMA}
MCP = {
    "name": "get_weather",
    "description": "Weather",
    "inputSchema": SCHEMA,
    "title": "W",
    "outputSchema": SCHEMA,
}


@pytest.fixture
def file(tmp_path):
    def write(value) -> str:
        path = tmp_path / "tools.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return str(path)

    return write


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([OURS], ""),
        ({"tools": [OURS]}, "/tools"),
        ([MCP], ""),
        ({"tools": [MCP]}, "/tools"),
        ({"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP]}}, "/result/tools"),
    ],
)
def test_tools_are_read_as_they_are_sent(file, value, pointer):
    """A list, an object with one, MCP's answer: what MCP keeps for the client does not reach the model."""
    assert read_tools(file(value)) == ([OURS], pointer)


def test_tools_of_the_api_have_a_type_and_no_schema(file):
    """Server tools stand in such files too."""
    tool = {"type": "web_search_20250305", "name": "web_search"}
    assert read_tools(file([tool])) == ([tool], "")


@pytest.mark.parametrize(
    "value", [[], {}, [1], [{"name": "x"}], {"tools": {}}, {"tools": []}, "{", "", [OURS, {"a": 1}]]
)
def test_anything_else_is_no_list_of_tools(file, value):
    """One entry that is no tool makes the file something else."""
    assert read_tools(file(value)) is None


@pytest.mark.parametrize("key", ["messages", "max_tokens", "system", "input"])
def test_the_tools_of_a_request_are_no_list_of_tools(file, key):
    """A request that is broken elsewhere must not be taken for its tools alone: its prompt would count for nothing."""
    assert read_tools(file({"tools": [OURS], key: "broken"})) is None


def test_recorded_answers_come_with_their_requests(tmp_path):
    """A suite that holds the response beside the request gives both, and where the body stands."""
    message = {"role": "assistant", "content": [{"type": "text", "text": "Hi"}]}
    request = {
        "model": "claude-opus-4-6",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "Hello"}],
    }
    lines = [
        {"request": request, "response": message},
        {"request": request, "response": {"status": 200, "body": json.dumps(message)}},
        {"request": request, "response_content": message["content"]},
        {"request": request, "response": "lost"},
        request,
    ]
    path = tmp_path / "suite.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    items = list(read_requests(str(path)))
    assert [item.response for item in items] == [message, message, message, None, None]
    assert [item.pointer for item in items] == ["/request"] * 4 + [""]
