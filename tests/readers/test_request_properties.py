"""Laws of the request reader, on generated inputs."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.conversation import BatchItem, parse_request
from budgetcalc.readers.requests import FailedItem, Item, RequestFill, RequestItem, read_requests

KEYS = [
    "messages",
    "requests",
    "params",
    "request",
    "body",
    "custom_id",
    "role",
    "content",
    "type",
    "text",
    "model",
    "max_tokens",
    "system",
    "tools",
    "input",
    "instructions",
    "usage",
    "message",
    "data",
    "conversations",
    "from",
    "mapping",
    "current_node",
    "chat_messages",
    "contents",
    "toolConfig",
    "inferenceConfig",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "functions",
    "tool_choice",
    "image_url",
    "source",
    "attributes",
    "key",
    "date",
    "headers",
    "anthropic-beta",
    "betas",
    "url",
    "id",
    "thinking",
    "output_config",
    "toolUse",
    "toolResult",
    "cachePoint",
    "document",
    "response",
    "results",
    "result",
    "lc",
    "kwargs",
    "choices",
    "object",
    "input_schema",
]
WORDS = [
    "user",
    "assistant",
    "system",
    "tool",
    "text",
    "image",
    "tool_use",
    "tool_result",
    "function",
    "message",
]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS) | st.text(max_size=8)
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=25,
)

texts = st.text(st.characters(codec="utf-8"), max_size=20)
blocks = st.fixed_dictionaries({"type": st.just("text"), "text": texts})
uses = st.fixed_dictionaries(
    {
        "type": st.just("tool_use"),
        "id": texts,
        "name": texts,
        "input": st.dictionaries(texts, scalars, max_size=3),
    }
)
messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "content": texts | st.lists(blocks | uses, max_size=3)}
)
bodies = st.fixed_dictionaries(
    {"messages": st.lists(messages, min_size=1, max_size=4), "max_tokens": st.integers(0, 9999)},
    optional={"model": texts, "system": texts | st.lists(blocks, min_size=1, max_size=2)},
)


def read(data: bytes, **options: Any) -> list[Item]:
    return list(read_requests("-", stdin=io.BytesIO(data), **options))


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_give_items(data: bytes) -> None:
    """Whatever the bytes are, something is answered and nothing is raised."""
    items = read(data)
    assert items
    assert all(isinstance(item, RequestItem | FailedItem) for item in items)


@given(values, st.sampled_from([None, "messages", "jsonl", "batch", "message-list", "openai", "text"]))
@settings(max_examples=500, deadline=None)
def test_any_json_gives_items(value: Any, input_format: str | None) -> None:
    """JSON of any shape, with the keys that matter in the wrong places, raises nothing in any format."""
    assert read(json.dumps(value).encode(), input_format=input_format)


SAMPLES: list[Any] = [
    [
        {"role": "system", "content": "S"},
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}],
        },
        {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]},
        {
            "role": "tool",
            "tool_call_id": "c",
            "content": [{"type": "text", "text": "x", "cache_control": {}}],
        },
    ],
    {
        "model": "gpt",
        "messages": [
            {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}
        ],
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}, "strict": True}}],
        "functions": [{"name": "f"}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"json_schema": {"schema": {}}},
        "stop": ["x"],
        "n": 1,
    },
    {
        "model": "gpt",
        "instructions": "S",
        "input": [
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "x"},
            {
                "role": "user",
                "content": [{"type": "input_file", "file_data": "data:application/pdf;base64,AA"}],
            },
        ],
        "text": {"format": {"schema": {}}},
    },
    {
        "modelId": "m",
        "system": [{"text": "S"}, {"cachePoint": {"ttl": "1h"}}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"image": {"format": "png", "source": {"bytes": "AAAA"}}},
                    {"document": {"format": "txt", "name": "n", "source": {"bytes": "AAAA"}}},
                    {"toolResult": {"toolUseId": "t", "content": [{"json": 1}]}},
                    {"reasoningContent": {"reasoningText": {"text": "t", "signature": "s"}}},
                    {"toolUse": {"toolUseId": "t", "name": "n", "input": {}}},
                ],
            }
        ],
        "inferenceConfig": {"maxTokens": 1},
        "toolConfig": {
            "tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {}}}}],
            "toolChoice": {"tool": {"name": "f"}},
        },
        "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1}},
    },
    {"requests": [{"custom_id": "a", "params": {"messages": [{"role": "user", "content": "x"}]}}]},
    {
        "headers": {"anthropic-beta": "a,b"},
        "url": "/model/m/invoke",
        "date": 1,
        "body": {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "tool_result",
                            "tool_use_id": "t",
                            "content": [{"type": "text", "text": "x"}],
                        },
                        {"type": "document", "source": {"type": "content", "content": []}, "citations": {}},
                        {"type": "thinking", "thinking": "", "signature": ""},
                        {"type": "search_result", "source": "s", "title": "t", "content": []},
                    ],
                }
            ],
            "tools": [{"name": "f", "input_schema": {}, "cache_control": {"ttl": "1h"}}],
            "tool_choice": {"type": "auto"},
            "thinking": {"type": "enabled", "budget_tokens": 1},
            "output_config": {"effort": "low", "format": {"schema": {}}},
            "context_management": {
                "edits": [{"type": "clear_thinking_x", "keep": {"type": "t", "value": 1}}]
            },
            "betas": ["a"],
        },
    },
]


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values inside a value, itself among them."""
    if isinstance(value, dict):
        pairs: list[tuple[Any, Any]] = list(value.items())
    else:
        pairs = list(enumerate(value)) if isinstance(value, list) else []
    return [at, *(place for key, inner in pairs for place in places(inner, (*at, key)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """Return a copy of a value with what stands at a place replaced."""
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_any_fault_in_a_request_gives_items(data: st.DataObject) -> None:
    """A request of any dialect with one or two values replaced by something else raises nothing."""
    value = data.draw(st.sampled_from(SAMPLES))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(places(value)))
        value = replaced(value, place, data.draw(values))
    fill = RequestFill(effort="low", thinking_budget=1024, system="S", max_tokens=5)
    assert read(json.dumps(value).encode(), fill=fill)


@given(st.lists(values, min_size=1, max_size=6), st.binary(max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_lines_give_items(lines: list[Any], tail: bytes) -> None:
    """Lines of any JSON with a broken end raise nothing."""
    data = b"\n".join(json.dumps(line).encode() for line in lines) + b"\n" + tail
    assert read(data)


@given(bodies)
def test_a_rendered_request_is_the_same_request(body: Any) -> None:
    """Written as JSON and read again, a body gives the request it is."""
    for text in (json.dumps(body), json.dumps(body, indent=1, ensure_ascii=False)):
        (item,) = read(text.encode())
        assert isinstance(item, RequestItem)
        assert item.request == parse_request(body)
        assert item.warnings == ()


@given(st.lists(bodies, min_size=2, max_size=5))
def test_jsonl_equals_its_bodies_one_by_one(several: list[Any]) -> None:
    """A stream gives what its lines give alone."""
    lines = [json.dumps(body).encode() for body in several]
    alone = [item for line in lines for item in read(line)]
    streamed = read(b"\n".join(lines))
    assert [item.request for item in streamed if isinstance(item, RequestItem)] == [
        item.request for item in alone if isinstance(item, RequestItem)
    ]
    assert [item.source.line for item in streamed] == list(range(1, len(several) + 1))


@given(bodies)
def test_encodings_change_nothing(body: Any) -> None:
    """UTF-8 with a mark, UTF-16, gzip and Windows line ends give the same request."""
    text = json.dumps(body, indent=1, ensure_ascii=False)
    expected = [item.request for item in read(text.encode()) if isinstance(item, RequestItem)]
    forms = [text.encode("utf-8-sig"), text.encode("utf-16"), gzip.compress(text.encode())]
    forms.append(text.replace("\n", "\r\n").encode())
    for data in forms:
        assert [item.request for item in read(data) if isinstance(item, RequestItem)] == expected


@given(st.lists(bodies, min_size=1, max_size=4))
def test_a_batch_equals_its_params(several: list[Any]) -> None:
    """A batch's items are its params, marked as batch items."""
    batch = {"requests": [{"custom_id": str(i), "params": body} for i, body in enumerate(several)]}
    items = read(json.dumps(batch).encode())
    assert [item.request for item in items if isinstance(item, RequestItem)] == [
        replace(parse_request(body, form="batch", batch=True), batch_item=BatchItem(str(i), i))
        for i, body in enumerate(several)
    ]


@given(st.text(min_size=12, alphabet="QXZJ"), values)
@settings(max_examples=300, deadline=None)
def test_no_text_in_errors(secret: str, value: Any) -> None:
    """A string value of the input never stands in an error message."""
    data = {"messages": [{"role": "user", "content": [{"text": secret, "type": value}]}, secret, value]}
    for item in read(json.dumps(data).encode()) + read(json.dumps(data)[:-3].encode()):
        if isinstance(item, FailedItem):
            assert secret not in item.message + item.hint + item.location
