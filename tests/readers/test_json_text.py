"""Strict JSON: what is refused, where, and what is said about the rest."""

from __future__ import annotations

import json

import pytest

from budgetcalc.errors import InputError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.readers.json_text import decode_json


def failure(text: str, line: int | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        decode_json(text, file="f.json", line=line)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        pytest.param('{"a": 1,\n "b" 2}', "f.json:2:6", "colon", id="missing colon"),
        pytest.param('{"a": 1 "b": 2}', "f.json:1:9", "comma", id="missing comma"),
        pytest.param('{"a": [1, 2', "f.json:1:12", "ends before", id="cut"),
        pytest.param('{"a": "secret', "f.json:1:7", "never closed", id="open string"),
        pytest.param('{"a": "se\ncret"}', "f.json:1:10", "line break", id="raw line break in a string"),
        pytest.param('{"a": 1}\n{"a": 2}', "f.json:2:1", "more after", id="two values"),
        pytest.param("{'a': 1}", "f.json:1:2", "double quotes", id="single quotes"),
        pytest.param('{"a": tru}', "f.json:1:7", "value", id="no literal"),
        pytest.param('{"a": "\\q"}', "f.json:1:8", "backslash", id="escape"),
        pytest.param('{"a": NaN}', "f.json:1:7", "NaN", id="NaN"),
        pytest.param('{"a": "NaN",\n"b": -Infinity}', "f.json:2:6", "Infinity", id="Infinity"),
        pytest.param('{"a": [0.5, 1e400]}', "f.json:1:13", "1.8e308", id="1e400"),
        pytest.param('{"a": [1.5e+3, 5, -1E400]}', "f.json:1:19", "1.8e308", id="-1E400"),
        pytest.param('{"a": [10, ' + "9" * 400 + ".5]}", "f.json:1:12", "1.8e308", id="long fraction"),
        pytest.param('{"a": ' + "9" * 5000 + "}", "f.json:1:7", "4,300 digits", id="long number"),
        pytest.param('{"a": [-' + "9" * 5000 + "]}", "f.json:1:9", "4,300 digits", id="long negative"),
        pytest.param(
            '{"a": [0.' + "9" * 5000 + ", " + "1" * 5000 + "]}",
            "f.json:1:5012",
            "4,300",
            id="behind a fraction",
        ),
        # Looked at from each of its digits, these would take an hour.
        pytest.param(
            "[" + ("1" * 4300 + ",") * 3000 + "1" * 4301 + "]",
            f"f.json:1:{4301 * 3000 + 2}",
            "4,300",
            id="numbers",
        ),
        pytest.param(
            "[" + ("1" * 4300 + ",") * 3000 + "1e400]",
            f"f.json:1:{4301 * 3000 + 2}",
            "1.8e308",
            id="numbers, 1e400",
        ),
    ],
)
def test_a_fault_is_named_with_its_line_and_column(text: str, place: str, word: str) -> None:
    """A fault is told with line and column, in words, and without the text around it."""
    error = failure(text)
    assert str(error.location) == place
    assert word in error.message
    assert "secret" not in str(error)


def test_a_line_of_jsonl_keeps_its_own_number() -> None:
    """In JSONL the line is that of the file, the column that of the line."""
    assert str(failure('{"a": ,}', line=7).location) == "f.json:7:7"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 300 + "1" + "}" * 300]
)
def test_nesting_without_end_is_a_sentence(text: str) -> None:
    """Nesting deeper than the limit is refused, however deep, and never a RecursionError."""
    assert "nested too deeply" in failure(text).message


def test_nesting_up_to_the_limit_is_read() -> None:
    """As many levels as the limit says are fine."""
    text = "[" * DEFAULTS.depth + "]" * DEFAULTS.depth
    assert decode_json(text).warnings == ()


def test_a_repeated_key_is_a_warning_with_its_name() -> None:
    """Of equal keys the last wins, and the key is named once."""
    value, warnings, _ = decode_json('{"a": 1, "a": 2, "b": [{"c": 1, "c": 1, "c": 3}]}')
    assert value == {"a": 2, "b": [{"c": 3}]}
    assert len(warnings) == 1
    assert warnings[0].endswith("`a`, `c`")


def test_unpaired_surrogates_become_the_replacement_character() -> None:
    """Half of an emoji is replaced and its place noted, in keys too; whole emojis and NUL stay."""
    decoded = decode_json(r'{"\ud83d": "a\ude00b\ud83d\ude00\u0000", "c/d": ["x", "\ud83dA"]}')
    assert decoded.value == {"\ufffd": "a\ufffdb😀\0", "c/d": ["x", "\ufffdA"]}
    assert decoded.unpaired_surrogates == ("/\ufffd", "/\ufffd", "/c~1d/1")


def test_an_escaped_backslash_before_ud83d_is_no_surrogate() -> None:
    """The six characters of an escape, themselves escaped, are plain text."""
    assert decode_json(r'["\\ud83d"]') == (["\\ud83d"], (), ())


def test_whole_emojis_give_no_warning() -> None:
    """ASCII-escaped emojis, as Python's json writes them, are read without a word."""
    text = json.dumps(["😀" * 50, "𝔘\ud7ff\ue000"])
    assert decode_json(text) == (["😀" * 50, "𝔘\ud7ff\ue000"], (), ())
