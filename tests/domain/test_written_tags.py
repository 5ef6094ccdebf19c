"""Constants of the frame that are tokens of what is written: that predicts them for models that nobody recorded.

Each constant was found on recordings first. That roles, tags and line ends cost exactly as much, in both vocabularies,
is why the same structure is counted on to hold for models that were not recorded.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from budgetcalc.rendering import element

from .builders import CATALOGUE, find

if TYPE_CHECKING:
    from types import ModuleType

FRAMING = CATALOGUE.framing
V48 = find("claude-sonnet-5")
MODULE = Path(__file__).parents[2] / "benchmarks" / "written_tags.py"


def load() -> ModuleType:
    """Return the benchmarks' account of what is written."""
    spec = importlib.util.spec_from_file_location("written_tags", MODULE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["written_tags"] = module  # its dataclass looks its module up
    spec.loader.exec_module(module)
    return module


TAGS = load()
VALUES = [
    pytest.param(name, value, id=f"{name}-{'-'.join(sorted(value.applies))}")
    for name, fact in FRAMING.facts.items()
    for value in fact.values
    if TAGS.written(name, value.applies) is not None
]
RECORDED_OTHERWISE = {
    # 5 recordings of one repository whose thinking is hidden, so that its size is an estimate as well.
    ("thinking_block", "v4.7"): 24 - 18,
    # 1 recording: a line end less than the tags on lines of their own.
    ("thinking_without_interleaving", "v3"): -1,
}
"""Recorded tokens less those of the tags, by constant and frame."""


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_constant_is_the_tokens_of_what_is_written(name: str, value: object) -> None:
    """The table has what counting the written pieces gives, but for two constants that recordings hardly show."""
    written = TAGS.written(name, value.applies)  # type: ignore[attr-defined]
    differs = {RECORDED_OTHERWISE.get((name, frame), 0) for frame in value.applies}  # type: ignore[attr-defined]
    assert differs == {value.tokens - written}  # type: ignore[attr-defined]
    if differs != {0}:
        assert value.low <= written <= value.high  # type: ignore[attr-defined]


def test_most_of_the_frame_up_to_4_7_is_written_out() -> None:
    """Messages, calls, results, thinking and documents are among what is counted so, for both vocabularies."""
    of_frame = {
        frame: {param.values[0] for param in VALUES if frame in param.values[1].applies}
        for frame in ("v3", "v4.7")
    }
    assert of_frame["v3"] == set(TAGS.WRITTEN)
    assert set(TAGS.WRITTEN) - of_frame["v4.7"] == {
        "thinking_block_then_text",  # one value with 4.8, where nothing is spelt
        "thinking_without_interleaving",
        "tool_turn_further_call",
    }


def test_what_nobody_knows_how_to_write_is_not_predicted() -> None:
    """A prompt in words, a role that is a token, and a constant that differs between its generations have no tags."""
    assert TAGS.written("citations", ["v3"]) is None
    assert TAGS.written("message_first", ["v4.8"]) is None
    assert TAGS.written("document_text", ["v3", "4.6"]) is None
    assert TAGS.written("document_text", ["4.6"]) == TAGS.written("document_text", ["v3"]) + 2


def test_a_call_and_its_result_between_tokens_of_their_own() -> None:
    """From 4.8 on the four tags are a token each, and so are the line ends within the calls' block."""
    names = ("message_next_assistant", "message_next_user", "tool_turn_one_call")
    n = TAGS.Frame("v4.7", spelt=False, old_documents=False).n
    turn = sum(FRAMING.value(name, V48).tokens for name in names) + n(element("Sunny")) - n("Sunny")
    assert turn == 4 + 2 + TAGS.LINES_BETWEEN


def test_words_after_results_on_4_8() -> None:
    """They open a message and the answer to it, in place of the last line end, as on frames that are written out."""
    pair = sum(FRAMING.value(f"message_next_{role}", V48).tokens for role in ("assistant", "user"))
    assert FRAMING.value("text_after_result", V48).tokens == pair - 1
