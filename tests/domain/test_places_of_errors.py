"""A body that has not the shape of a request: what is wrong is named by its place, its kind, and never its text."""

from __future__ import annotations

from typing import Any

import pytest

from budgetcalc.conversation import parse_request
from budgetcalc.errors import InputError

from .builders import user

SECRET = "the text of a conversation"


def in_a_message(block: Any) -> dict[str, Any]:
    """Return a request whose second block is this one."""
    return {"messages": [user([{"type": "text", "text": "a"}, block])]}


BLOCK = "/messages/0/content/1"


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ([], "", "expected a JSON object, got a list"),
        ({}, "/messages", "the request has no messages"),
        ({"messages": SECRET}, "/messages", "expected a list, got a string"),
        ({"messages": [SECRET]}, "/messages/0", "expected a JSON object, got a string"),
        ({"messages": [{"content": SECRET}]}, "/messages/0/role", "expected a string, got nothing"),
        ({"messages": [{"role": "user"}]}, "/messages/0/content", "the content is missing"),
        ({"messages": [user(7)]}, "/messages/0/content", "expected a list, got a number"),
        (in_a_message(7), BLOCK, "expected a JSON object, got a number"),
        (in_a_message({"type": 7}), f"{BLOCK}/type", "expected a string, got a number"),
        (in_a_message({"type": "text"}), f"{BLOCK}/text", "expected a string, got nothing"),
        (in_a_message({"type": "image"}), f"{BLOCK}/source", "expected a JSON object, got nothing"),
        (in_a_message({"type": "document"}), f"{BLOCK}/source", "expected a JSON object, got nothing"),
        (
            in_a_message({"type": "document", "source": {"type": "content", "content": 7}}),
            f"{BLOCK}/source/content",
            "expected a list, got a number",
        ),
        (in_a_message({"type": "tool_use"}), f"{BLOCK}/name", "expected a string, got nothing"),
        (
            in_a_message({"type": "tool_result", "content": {SECRET: 1}}),
            f"{BLOCK}/content",
            "expected a list, got an object",
        ),
        (
            in_a_message({"type": "search_result", "content": 7}),
            f"{BLOCK}/content",
            "expected a list, got a number",
        ),
        ({"system": 7}, "/system", "expected a list, got a number"),
        ({"model": 7}, "/model", "expected a string, got a number"),
        ({"max_tokens": SECRET}, "/max_tokens", "expected a whole number, got a string"),
        ({"max_tokens": True}, "/max_tokens", "expected a whole number, got true or false"),
        ({"max_tokens": -1}, "/max_tokens", "-1 is out of range"),
        ({"max_tokens": 10**18}, "/max_tokens", "a number of more than 18 digits is out of range"),
        ({"tools": SECRET}, "/tools", "expected a list, got a string"),
        ({"tools": [SECRET]}, "/tools/0", "expected a JSON object, got a string"),
        ({"tools": [{"type": 7}]}, "/tools/0/type", "expected a string, got a number"),
        ({"tools": [{"name": 7}]}, "/tools/0/name", "expected a string, got a number"),
        ({"tools": [{"description": 7}]}, "/tools/0/description", "expected a string, got a number"),
        ({"tool_choice": 7}, "/tool_choice", "expected a JSON object, got a number"),
        ({"tool_choice": {}}, "/tool_choice/type", "expected a string, got nothing"),
        (
            {"tool_choice": {"type": "tool", "name": 7}},
            "/tool_choice/name",
            "expected a string, got a number",
        ),
        ({"output_config": 7}, "/output_config", "expected a JSON object, got a number"),
        ({"output_config": {"effort": 7}}, "/output_config/effort", "expected a string, got a number"),
        ({"betas": {SECRET: 1}}, "/betas", "expected a list, got an object"),
        ({"betas": ["a", 7]}, "/betas/1", "expected a string, got a number"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(body: Any, path: str, message: str) -> None:
    """The JSON pointer of the value, what was expected and what kind of value it is."""
    whole = {"messages": [user("Hi")], **body} if body and "messages" not in body else body
    with pytest.raises(InputError) as caught:
        parse_request(whole, file="a.jsonl", line=3)
    place = caught.value.location
    assert place is not None
    assert (place.file, place.line, place.pointer) == ("a.jsonl", 3, path)
    assert caught.value.message == message
    assert SECRET not in f"{caught.value}{caught.value.hint}"
    # What was expected says what to do; only what is missing or out of range has more to say.
    assert bool(caught.value.hint) is not message.startswith("expected")
