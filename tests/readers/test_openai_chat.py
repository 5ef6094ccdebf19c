"""OpenAI's requests as Messages bodies."""

from __future__ import annotations

from typing import Any

import pytest

from budgetcalc.conversation import parse_request
from budgetcalc.errors import InputError
from budgetcalc.readers.openai_chat import chat_to_messages, responses_to_messages


def convert(value: Any) -> tuple[dict[str, Any], list[str]]:
    body, warnings = chat_to_messages(value)
    parse_request(body)
    return body, warnings


def test_a_tool_exchange_becomes_blocks() -> None:
    """System text, image, call and result stand where Anthropic wants them, neighbours joined."""
    body, warnings = convert(
        [
            {"role": "system", "content": "Be terse."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
                    {"type": "image_url", "image_url": {"url": "https://e.com/a.png"}},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "f", "arguments": '{"city":"Paris"}'},
                    },
                    {"id": "c2", "type": "function", "function": {"name": "g", "arguments": ""}},
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "18C"},
            {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "ok"}]},
            {"role": "user", "content": "And now?"},
        ]
    )
    assert warnings == []
    assert body == {
        "system": "Be terse.",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="},
                    },
                    {"type": "image", "source": {"type": "url", "url": "https://e.com/a.png"}},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "c1", "name": "f", "input": {"city": "Paris"}},
                    {"type": "tool_use", "id": "c2", "name": "g", "input": {}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "c1", "content": "18C"},
                    {"type": "tool_result", "tool_use_id": "c2", "content": [{"type": "text", "text": "ok"}]},
                    {"type": "text", "text": "And now?"},
                ],
            },
        ],
    }


def test_parameters_are_translated() -> None:
    """Tools, choice, limits, stops and schema get Anthropic's names."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    body, warnings = convert(
        {
            "model": "gpt-x",
            "messages": [{"role": "developer", "content": "D"}, {"role": "user", "content": "Hi"}],
            "tools": [
                {"type": "function", "function": {"name": "f", "description": "d", "parameters": schema}},
                {"type": "web_search"},
            ],
            "tool_choice": "required",
            "parallel_tool_calls": False,
            "max_tokens": 5,
            "max_completion_tokens": 9,
            "stop": "END",
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
            "n": 3,
        }
    )
    assert body == {
        "model": "gpt-x",
        "max_tokens": 9,
        "system": "D",
        "messages": [{"role": "user", "content": "Hi"}],
        "tools": [{"name": "f", "description": "d", "input_schema": schema}],
        "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
        "stop_sequences": ["END"],
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
    }
    assert [warning.split(":")[0] for warning in warnings] == [
        "tools of type `web_search` are left out",
        "n=3",
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        ({"type": "function", "function": {"name": "f"}}, {"type": "tool", "name": "f"}),
        ({"name": "f"}, {"type": "tool", "name": "f"}),
    ],
)
def test_tool_choice(given: object, expected: object) -> None:
    """Every way to choose a tool has its counterpart."""
    body, _ = convert(
        {"messages": [{"role": "user", "content": "Hi"}], "tool_choice": given, "functions": [{"name": "f"}]}
    )
    assert body["tool_choice"] == expected
    assert body["tools"] == [{"name": "f", "input_schema": {"type": "object", "properties": {}}}]


def test_functions_of_old_are_paired_with_their_results() -> None:
    """The legacy function_call has no id: one is made up and its result points to it."""
    body, _ = convert(
        [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "", "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "1"},
        ]
    )
    assert body["messages"][1]["content"][0]["id"] == body["messages"][2]["content"][0]["tool_use_id"]


def test_arguments_that_are_no_json_are_kept_and_said() -> None:
    """Cut arguments are counted as a string, with a warning that does not repeat them."""
    call = {"id": "c", "function": {"name": "f", "arguments": '{"secret'}}
    body, warnings = convert([{"role": "assistant", "tool_calls": [call]}])
    assert body["messages"][0]["content"][0]["input"] == {"arguments": '{"secret'}
    assert len(warnings) == 1
    assert "secret" not in warnings[0]


def test_calls_written_twice_are_counted_once() -> None:
    """A call that stands both as a block and in tool_calls is one call."""
    block = {"type": "tool_use", "id": "c", "name": "f", "input": {}}
    call = {"id": "c", "function": {"name": "f", "arguments": "{}"}}
    body, _ = convert([{"role": "assistant", "content": [block], "tool_calls": [call]}])
    assert body["messages"][0]["content"] == [block]


def test_late_system_messages_and_unknown_parts_are_said() -> None:
    """What moves or is left out is a warning; system text is never lost."""
    body, warnings = convert(
        [
            {"role": "system", "content": "A"},
            {"role": "user", "content": [{"type": "input_audio", "input_audio": {}}, "x"]},
            {"role": "system", "content": "B"},
        ]
    )
    assert body["system"] == [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]
    assert len(warnings) == 2


def test_the_responses_api() -> None:
    """Instructions, input items, calls and their outputs become one conversation."""
    body, warnings = responses_to_messages(
        {
            "model": "m",
            "instructions": "Be terse.",
            "max_output_tokens": 7,
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
                {"type": "reasoning", "summary": []},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c", "output": "1"},
            ],
            "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}],
            "text": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        }
    )
    assert body == {
        "model": "m",
        "max_tokens": 7,
        "system": "Be terse.",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "f", "input": {}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "1"}]},
        ],
        "tools": [{"name": "f", "input_schema": {"type": "object"}}],
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
    }
    assert warnings == ["items of type `reasoning` are left out"]
    assert responses_to_messages({"input": "Hi"})[0]["messages"] == [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([{"role": "user", "content": 5}], "/messages/0/content"),
        ([{"role": "wizard", "content": "x"}], "/messages/0/role"),
        ([{"role": "assistant", "tool_calls": [{}]}], "/messages/0/tool_calls/0"),
        ({"messages": [{"role": "user", "content": "x"}], "tools": [1]}, "/tools/0"),
        ({"messages": {}}, "/messages"),
    ],
)
def test_a_wrong_shape_is_told_with_its_place(value: Any, place: str) -> None:
    """What is no chat request is refused with a JSON pointer."""
    with pytest.raises(InputError) as caught:
        chat_to_messages(value)
    assert caught.value.location is not None
    assert caught.value.location.pointer == place
