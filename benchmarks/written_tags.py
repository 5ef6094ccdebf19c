"""Constants of the frame that are the tokens of what the API writes: roles, tags and line ends.

A prompt is one text. That its constants are tokens of pieces of it was found by counting the pieces: the two numbers
are the same in both vocabularies, on frames that were recorded. So the pieces predict what the same structure costs on
models that nobody recorded (`held_out.py`), and `tests/domain/test_written_tags.py` holds `framing.yaml` to them.

From Claude 4.8 on roles and tags are tokens of their own, and what they cost does not follow from their letters: there
a tag of calls, results and thinking counts one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from budgetcalc.claude_text import count_claude_text
from budgetcalc.rendering import DOCUMENT_BEGINS, element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PREFIX = "antml:"
RESULTS = "function_results"
USER, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"
LINES_BETWEEN = 3
"""Line ends before a turn's calls, before its results, and after them."""
IMAGE_FRAME = 3
"""Of the picture of a page: no tag that was tried costs as much in both vocabularies."""

OLD_DOCUMENTS = frozenset({"2", "3", "3.5", "3.7", "4", "4.1", "4.5"})
"""Generations that write a document's empty source as one tag."""
TAGS_ARE_TOKENS = frozenset({"v4.8", "4.8", "5", "5.1", "5.2", "5.5"})
OTHER_VOCABULARY = TAGS_ARE_TOKENS | {"v4.7", "4.7", "mythos-preview"}


@dataclass(frozen=True, slots=True)
class Frame:
    """How a generation writes its prompt.

    Attributes:
        vocabulary: what its texts are counted with.
        spelt: roles and tags are text; else they are tokens of their own.
        old_documents: the empty source of a document is one tag.
    """

    vocabulary: Literal["v3", "v4.7"]
    spelt: bool
    old_documents: bool

    def n(self, text: str) -> int:
        """Return the tokens of a text with nothing special in front or behind."""
        return count_claude_text(text, self.vocabulary, closes=False)


def within(name: str, text: str, *, lines: bool = False, prefix: str = "") -> str:
    """Return a text within a tag, on lines of its own if asked."""
    end = "\n" if lines else ""
    return f"<{prefix}{name}>{end}{text}{end}</{prefix}{name}>"


def pair(frame: Frame) -> int:
    """Return the frame of an answer and of the user's message after it."""
    return frame.n(ASSISTANT) + frame.n(USER)


def calls(frame: Frame, number: int) -> int:
    """Return what the block around calls costs, and the line ends between them."""
    call = within("invoke", "x", prefix=PREFIX)
    block = within("function_calls", "\n".join([call] * number), lines=True, prefix=PREFIX)
    return frame.n(block) - number * frame.n(call)


def one_call(frame: Frame) -> int | None:
    """Return the tags around a call and those around its result: such a turn opens no message."""
    if not frame.spelt:
        return None
    result = frame.n(within(RESULTS, "Sunny")) - frame.n(element("Sunny"))
    return calls(frame, 1) + result + LINES_BETWEEN - pair(frame)


def several_calls(frame: Frame, number: int) -> int:
    """Return what a turn of several calls costs beyond a pair: each result is an element with a name and an output."""
    one = within("result", within("name", "add") + "\n" + within("output", "Sunny"), lines=True)
    written = frame.n(within(RESULTS, "\n".join([one] * number), lines=True))
    texts = number * (frame.n(element("add")) + frame.n(element("Sunny")))
    return calls(frame, number) + written - texts + LINES_BETWEEN - pair(frame)


def error(frame: Frame) -> int | None:
    """Return what an element of an error, on lines of its own, adds to a result."""
    failed = within(RESULTS, within("error", "No city"), lines=True)
    return frame.n(failed) - frame.n(within(RESULTS, "No city")) if frame.spelt else None


def thinking(frame: Frame, *, prefix: str = PREFIX) -> int:
    """Return what kept thinking costs: its tags, and it stands on lines of its own."""
    if not frame.spelt:
        return 2 + 2 * frame.n("\n")
    return frame.n(within("thinking", "Sunny", lines=True, prefix=prefix)) - frame.n("Sunny")


def text_after_thinking(frame: Frame) -> int:
    """Return the blank line between kept thinking and the text after it."""
    block = within("thinking", "Sunny", lines=True, prefix=PREFIX)
    return frame.n(f"{block}\n\nRome") - frame.n("Rome") - frame.n(block)


def documents(frame: Frame) -> str:
    """Return a plain-text document: documents, a numbered one, its source and its content."""
    source = "<source/>" if frame.old_documents else within("source", "")
    content = within("document_content", "Sunny", lines=True)
    written = within("documents", f'<document index="1">\n{source}\n{content}\n</document>', lines=True)
    assert written.startswith(DOCUMENT_BEGINS)
    return written


def document(frame: Frame) -> int:
    """Return the tags of a plain-text document."""
    return frame.n(documents(frame)) - frame.n("Sunny")


def cited_block(frame: Frame) -> int:
    """Return the tags of a block that may be cited by its number, on a line of its own."""
    return frame.n('<span index="0-0">Sunny</span>') - frame.n("Sunny") + frame.n("\n")


def document_of_blocks(frame: Frame) -> int:
    """Return the tags of a document that is given as blocks; the line end of the last one is the document's."""
    return document(replace(frame, old_documents=False)) - frame.n("\n")


def document_after_document(frame: Frame) -> int:
    """Return what merges where one document ends and the next begins."""
    written = documents(frame)
    return frame.n(written * 2) - 2 * frame.n(written)


def page(frame: Frame) -> int:
    """Return the tags of a page and the frame of its picture."""
    return frame.n(within("page", "Sunny")) - frame.n("Sunny") + IMAGE_FRAME


def _spelt(count: Callable[[Frame], int]) -> Callable[[Frame], int | None]:
    return lambda frame: count(frame) if frame.spelt else None


WRITTEN: dict[str, Callable[[Frame], int | None]] = {
    # The token before it all begins the prompt.
    "message_first": _spelt(lambda frame: 1 + pair(frame)),
    "message_next_assistant": _spelt(lambda frame: frame.n(ASSISTANT)),
    "message_next_user": _spelt(lambda frame: frame.n(USER)),
    "message_same_role": _spelt(lambda frame: frame.n("\n\n")),
    "prefill": _spelt(lambda frame: -frame.n(ASSISTANT)),
    "thinking_block": thinking,
    "thinking_block_then_text": _spelt(text_after_thinking),
    "thinking_without_interleaving": _spelt(lambda frame: thinking(frame, prefix="") - thinking(frame)),
    "tool_turn_one_call": one_call,
    "tool_turn_two_calls": _spelt(lambda frame: several_calls(frame, 2)),
    "tool_turn_further_call": _spelt(lambda frame: several_calls(frame, 3) - several_calls(frame, 2)),
    "tool_result_error": error,
    "text_after_result": _spelt(lambda frame: pair(frame) - frame.n("\n")),
    "document_text": document,
    "document_after_document": document_after_document,
    "document_content": document_of_blocks,
    "citation_block": cited_block,
    "pdf_page": lambda frame: document(frame) + page(frame),
    "pdf_further_page": page,
}


def frames(applies: Iterable[str]) -> set[Frame]:
    """Return how the generations that a constant applies to write their prompts; ``v3`` alone is up to 4.5."""
    return {
        Frame(
            "v4.7" if name in OTHER_VOCABULARY else "v3",
            spelt=name not in TAGS_ARE_TOKENS,
            old_documents=name == "v3" or name in OLD_DOCUMENTS,
        )
        for name in applies
    }


def written(fact: str, applies: Iterable[str]) -> int | None:
    """Return the tokens of what is written; ``None`` where nothing is known, or it differs between the generations."""
    if fact not in WRITTEN:
        return None
    found = {WRITTEN[fact](frame) for frame in frames(applies)}
    return found.pop() if len(found) == 1 else None
