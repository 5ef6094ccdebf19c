"""The parts a count is made of: each has its kind, its place, its message and the rule it is counted by."""

from __future__ import annotations

from typing import Any

import pytest

from .builders import (
    ENABLED,
    WEATHER,
    ask,
    assistant,
    call,
    document,
    image,
    png,
    result,
    text,
    thinking,
    user,
)

SONNET, OPUS = "claude-sonnet-4-5", "claude-opus-4-6"
GPT = "gpt-4o"
PICTURE = image(png(10, 10))
PROGRAMS = ["code_execution_20250825"]
SCHEMA = {"format": {"type": "json_schema", "schema": {"type": "object"}}}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
FOUND = {"type": "search_result", "source": "s", "title": "t", "content": [text("x")]}
OPEN = {"thinking": ENABLED, "max_tokens": 2000}

Row = tuple[str, str, int | None, str]


def parts(model: str, body: dict[str, Any]) -> list[Row]:
    """Return kind, path, message and rule of every part."""
    return [(part.kind, part.path, part.message, part.why) for part in ask(model, **body).counted.parts]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"system": [text(" You are"), PICTURE]},
            [
                ("system", "/system/0", None, "system"),
                ("frame", "/system/0", None, "system_leading_spaces"),
                ("image", "/system/1", None, "image"),
                ("frame", "", None, "separators"),
            ],
            id="system",
        ),
        pytest.param(
            {"tools": [WEATHER, {"type": "web_search_20250305", "name": "web_search"}]},
            [
                ("tool_prompt", "", None, "tool_prompt"),
                ("tools", "/tools/0", None, "tool_definition"),
                ("server_tool", "/tools/1", None, "anthropic_tool"),
                ("frame", "", None, "separators"),
            ],
            id="tools",
        ),
        pytest.param(
            {"tools": [WEATHER], "tool_choice": {"type": "tool", "name": "get_weather"}},
            [
                ("tool_prompt", "", None, "tool_prompt_chosen"),
                ("tools", "/tools/0", None, "tool_definition"),
                ("frame", "", None, "separators"),
            ],
            id="tool-choice",
        ),
        pytest.param(
            {"tools": [WEATHER | {"allowed_callers": PROGRAMS}], "mcp_servers": [{"name": "docs"}]},
            [
                ("tool_prompt", "", None, "tool_prompt"),
                ("tools", "/tools/0", None, "tool_definition"),
                ("server_tool", "/mcp_servers", None, "unseen"),
                ("tool_prompt", "", None, "programmatic_calls"),
                ("frame", "", None, "separators"),
            ],
            id="programs-and-servers",
        ),
        pytest.param(
            {"tools": [WEATHER], **OPEN},
            [
                ("tool_prompt", "", None, "tool_prompt"),
                ("tools", "/tools/0", None, "tool_definition"),
                ("thinking_prompt", "/thinking", None, "thinking_prompt"),
                ("thinking_prompt", "", None, "interleaved_thinking"),
                ("frame", "", None, "separators"),
            ],
            id="thinking",
        ),
        pytest.param(
            {
                "output_config": SCHEMA | {"task_budget": {"type": "tokens", "total": 9}},
                "context_management": {"edits": [{"type": "compact_20260112"}]},
                "container": {"skills": [{"skill_id": "pptx"}]},
            },
            [
                ("frame", "/output_config/format", None, "structured_output"),
                ("frame", "/context_management", None, "compaction_edit"),
                ("frame", "/output_config/task_budget", None, "task_budget"),
                ("server_tool", "/container", None, "unseen"),
                ("frame", "", None, "separators"),
            ],
            id="settings",
        ),
    ],
)
def test_parts_before_the_messages(body: dict[str, Any], expected: list[Row]) -> None:
    """What precedes the messages is listed in the order in which the model reads it, then the only message."""
    message = [("frame", "/messages/0", 0, "message"), ("text", "/messages/0/content", 0, "text")]
    # Only up to 4.5 is there a prompt of interleaved thinking; from 4.6 on a single section has a separator.
    assert parts(SONNET if "thinking" in body else OPUS, body) == [*expected, *message]


def test_parts_of_messages() -> None:
    """Every block of a conversation is a part of its message, with the seams before it."""
    messages = [
        user([text("a"), PICTURE, text("b"), document("c"), FOUND, {"type": "hologram"}]),
        assistant([thinking(), text("I look."), call()]),
        user([result(), PICTURE, text("so")]),
        assistant([SEARCH, text("c", citations=[{"type": "char_location"}])]),
        user("d"),
    ]
    assert parts(OPUS, {"messages": messages, **OPEN, "thinking": {"type": "adaptive"}}) == [
        ("thinking_prompt", "/thinking", None, "thinking_adaptive"),
        ("frame", "/messages/0", 0, "message"),
        ("text", "/messages/0/content/0", 0, "text"),
        ("image", "/messages/0/content/1", 0, "image"),
        ("frame", "/messages/0/content/2", 0, "text_seam"),
        ("text", "/messages/0/content/2", 0, "text"),
        ("document", "/messages/0/content/3", 0, "document"),
        ("document", "/messages/0/content/4", 0, "search_result"),
        ("text", "/messages/0/content/5", 0, "unknown_block"),
        ("frame", "/messages/1", 1, "message"),
        ("thinking", "/messages/1/content/0", 1, "thinking_block"),
        ("frame", "/messages/1/content/1", 1, "text_seam"),
        ("text", "/messages/1/content/1", 1, "text"),
        ("tool_use", "/messages/1/content/2", 1, "tool_call"),
        ("frame", "/messages/2", 2, "message"),
        ("tool_result", "/messages/2/content/0", 2, "tool_result"),
        ("frame", "/messages/2/content/1", 2, "media_seam"),
        ("image", "/messages/2/content/1", 2, "image"),
        ("frame", "/messages/2/content/2", 2, "text_seam"),
        ("text", "/messages/2/content/2", 2, "text"),
        ("frame", "/messages/3", 3, "message"),
        ("server_tool", "/messages/3/content/0", 3, "server_tool"),
        ("text", "/messages/3/content/1", 3, "text"),
        ("frame", "/messages/3/content/1", 3, "cited_text"),
        ("frame", "/messages/4", 4, "message"),
        ("text", "/messages/4/content", 4, "text"),
    ]


def test_parts_for_another_provider() -> None:
    """For OpenAI's models the frame of the chat format follows what it is around; thinking is no part."""
    messages = [
        user([text("a"), PICTURE, document("c"), FOUND, {"type": "hologram"}]),
        assistant([thinking(), text("I look."), call()]),
        user([result()]),
        assistant([SEARCH]),
    ]
    body = {"system": "You are", "tools": [WEATHER], "output_config": SCHEMA, "messages": messages}
    assert parts(GPT, body) == [
        ("system", "/system", None, "text"),
        ("frame", "", None, "chat_format"),
        ("tools", "/tools/0", None, "tool_definition"),
        ("tool_prompt", "", None, "tool_definition"),
        ("frame", "/output_config/format", None, "structured_output"),
        ("text", "/messages/0/content/0", 0, "text"),
        ("image", "/messages/0/content/1", 0, "image"),
        ("document", "/messages/0/content/2", 0, "document"),
        ("document", "/messages/0/content/3/content/0", 0, "text"),
        ("server_tool", "/messages/0/content/4", 0, "server_tool"),
        ("frame", "/messages/0", 0, "chat_format"),
        ("text", "/messages/1/content/1", 1, "text"),
        ("tool_use", "/messages/1/content/2", 1, "tool_call"),
        ("frame", "/messages/1", 1, "chat_format"),
        ("tool_result", "/messages/2/content/0/content", 2, "text"),
        ("frame", "/messages/2", 2, "chat_format"),
        ("server_tool", "/messages/3/content/0", 3, "server_tool"),
        ("frame", "/messages/3", 3, "chat_format"),
        ("frame", "", None, "chat_format"),
    ]


def test_no_frame_is_known_of_google() -> None:
    """Nothing is published of what stands around the texts of Gemini: there is no part for it."""
    assert parts("gemini-2.5-pro", {"system": "You are", "tools": [WEATHER]}) == [
        ("system", "/system", None, "text"),
        ("tools", "/tools/0", None, "tool_definition"),
        ("text", "/messages/0/content", 0, "text"),
    ]
