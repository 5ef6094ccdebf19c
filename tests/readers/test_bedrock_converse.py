"""Converse requests as Messages bodies."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest

from budgetcalc.conversation import parse_request
from budgetcalc.errors import InputError
from budgetcalc.readers.bedrock_converse import converse_to_messages
from budgetcalc.readers.requests import RequestItem, read_requests


def test_a_whole_request_is_translated() -> None:
    """Blocks, cache points, tools and parameters get the names of the Messages API."""
    schema = {"type": "object"}
    text = base64.b64encode("héllo".encode()).decode()
    body, warnings = converse_to_messages(
        {
            "modelId": "us.anthropic.claude-sonnet-4-6",
            "system": [{"text": "Be terse."}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"text": "Look"},
                        {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}},
                        {"document": {"format": "pdf", "name": "a", "source": {"bytes": "JVBERg=="}}},
                        {"document": {"format": "txt", "name": "b", "source": {"bytes": text}}},
                        {"video": {}},
                    ],
                },
                {
                    "role": "assistant",
                    "content": [
                        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
                        {"toolUse": {"toolUseId": "t", "name": "f", "input": {"a": 1}}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"toolResult": {"toolUseId": "t", "content": [{"json": {"b": 2}}], "status": "error"}}
                    ],
                },
            ],
            "inferenceConfig": {"maxTokens": 9, "temperature": 0.5, "stopSequences": ["X"]},
            "toolConfig": {
                "tools": [
                    {"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": schema}}},
                    {"cachePoint": {"type": "default"}},
                ],
                "toolChoice": {"tool": {"name": "f"}},
            },
            "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        }
    )
    parse_request(body)
    assert warnings == ["content of type `video` is left out"]
    assert body == {
        "model": "us.anthropic.claude-sonnet-4-6",
        "system": [
            {"type": "text", "text": "Be terse.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        ],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="},
                    },
                    {
                        "type": "document",
                        "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="},
                        "title": "a",
                    },
                    {
                        "type": "document",
                        "source": {"type": "text", "media_type": "text/plain", "data": "héllo"},
                        "title": "b",
                    },
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "s"},
                    {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [{"type": "text", "text": '{"b":2}'}],
                        "is_error": True,
                    }
                ],
            },
        ],
        "max_tokens": 9,
        "temperature": 0.5,
        "stop_sequences": ["X"],
        "tools": [
            {
                "name": "f",
                "description": "d",
                "input_schema": {"type": "object"},
                "cache_control": {"type": "ephemeral"},
            }
        ],
        "tool_choice": {"type": "tool", "name": "f"},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"messages": [1]}, "/messages/0"),
        ({"messages": [{"role": "user", "content": 1}]}, "/messages/0/content"),
        ({"messages": [], "inferenceConfig": 1}, "/inferenceConfig"),
        ({"messages": [], "toolConfig": {"tools": [1]}}, "/toolConfig/tools/0"),
    ],
)
def test_a_wrong_shape_is_told_with_its_place(body: Any, place: str) -> None:
    """What is no Converse request is refused with a JSON pointer."""
    with pytest.raises(InputError) as caught:
        converse_to_messages(body)
    assert caught.value.location is not None
    assert caught.value.location.pointer == place


def test_a_limit_is_not_missed_where_bedrock_needs_none() -> None:
    """Converse takes a request without maxTokens: it is a message, and no body for counting."""
    body = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}], "inferenceConfig": {"topP": 0.5}}
    (item,) = read_requests("-", stdin=io.BytesIO(json.dumps(body).encode()))
    assert isinstance(item, RequestItem)
    assert (item.request.form, item.request.max_tokens) == ("messages", None)
