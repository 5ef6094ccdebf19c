"""Constants of the frame that are tokens of written tags: what predicts them for models that nobody recorded.

Each constant was found on recordings first. That the tags the API writes cost exactly as much, in both vocabularies, is
why the same structure is counted on to hold for the models of the other one.
"""

from __future__ import annotations

import pytest

from budgetcalc.claude_text import count_claude_text
from budgetcalc.rendering import DOCUMENT_BEGINS, element

from .builders import CATALOGUE, find

FRAMING = CATALOGUE.framing
V3, V47, V48 = find("claude-sonnet-4-5"), find("claude-opus-4-7"), find("claude-sonnet-5")
PREFIX = "antml:"
RESULTS = "function_results"
LINES_BETWEEN = 3
"""Line ends before a turn's calls, before its results, and after them."""


def n(text: str, vocabulary: str) -> int:
    """Return the tokens of a text with nothing special in front."""
    return count_claude_text(text, "v3" if vocabulary == "v3" else "v4.7")


def within(name: str, text: str, *, lines: bool = False, prefix: str = "") -> str:
    """Return a text within a tag, on lines of its own if asked."""
    end = "\n" if lines else ""
    return f"<{prefix}{name}>{end}{text}{end}</{prefix}{name}>"


def fact(name: str, model: object) -> int:
    """Return a constant of the table."""
    return FRAMING.value(name, model).tokens  # type: ignore[arg-type]


def calls(number: int, vocabulary: str) -> int:
    """Return what the block around calls costs, and the line ends between them."""
    call = within("invoke", "x", prefix=PREFIX)
    block = within("function_calls", "\n".join([call] * number), lines=True, prefix=PREFIX)
    return n(block, vocabulary) - number * n(call, vocabulary)


def results(number: int, vocabulary: str) -> str:
    """Return several results as they are written."""
    one = within("result", within("name", "add") + "\n" + within("output", "Sunny"), lines=True)
    return within(RESULTS, "\n".join([one] * number), lines=True)


def pair(model: object) -> int:
    """Return the frame of an answer and the user's message after it."""
    return fact("message_next_assistant", model) + fact("message_next_user", model)


@pytest.mark.parametrize(("model", "vocabulary"), [(V3, "v3"), (V47, "v4.7")], ids=["v3", "v4.7"])
def test_a_call_and_its_result(model: object, vocabulary: str) -> None:
    """The tags around a call, those around its result, and three line ends: that turn opens no message."""
    result = n(within(RESULTS, "Sunny"), vocabulary) - n(element("Sunny"), vocabulary)
    turn = pair(model) + fact("tool_turn_one_call", model)
    assert turn == calls(1, vocabulary) + result + LINES_BETWEEN


def test_a_call_and_its_result_between_tokens_of_their_own() -> None:
    """From 4.8 on the four tags are a token each, and so are the line ends within the calls' block."""
    turn = pair(V48) + fact("tool_turn_one_call", V48) + n(element("Sunny"), "v4.7") - n("Sunny", "v4.7")
    assert turn == 4 + 2 + LINES_BETWEEN


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize(("model", "vocabulary"), [(V3, "v3"), (V47, "v4.7")], ids=["v3", "v4.7"])
def test_several_calls_and_their_results(model: object, vocabulary: str, number: int) -> None:
    """Each of several results is an element with a name and an output."""
    texts = number * (n(element("add"), vocabulary) + n(element("Sunny"), vocabulary))
    written = n(results(number, vocabulary), vocabulary) - texts
    further = (number - 2) * fact("tool_turn_further_call", model)
    turn = pair(model) + fact("tool_turn_two_calls", model) + further
    assert turn == calls(number, vocabulary) + written + LINES_BETWEEN


@pytest.mark.parametrize(("model", "vocabulary"), [(V3, "v3"), (V47, "v4.7")], ids=["v3", "v4.7"])
def test_an_error(model: object, vocabulary: str) -> None:
    """An error is an element on lines of its own within the result."""
    fine = n(within(RESULTS, "No city"), vocabulary)
    failed = n(within(RESULTS, within("error", "No city"), lines=True), vocabulary)
    assert fact("tool_result_error", model) == failed - fine


@pytest.mark.parametrize("model", [V3, V47, V48], ids=["v3", "v4.7", "v4.8"])
def test_words_after_results(model: object) -> None:
    """They open a message and the answer to it, in place of the last line end."""
    assert fact("text_after_result", model) == pair(model) - 1


def test_kept_thinking() -> None:
    """Thinking stands on lines of its own within its tags; text after it is set off by a blank line."""
    block = within("thinking", "Sunny", lines=True, prefix=PREFIX)
    assert fact("thinking_block", V3) == n(block, "v3") - n("Sunny", "v3")
    followed = n(f"{block}\n\nRome", "v3") - n("Rome", "v3")
    assert fact("thinking_block_then_text", V3) == followed - n(block, "v3")


@pytest.mark.parametrize(
    ("model", "vocabulary"), [(find("claude-opus-4-6"), "v3"), (V48, "v4.7")], ids=["4.6", "v4.8"]
)
def test_a_document(model: object, vocabulary: str) -> None:
    """Documents, a numbered one, its source and its content; two side by side merge their tags."""
    content = within("document_content", "Sunny", lines=True)
    inner = f'<document index="1">\n{within("source", "")}\n{content}\n</document>'
    written = within("documents", inner, lines=True)
    assert written.startswith(DOCUMENT_BEGINS)
    assert fact("document_text", model) == n(written, vocabulary) - n("Sunny", vocabulary)
    assert fact("document_after_document", model) == n(written * 2, vocabulary) - 2 * n(written, vocabulary)
    page = n(within("page", "Sunny"), vocabulary) - n("Sunny", vocabulary) + fact("image", model)
    assert fact("pdf_page", model) == fact("document_text", model) + page
    assert fact("pdf_further_page", model) == page
