"""JSON with comments and trailing commas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.readers.commented_json import decode_commented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\/*,]} \n'),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet='a"/*,]'), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_json_is_read_as_it_is(value: Any) -> None:
    """What looks like a comment or a last comma inside a string is part of the string."""
    assert decode_commented(json.dumps(value)) == value


def test_comments_and_last_commas_are_left_out() -> None:
    """Of lines and of blocks, and before a closing bracket."""
    assert decode_commented('\ufeff{ // one\n "a": [1, 2,], /* "b": 3, */ "c": "//",\n}') == {
        "a": [1, 2],
        "c": "//",
    }


@pytest.mark.parametrize("text", ["", "{", '{"a": "', "/*", '"\\', "{]", "[" * 100_000])
def test_what_is_broken_stays_broken(text: str) -> None:
    """No text is made JSON by leaving out what is not a comment."""
    with pytest.raises(ValueError):
        decode_commented(text)


@pytest.mark.parametrize("piece", ['"\\', '\\"', "/*", "//", ",", ", ", '"'])
def test_hostile_text_is_looked_at_once(piece: str) -> None:
    """A megabyte of beginnings that never end is refused like any broken text."""
    with pytest.raises(ValueError):
        decode_commented(piece * (1_000_000 // len(piece)))
