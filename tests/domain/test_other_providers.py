"""Counts of models that a request is compared with: OpenAI's documented examples, Google's bands."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from budgetcalc.counting_other import gemini_image_tokens, openai_image_tokens
from budgetcalc.library import count_text

from .builders import (
    WEATHER,
    ask,
    assistant,
    call,
    count,
    image,
    parts_of,
    pdf,
    png,
    redacted,
    result,
    text,
    thinking,
    tokens,
    user,
)

CURRENT_WEATHER = {
    "name": "get_current_weather",
    "description": "Get the current weather in a given location",
    "input_schema": {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {
                "type": "string",
                "description": "The unit of temperature to return",
                "enum": ["celsius", "fahrenheit"],
            },
        },
        "required": ["location"],
    },
}
"""The function of the cookbook page on counting tokens."""


@pytest.mark.parametrize(
    ("model", "content", "expected"),
    [
        pytest.param("gpt-4-turbo", "tiktoken is great!", 6, id="cl100k"),
        pytest.param("gpt-4o", "tiktoken is great!", 6, id="o200k"),
        pytest.param("gpt-4-turbo", "antidisestablishmentarianism", 6, id="cl100k-long-word"),
        pytest.param("gpt-4o", "antidisestablishmentarianism", 6, id="o200k-long-word"),
        pytest.param("gpt-4-turbo", "2 + 2 = 4", 7, id="cl100k-sum"),
        pytest.param("gpt-4o", "2 + 2 = 4", 7, id="o200k-sum"),
        pytest.param(
            "gpt-4-turbo", "\u304a\u8a95\u751f\u65e5\u304a\u3081\u3067\u3068\u3046", 9, id="cl100k-japanese"
        ),
        pytest.param(
            "gpt-4o", "\u304a\u8a95\u751f\u65e5\u304a\u3081\u3067\u3068\u3046", 8, id="o200k-japanese"
        ),
    ],
)
def test_the_cookbooks_texts(model: str, content: str, expected: int) -> None:
    """The texts of the cookbook page have the tokens it prints."""
    assert count_text(content, model) == expected


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4-turbo"])
def test_the_chat_format(model: str) -> None:
    """Four tokens a message, the system prompt being one, and three to prime the answer; documented."""
    counted = count(model, "tiktoken is great!", system="tiktoken is great!")
    assert counted.tokens == 2 * (4 + 6) + 3
    assert counted.low == counted.high == counted.tokens
    assert counted.method == "documented"
    longer = tokens(model, messages=[user("2 + 2 = 4"), assistant("2 + 2 = 4"), user("2 + 2 = 4")])
    assert longer == 3 * (4 + 7) + 3


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4o-mini"])
def test_the_cookbooks_function(model: str) -> None:
    """The function of the cookbook page comes to the 101 tokens it prints, with a band around it."""
    counted = count(
        model,
        "What's the weather like in San Francisco?",
        system="You are a helpful assistant that can answer to questions about the weather.",
        tools=[CURRENT_WEATHER],
    )
    assert counted.tokens == 101
    assert counted.low < 101 < counted.high
    assert counted.method == "estimated"


def test_the_cookbooks_function_on_the_older_format() -> None:
    """Before GPT-4o a function starts with ten tokens instead of seven: the page prints 105."""
    counted = count(
        "gpt-4-turbo",
        "What's the weather like in San Francisco?",
        system="You are a helpful assistant that can answer to questions about the weather.",
        tools=[CURRENT_WEATHER],
    )
    assert counted.low <= 105 <= counted.high


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param((1024, 1024), 765, id="documented-1024x1024"),
        pytest.param((2048, 4096), 1105, id="documented-2048x4096"),
        pytest.param((4096, 8192), 1105, id="documented-4096x8192"),
        pytest.param((512, 512), 85 + 170, id="one-tile"),
        pytest.param((1, 1), 85 + 170, id="one-pixel"),
        pytest.param((513, 100), 85 + 2 * 170, id="two-tiles"),
    ],
)
def test_openai_images(size: tuple[int, int], expected: int) -> None:
    """The images guide's examples in high detail: 85 and 170 a tile."""
    assert openai_image_tokens(*size) == expected
    (part,) = parts_of(ask("gpt-4o", [image(png(*size)), text("Hello")]), "image")
    assert (part.count.tokens, part.count.method) == (expected, "formula")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param((1, 1), 258, id="one-pixel"),
        pytest.param((384, 384), 258, id="384x384"),
        pytest.param((960, 540), 6 * 258, id="documented-960x540"),
        pytest.param((500, 2), 500 * 2 * 258, id="a-line"),
    ],
)
def test_gemini_images(size: tuple[int, int], expected: int) -> None:
    """258 tokens up to 384 pixels; above, the documentation's crop unit gives six tiles for 960x540."""
    assert gemini_image_tokens(*size) == expected


@settings(deadline=None, max_examples=100)
@example(1, 2049)
@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_any_size_has_image_tokens(width: int, height: int) -> None:
    """Every picture costs at least one tile, on both."""
    assert openai_image_tokens(width, height) >= 85 + 170
    assert gemini_image_tokens(width, height) >= 258


@pytest.mark.parametrize("model", ["gpt-4o", "gemini-2.5-pro"])
def test_images_and_documents_of_unknown_size_are_bands(model: str) -> None:
    """What is given by reference, or cannot be read, has a band and a note."""
    picture = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    paper = {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": "bm8="},
    }
    estimated = ask(model, [picture, paper])
    for part in [*parts_of(estimated, "image"), *parts_of(estimated, "document")]:
        assert part.count.low <= part.count.tokens < part.count.high
        assert any(part.path in note for note in estimated.counted.notes)


@pytest.mark.parametrize("model", ["gemini-2.5-pro", "gemini-3.8-flash", "gpt-6-luna"])
def test_models_without_a_published_vocabulary_are_estimates(model: str) -> None:
    """A count without a published vocabulary is an estimate; Google's has a band that holds it."""
    counted = count(model, "The weather in Rome is fine today, and it will stay so. " * 20)
    assert counted.method == "estimated"
    if model.startswith("gemini"):
        assert counted.low < counted.tokens < counted.high


@pytest.mark.parametrize("model", ["gpt-4o", "gemini-2.5-pro"])
def test_claudes_thinking_is_not_sent_elsewhere(model: str) -> None:
    """Thinking blocks belong to Claude: elsewhere they are stripped, with a reason, and cost nothing."""
    with_thinking = [user("a"), assistant([thinking("one"), redacted(), text("A")]), user("b")]
    without = [user("a"), assistant([text("A")]), user("b")]
    estimated = ask(model, messages=with_thinking)
    assert estimated.counted.total == count(model, messages=without)
    assert estimated.counted.stripped.paths == ("/messages/1/content/0", "/messages/1/content/1")
    assert estimated.counted.stripped.count.low < estimated.counted.stripped.count.high
    assert estimated.counted.stripped.reason


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4-turbo", "gemini-2.5-pro", "gpt-6.1-sol"])
def test_every_kind_of_block_is_counted(model: str) -> None:
    """A conversation with calls, results, pictures and documents has parts that sum, each within its band."""
    source = {
        "type": "base64",
        "media_type": "application/pdf",
        "data": base64.b64encode(pdf("Hello")).decode(),
    }
    messages: list[Any] = [
        user([text("Weather?"), image(png(100, 100)), {"type": "document", "source": source}]),
        assistant([text("I look."), call("t1"), call("t2")]),
        user([result("sunny", "t1"), result([text("warm")], "t2")]),
        assistant([{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}]),
        user([{"type": "hologram", "beam": "light"}]),
    ]
    more = {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}
    counted = ask(model, messages=messages, tools=[WEATHER, CURRENT_WEATHER], **more).counted
    assert sum(part.count.tokens for part in counted.parts) == counted.total.tokens
    assert all(part.count.low <= part.count.tokens <= part.count.high for part in counted.parts)
    assert counted.total.method == "estimated"


BARE = {"name": "look", "description": "Look it up.", "input_schema": {"type": "object"}}
"""A function without parameters: seven tokens, its name and description, and twelve that end all functions."""


def with_properties(**properties: Any) -> dict[str, Any]:
    """Return that function with properties."""
    return BARE | {"input_schema": {"type": "object", "properties": properties}}


@pytest.mark.parametrize(
    ("tool", "texts", "constant"),
    [
        pytest.param(BARE, ["look:Look it up"], 7 + 12, id="bare"),
        pytest.param(with_properties(), ["look:Look it up"], 7 + 12, id="no-properties"),
        pytest.param(
            with_properties(a={"type": "string", "description": "Which."}, b={}),
            ["look:Look it up", "a:string:Which", "b::"],
            7 + 12 + 3 + 2 * 3,
            id="two-properties",
        ),
        pytest.param(
            with_properties(a={"type": "string", "enum": ["x", 7]}),
            ["look:Look it up", "a:string:", "x", "7"],
            7 + 12 + 3 + 3 - 3 + 2 * 3,
            id="choices",
        ),
        pytest.param(
            with_properties(a={"type": "array", "items": {"type": "string"}}),
            ["look:Look it up", "a:array:", '{"items": {"type": "string"}}'],
            7 + 12 + 3 + 3,
            id="items",
        ),
        pytest.param(
            with_properties(a={"type": "object", "properties": {"b": {"type": "string"}}}),
            ["look:Look it up", "a:object:", '{"properties": {"b": {"type": "string"}}}'],
            7 + 12 + 3 + 3,
            id="nested",
        ),
        pytest.param(with_properties(a="string"), ["look:Look it up", "a::"], 7 + 12 + 3 + 3, id="no-schema"),
    ],
)
def test_functions_of_openai(tool: dict[str, Any], texts: list[str], constant: int) -> None:
    """The cookbook's constants and the tokens of each text; what is nested in a property counts as its JSON."""
    added = tokens("gpt-4o", tools=[tool]) - tokens("gpt-4o")
    assert added == constant + sum(count_text(each, "gpt-4o") for each in texts)


@pytest.mark.parametrize("model", ["gpt-4o", "gemini-2.5-pro"])
def test_calls_are_their_name_and_their_arguments(model: str) -> None:
    """A call costs its name and its input as JSON, within five percent."""
    messages = [user("a"), assistant([call("t1", city="Zürich")]), user([result("fine")])]
    (part,) = parts_of(ask(model, messages=messages), "tool_use")
    expected = count_text("get_weather", model) + count_text('{"city": "Zürich"}', model)
    assert part.count.tokens == expected
    assert part.count.low < expected < part.count.high


def test_functions_of_gemini_are_their_json() -> None:
    """Google publishes no rendering: name, description and parameters as JSON."""
    parameters = json.dumps(BARE["input_schema"])
    written = f'{{"name": "look", "description": "Look it up.", "parameters": {parameters}}}'
    (part,) = parts_of(ask("gemini-2.5-pro", tools=[BARE]), "tools")
    assert part.count.tokens == count_text(written, "gemini-2.5-pro")


@pytest.mark.parametrize(
    ("model", "band"),
    [
        pytest.param("gpt-4o", (85 + 4 * 170, 85, 85 + 8 * 170), id="openai-one-to-eight-tiles"),
        pytest.param("gemini-2.5-pro", (258, 258, 12 * 258), id="gemini-one-to-twelve-tiles"),
    ],
)
def test_pictures_of_unknown_size(model: str, band: tuple[int, int, int]) -> None:
    """A picture by reference is of a usual size, within the fewest and the most tiles."""
    picture = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    (part,) = parts_of(ask(model, [picture]), "image")
    assert (part.count.tokens, part.count.low, part.count.high) == band


@pytest.mark.parametrize("model", ["gpt-4o", "gemini-2.5-pro"])
def test_pages_for_another_provider(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is a picture of 258 and its text; where no library reads it, 1,500 tokens of text, none to 3,000."""
    data = base64.b64encode(pdf("Hello", "there")).decode()
    paper = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": data}}
    (read,) = parts_of(ask(model, [paper]), "document")
    assert read.count.tokens == 2 * 258 + count_text("Hello", model) + count_text("there", model)
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (unread,) = parts_of(ask(model, [paper]), "document")
    assert (unread.count.tokens, unread.count.low, unread.count.high) == (
        2 * (258 + 1_500),
        2 * 258,
        2 * (1_500 + 3_000),
    )


def test_what_nobody_knows_is_its_json() -> None:
    """A block of another type is counted as its JSON, letters as they are, within five percent."""
    block = {"type": "hologram", "beam": "Zürich, 天気"}
    (part,) = parts_of(ask("gpt-4o", [block]), "server_tool")
    expected = count_text('{"type": "hologram", "beam": "Zürich, 天気"}', "gpt-4o")
    assert part.count.low < part.count.tokens == expected < part.count.high
