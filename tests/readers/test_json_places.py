"""In which line of a document something stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.locations import pointer
from budgetcalc.readers.json_places import line_of

TEXT = """{
  "a": 1,
  "b": {"c": [10,
    20, {"d/e": "x\\n\\"{[", "~": null}]},

  "a b": []
}
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str) -> str:
        path = tmp_path / "a.json"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("", 1),
        ("/a", 2),
        ("/b", 3),
        ("/b/c", 3),
        ("/b/c/0", 3),
        ("/b/c/1", 4),
        ("/b/c/2/d~1e", 4),
        ("/b/c/2/~0", 4),
        ("/a b", 6),
        ("/a b/7/x", 6),
        ("/nothing", 1),
    ],
)
def test_a_pointer_has_a_line(file, place, line):
    """Of a key its own, of an entry where it begins, of what is not there the line of what encloses it."""
    assert line_of(file(TEXT), {place}) == {place: line}


@pytest.mark.parametrize("text", ["", "{", '{"a": ', "[" * 5000, '{"a": [1, 2}', "nonsense", '"' * 99])
def test_a_damaged_document_has_some_lines_or_none(file, text):
    """The file may have changed since it was read; nothing breaks."""
    assert set(line_of(file(text), {"/a/b"}).values()) <= {1}


def test_a_vanished_file_has_no_lines(tmp_path):
    """What cannot be read any more is not looked up."""
    assert line_of(str(tmp_path / "gone.json"), {"/a"}) == {}


documents = st.recursive(
    st.integers() | st.text(max_size=5) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(documents)
@settings(deadline=None)
def test_every_value_is_found_where_json_puts_it(tmp_path_factory, document):
    """With one value a line, the lines of the values ascend in the order of the document."""
    order: list[str] = []

    def walk(value, *steps):
        order.append(pointer(*steps))
        for step, child in (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ):
            walk(child, *steps, step)

    walk(document)
    path = tmp_path_factory.mktemp("j") / "a.json"
    path.write_text(json.dumps(document, indent=1))
    lines = line_of(str(path), order)
    found = [lines[place] for place in order]
    assert found == sorted(set(found))
