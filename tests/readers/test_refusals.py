"""What is no request: its name, and a hint that works."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from budgetcalc.readers.requests import FailedItem, RequestItem, read_requests

if TYPE_CHECKING:
    from pathlib import Path

USAGE = {"input_tokens": 1, "output_tokens": 2}
MESSAGE = {"type": "message", "role": "assistant", "id": "msg_1", "content": [], "usage": USAGE}
PRICE = "budgetcalc price"


def refused(data: Any) -> FailedItem:
    text = data if isinstance(data, str) else json.dumps(data)
    (item,) = read_requests("-", stdin=io.BytesIO(text.encode()))
    assert isinstance(item, FailedItem), item
    return item


@pytest.mark.parametrize(
    ("data", "name", "command"),
    [
        (MESSAGE, "a Messages response", PRICE),
        ([MESSAGE, MESSAGE], "a Messages response", PRICE),
        ({"response": MESSAGE}, "a Messages response", PRICE),
        (USAGE, "the `usage` of a response", PRICE),
        ({"usage": USAGE}, "the `usage` of a response", PRICE),
        ({"type": "error", "error": {"type": "invalid_request_error"}}, "an error of the API", "request"),
        (
            {"custom_id": "a", "result": {"type": "succeeded", "message": MESSAGE}},
            "a batch results file",
            PRICE,
        ),
        ({"type": "message_batch", "id": "b"}, "the status of a message batch", "file that created"),
        ("event: message_start\ndata: {}\n", "a log of streaming events (SSE)", PRICE),
        ('data: {"type": "message_start"}\n', "a log of streaming events (SSE)", PRICE),
        ({"type": "message_start", "message": MESSAGE}, "a log of streaming events", PRICE),
        ({"data": [{"starting_at": "x", "results": []}]}, "an Admin API usage report", PRICE),
        ({"data": [{"results": [{"amount": "1"}]}]}, "an Admin API cost report", PRICE),
        ({"data": [{"actor": {}, "model_breakdown": []}]}, "a Claude Code analytics report", PRICE),
        ("usage_date_utc,model_version,usage_output_tokens\n", "a Console usage CSV", PRICE),
        ("usage_date_utc;model;cost_usd\r\n", "a Console cost CSV", PRICE),
        ({"type": "user", "sessionId": "s", "message": {}}, "a Claude Code transcript", PRICE),
        ({"type": "assistant", "message": {"usage": USAGE}}, "a Claude Code transcript", PRICE),
        ({"type": "result", "total_cost_usd": 1}, "a Claude Code headless result", PRICE),
        ({"type": "system", "subtype": "init", "session_id": "s"}, "a Claude Code stream-json log", PRICE),
        ({"schemaType": "ModelInvocationLog", "modelId": "m"}, "a Bedrock invocation log", PRICE),
        ({"stopReason": "end_turn", "usage": {"inputTokens": 1}}, "a Bedrock Converse response", PRICE),
        ({"request_id": "r", "spend": 1, "call_type": "x", "messages": []}, "a LiteLLM spend log", PRICE),
        ({"object": "chat.completion", "choices": [], "usage": {}}, "an OpenAI chat completion", PRICE),
        ({"object": "chat.completion.chunk"}, "an OpenAI or OpenRouter stream chunk", PRICE),
        ({"attributes": {"gen_ai.usage.input_tokens": 1}}, "an OpenTelemetry trace", PRICE),
        ({"attributes": [{"key": "gen_ai.request.model"}]}, "an OpenTelemetry trace", PRICE),
        ({"resourceSpans": []}, "an OpenTelemetry trace", PRICE),
        ({"type": "GENERATION", "model": "m", "usageDetails": {}}, "a Langfuse observation", PRICE),
        ({"prompts": ["p.txt"], "providers": []}, "a promptfoo configuration", "prompt files"),
        ("prompts:\n  - a\nproviders:\n  - b\n", "a promptfoo configuration", "prompt files"),
        ({"prompt": "\n\nHuman: x", "max_tokens_to_sample": 5}, "a legacy Text Completions request", "jq -r"),
        ({"role": "user", "content": "x"}, "one message", "jq -s"),
        ({"name": "f", "input_schema": {}}, "one tool definition", "jq -s"),
    ],
)
def test_what_another_command_reads_is_named(data: Any, name: str, command: str) -> None:
    """The sentence says what it is, the hint what to do."""
    item = refused(data)
    assert item.message.startswith(f"this is {name}")
    assert command in item.hint


def test_a_transcript_is_refused_once() -> None:
    """A file whose lines belong to another command gives one sentence, not one a line."""
    line = json.dumps({"type": "user", "sessionId": "s"}) + "\n"
    item = refused(line * 50)
    assert item.source.line == 1


def test_one_message_a_line_is_refused_once() -> None:
    """A conversation with one message a line is told how to become a list."""
    item = refused('{"role": "user", "content": "a"}\n{"role": "assistant", "content": "b"}\n')
    assert "jq -s ." in item.hint


def test_a_response_among_requests_fails_alone() -> None:
    """In a mixed stream the requests are answered and the response is named."""
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}]})
    text = f"{body}\n{json.dumps(MESSAGE)}\n{body}\n"
    items = list(read_requests("-", stdin=io.BytesIO(text.encode())))
    assert [type(item) is RequestItem for item in items] == [True, False, True]


def test_the_hint_quotes_the_name_of_the_file(tmp_path: Path) -> None:
    """The command in the hint can be pasted into a shell, whatever the file is called."""
    path = tmp_path / "it's $(here).json"
    path.write_text(json.dumps(MESSAGE))
    (item,) = read_requests(str(path))
    assert isinstance(item, FailedItem)
    command = re.findall("`(.*?)`", item.hint)[0].replace("budgetcalc price", "cat")
    shown = subprocess.run(["sh", "-c", command], capture_output=True, check=True, text=True).stdout
    assert json.loads(shown) == MESSAGE


CLAUDE_AI = {
    "uuid": "u1",
    "created_at": "2026-02-14T10:04:22.000Z",
    "chat_messages": [
        {
            "sender": "human",
            "content": [{"type": "text", "text": "Hi"}],
            "attachments": [{"extracted_content": "notes"}],
        },
        {"sender": "assistant", "content": [{"type": "text", "text": "Hello."}], "attachments": []},
    ],
}
CHATGPT = {
    "title": "t",
    "create_time": 1771459200.5,
    "current_node": "c",
    "mapping": {
        "a": {"parent": None, "message": None},
        "b": {"parent": "a", "message": {"author": {"role": "user"}, "content": {"parts": ["Hi"]}}},
        "x": {"parent": "a", "message": {"author": {"role": "user"}, "content": {"parts": ["No"]}}},
        "c": {"parent": "b", "message": {"author": {"role": "assistant"}, "content": {"parts": ["Hello."]}}},
    },
}
SHAREGPT = {
    "conversations": [
        {"from": "system", "value": "Be terse."},
        {"from": "human", "value": "Hi"},
        {"from": "gpt", "value": "Hello."},
    ]
}
LANGCHAIN_CALL = {"name": "f", "args": {"a": 1}, "id": "t1", "type": "tool_call"}
LANGCHAIN = [
    {"type": "human", "data": {"type": "human", "content": "Hi"}},
    {"type": "ai", "data": {"type": "ai", "content": "Hello.", "tool_calls": [LANGCHAIN_CALL]}},
    {"type": "tool", "data": {"type": "tool", "content": "18C", "tool_call_id": "t1"}},
]
LANGCHAIN_DUMP = [{"lc": 1, "type": "constructor", "id": ["x"], "kwargs": each["data"]} for each in LANGCHAIN]
LANGCHAIN_UNTYPED = [
    {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", name], "kwargs": kwargs}
    for name, kwargs in [
        ("HumanMessage", {"content": "Hi"}),
        (
            "AIMessageChunk",
            {"content": "Hello.", "tool_calls": [{"name": "f", "args": {"a": 1}, "id": "t1"}]},
        ),
        ("ToolMessage", {"content": "18C", "tool_call_id": "t1"}),
    ]
]
LANGCHAIN_BARE = [
    {"type": "human", "content": "Hi", "id": "a-uuid"},
    {"type": "ai", "content": "Hello.", "tool_calls": [{"name": "f", "args": {"a": 1}, "id": "t1"}]},
    {"type": "tool", "content": "18C", "tool_call_id": "t1"},
]
MCP_TOOL = {
    "name": "f",
    "title": "F",
    "inputSchema": {"type": "object"},
    "annotations": {"readOnlyHint": True},
}
INSPECT = {
    "eval": {},
    "samples": [
        {
            "messages": [
                {"role": "user", "content": "Hi"},
                {
                    "role": "assistant",
                    "content": [{"type": "text", "text": "Hello."}],
                    "tool_calls": [{"id": "t1", "function": "f", "arguments": {"a": 1}}],
                },
                {"role": "tool", "content": "18C", "tool_call_id": "t1"},
            ]
        }
    ],
}
GEMINI = {
    "systemInstruction": {"parts": [{"text": "Be terse."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "Hi"}]},
        {"role": "model", "parts": [{"text": "Hello."}]},
    ],
}
COMPLETION = {
    "object": "chat.completion",
    "choices": [{"message": {"role": "assistant", "content": "Hello."}}],
}
RESPONSE = {
    "object": "response",
    "output": [
        {"type": "reasoning"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello."}]},
    ],
}
LOG = {
    "schemaType": "ModelInvocationLog",
    "input": {"inputBodyJson": {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}},
}


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
@pytest.mark.parametrize("is_piped", [False, True])
@pytest.mark.parametrize(
    ("data", "name", "texts"),
    [
        pytest.param([CLAUDE_AI], "a claude.ai export", ["Hi\nnotes", "Hello."], id="claude.ai export"),
        pytest.param(CLAUDE_AI, "a claude.ai conversation", ["Hi\nnotes", "Hello."], id="claude.ai"),
        pytest.param([CHATGPT], "a ChatGPT export", ["Hi", "Hello."], id="ChatGPT export"),
        pytest.param(CHATGPT, "a ChatGPT conversation", ["Hi", "Hello."], id="ChatGPT"),
        pytest.param([SHAREGPT], "a ShareGPT file", ["Be terse.", "Hi", "Hello."], id="ShareGPT file"),
        pytest.param(SHAREGPT, "a ShareGPT conversation", ["Be terse.", "Hi", "Hello."], id="ShareGPT"),
        pytest.param(LANGCHAIN, "a LangChain message dump", ["Hi", "Hello.", "18C"], id="LangChain dict"),
        pytest.param(
            LANGCHAIN_DUMP, "a LangChain message dump", ["Hi", "Hello.", "18C"], id="LangChain dumpd"
        ),
        pytest.param(
            {"messages": LANGCHAIN}, "a LangChain conversation", ["Hi", "Hello.", "18C"], id="LangChain state"
        ),
        pytest.param(
            LANGCHAIN_UNTYPED, "a LangChain message dump", ["Hi", "Hello.", "18C"], id="LangChain class"
        ),
        pytest.param(
            LANGCHAIN_BARE, "a LangChain message dump", ["Hi", "Hello.", "18C"], id="LangChain bare"
        ),
        pytest.param(
            {"messages": LANGCHAIN_BARE}, "a LangChain conversation", ["Hi", "Hello.", "18C"], id="LangGraph"
        ),
        pytest.param(INSPECT, "an Inspect log", ["Hi", "Hello.", "18C"], id="Inspect"),
        pytest.param(GEMINI, "a Gemini request", ["Be terse.", "Hi", "Hello."], id="Gemini"),
        pytest.param(COMPLETION, "an OpenAI chat completion", ["Hello."], id="OpenAI"),
        pytest.param(RESPONSE, "an OpenAI response", ["Hello."], id="OpenAI Responses"),
        pytest.param(LOG, "a Bedrock invocation log", ["Hi"], id="Bedrock log"),
        pytest.param({"prompt": "Hi"}, "a legacy Text Completions request", ["Hi\n"], id="Completions"),
        pytest.param({"role": "user", "content": "Hi"}, "one message", ["Hi"], id="message"),
        pytest.param({"name": "f", "input_schema": {}}, "one tool definition", ["Hi"], id="tool"),
        pytest.param([{"name": "f", "input_schema": {}}], "a list of tool definitions", ["Hi"], id="tools"),
        pytest.param([MCP_TOOL], "a list of tool definitions", ["Hi"], id="MCP tools"),
        pytest.param(MCP_TOOL, "one tool definition", ["Hi"], id="MCP tool"),
        pytest.param({"tools": [MCP_TOOL]}, "a list of tool definitions", ["Hi"], id="MCP list"),
        pytest.param(
            {"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP_TOOL]}},
            "a list of tool definitions",
            ["Hi"],
            id="MCP answer",
        ),
        pytest.param(
            {"tools": [{"name": "f", "input_schema": {}}]},
            "a list of tool definitions",
            ["Hi"],
            id="object of tools",
        ),
        pytest.param([{"type": "text", "text": "Hi"}], "a list of content blocks", ["Hi"], id="blocks"),
    ],
)
def test_the_jq_line_of_the_hint_gives_a_request(
    tmp_path: Path, data: Any, name: str, texts: list[str], *, is_piped: bool
) -> None:
    """The command in the hint, run as it stands, gives a request with the conversation's texts."""
    path = tmp_path / "a file.json"
    path.write_text(json.dumps(data))
    item: Any
    if is_piped:
        item = refused(data)
    else:
        (item,) = read_requests(str(path))
    assert isinstance(item, FailedItem)
    assert item.message.startswith(f"this is {name}")
    command = next(each for each in re.findall("`(.*?)`", item.hint) if each.startswith("jq"))
    jq = command.removesuffix(" | budgetcalc estimate -")
    assert jq != command
    run = subprocess.run(["sh", "-c", jq], input=path.read_bytes(), capture_output=True, check=True)
    (request,) = read_requests("-", stdin=io.BytesIO(run.stdout))
    assert isinstance(request, RequestItem), request
    from budgetcalc.conversation import Text

    blocks = [block for _, block in request.request.blocks()]
    assert [block.text for block in blocks if isinstance(block, Text)] == texts


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_tools_of_mcp_become_tools_of_a_request() -> None:
    """The hint's command names the schema as the API does, and leaves out what does not reach the model."""
    (command,) = re.findall("`(jq .*?) [|] budgetcalc", refused({"tools": [MCP_TOOL]}).hint)
    data = json.dumps({"tools": [MCP_TOOL]}).encode()
    run = subprocess.run(["sh", "-c", command], input=data, capture_output=True, check=True)
    assert json.loads(run.stdout)["tools"] == [{"name": "f", "input_schema": {"type": "object"}}]
