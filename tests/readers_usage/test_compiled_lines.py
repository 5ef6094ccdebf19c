"""The compiled view of lines: what it takes is JSON, and it takes from it what Python does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from budgetcalc.native import load
from budgetcalc.readers.usage import transcript_lines
from budgetcalc.readers.usage.transcript_kinds import VALUES, Kinds
from budgetcalc.readers.usage.transcript_view import FIELDS, compiled_rows

from .test_transcript_speed_path import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

compiled = compiled_rows()
needs_compiler = pytest.mark.skipif(
    compiled is None, reason="built without a compiler, or BUDGETCALC_NATIVE=0"
)

CALL: dict[str, Any] = {
    "type": "assistant",
    "sessionId": "s",
    "cwd": "C:\\a",
    "version": "2",
    "isSidechain": False,
    "requestId": "r",
    "timestamp": "2026-10-01T10:00:00.123Z",
    "message": {
        "id": "m",
        "model": "claude-haiku-4-5",
        "stop_reason": "end_turn",
        "content": [{"type": "text", "text": 'é "\\ \u2028 😀'}],
        "usage": {
            "input_tokens": 5,
            "output_tokens": 300,
            "cache_creation_input_tokens": 7,
            "cache_creation": {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 3},
            "iterations": [{"type": "message", "output_tokens": 300}],
            "output_tokens_details": {"thinking_tokens": 2},
        },
    },
}
TEXT = json.dumps(CALL).encode()


def taken(block: bytes, *, by: Any = compiled) -> list[tuple[Any, ...]]:
    """Return the rows of lines."""
    found, _ = by(block, 0, len(block), 1, Kinds("a.jsonl"))
    return list(found)


def is_ordinary(line: bytes) -> bool:
    """Whether a line is taken by the compiled view."""
    found = taken(line)
    return all(row[0] is not None for row in found)


def _named(kind: Any, path: str) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(kind)
    for each in fields(kind):
        yield path + each.encode_name, hints[each.name]
        for inner in (hints[each.name], *get_args(hints[each.name])):
            for struct in (inner, *get_args(inner)):
                if isinstance(struct, type) and issubclass(struct, Struct):
                    yield from _named(struct, f"{path}{each.encode_name}.")


def test_both_views_look_at_the_same_keys() -> None:
    """A key that one of them overlooked would be a way to another answer."""
    named = dict(_named(transcript_lines.Line, ""))
    assert named.keys() | {"message.content.type"} == FIELDS.keys()
    for path, hint in named.items():
        sort, said = FIELDS[path], str(hint)
        assert (sort == "n") == (hint is type(None)), path
        assert (sort in "cv") == ("int" in said), path
        assert (sort in "ktm") == ("str" in said or "bool" in said) or sort in "ol", path


def test_a_row_lists_the_values_in_the_order_of_the_table() -> None:
    assert [path for path, sort in FIELDS.items() if sort in "tmc"] == list(VALUES)


@needs_compiler
def test_an_ordinary_line_is_taken_by_both_alike() -> None:
    """Kind, number, offset, and the values."""
    block = b"\n".join([TEXT, b"", b" \t" + TEXT + b"\r", b'{"type": "user", "sessionId": "s"}'] * 2) + b"\n"
    by_python = [row for row in taken(block, by=transcript_lines.rows) if row[0] is not None]
    assert taken(block) == by_python
    assert [row[1] for row in by_python] == [1, 3, 4, 5, 7]
    assert dict(zip(VALUES, by_python[1][3:], strict=True)) == dict.fromkeys(VALUES) | {
        "requestId": "r",
        "timestamp": 1_790_848_800_123_000,
        "message.id": "m",
        "message.usage.input_tokens": 5,
        "message.usage.output_tokens": 300,
        "message.usage.cache_creation_input_tokens": 7,
        "message.usage.cache_creation.ephemeral_5m_input_tokens": 4,
        "message.usage.cache_creation.ephemeral_1h_input_tokens": 3,
        "message.usage.iterations.output_tokens": 300,
        "message.usage.output_tokens_details.thinking_tokens": 2,
    }


@needs_compiler
@settings(max_examples=300, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=5))
def test_what_both_take_they_take_alike(found: list[bytes]) -> None:
    """Each may hand back what the other takes; what both take is the same, whatever the lines hold."""
    for line in found:
        ours, theirs = taken(line), taken(line, by=transcript_lines.rows)
        if ours and theirs and ours[0][0] and theirs[0][0]:
            assert ours == theirs
        if all(row[0] is not None for row in ours):
            json.loads(line or b"{}")


@needs_compiler
@pytest.mark.parametrize(
    "json_",
    [
        json.dumps(CALL, separators=(",", ":")),
        json.dumps(CALL, separators=(" ,\t", " : \r")).replace("{", "{  ").replace("]", "\t]"),
        json.dumps(CALL, ensure_ascii=False),
        TEXT[:-1].decode() + r', "x": [[], {}, [1, -0, 1E9, 0.5, -1.5e-300, 1e999, "\ud800", null, {"a": [{}]}]]}',
        json.dumps(CALL | {"deep": json.loads("[" * 200 + "]" * 200)}),
        json.dumps(dict(reversed(CALL.items()))),
        json.dumps(CALL | {"long": "é" * 100_000 + '"\\\n' * 1000}),
    ],
)  # fmt: skip
def test_json_is_taken_however_it_is_written(json_: str) -> None:
    assert taken(json_.encode()) == taken(TEXT)


def changed(old: str, new: str) -> bytes:
    """Return the call with something else in the place of what stands there once."""
    text = TEXT.decode()
    assert text.count(old) == 1
    return text.replace(old, new).encode("utf-8", "surrogatepass")


HANDED_BACK = {
    "cut string": TEXT[:-30],
    "no end": TEXT[:-1],
    "two values": TEXT + b" {}",
    "a list": b"[" + TEXT + b"]",
    "an empty object": b"{}",
    "no value": changed('"r"', ""),
    "a comma too many": changed('"r",', '"r",,'),
    "a comma at the end": TEXT[:-1] + b",}",
    "no colon": changed('"cwd":', '"cwd"'),
    "a wrong bracket": changed('"output_tokens": 300}]', '"output_tokens": 300}}'),
    "a raw line feed": changed('"r"', '"\x01"'),
    "a NUL in a string": changed('"r"', '"\0"'),
    "a NUL between": changed(': "r"', ':\0"r"'),
    "a NUL behind": TEXT + b"\0",
    "half an escape": changed('"2"', '"\\u12"'),
    "no escape": changed('"2"', '"\\x"'),
    "a NUL escaped": changed('"2"', '"\\\0"'),
    "half a character": changed('"2"', '"2"').replace(b'"2"', b'"\xc3"'),
    "an overlong character": TEXT.replace(b'"2"', b'"\xc0\xaf"'),
    "a surrogate in UTF-8": changed('"2"', '"\ud800"'),
    "beyond Unicode": TEXT.replace(b'"2"', b'"\xf4\x90\x80\x80"'),
    "a byte order mark within": changed('"r"', '\ufeff"r"'),
    "half a character of what is looked at": changed('"2"', '"\\ud800"'),
    "an escape in a key": changed('"usage"', '"\\u0075sage"'),
    "an escape in an id": changed('"r"', '"\\u0072"'),
    "a key twice": changed('"id": "m"', '"id": "m", "id": "n"'),
    "an object twice": TEXT[:-1] + b', "message": null}',
    "NaN": changed('"r"', '"r", "x": NaN'),
    "Infinity": changed('"r"', '"r", "x": -Infinity'),
    "a number with a zero in front": changed('"r"', '"r", "x": 01'),
    "a number without a fraction": changed('"r"', '"r", "x": 1.'),
    "a number without an exponent": changed('"r"', '"r", "x": 1e+'),
    "a sign alone": changed('"r"', '"r", "x": -'),
    "a number of many digits": changed('"r"', f'"r", "x": {"1" * 5000}'),
    "a word": changed('"r"', '"r", "x": nul'),
    "too deep": changed('"r"', f'"r", "x": {"[" * 100_000}{"]" * 100_000}'),
    "a count with a fraction": changed('"input_tokens": 5', '"input_tokens": 5.0'),
    "a count with an exponent": changed('"input_tokens": 5', '"input_tokens": 5e1'),
    "a negative count": changed('"input_tokens": 5', '"input_tokens": -5'),
    "a count with a zero in front": changed('"input_tokens": 5', '"input_tokens": 05'),
    "a large count": changed('"input_tokens": 5', f'"input_tokens": {2**32 - 1}'),
    "a count in a string": changed('"input_tokens": 5', '"input_tokens": "5"'),
    "a count that is true": changed('"input_tokens": 5', '"input_tokens": true'),
    "an object where none is expected": changed('"requestId": "r"', '"requestId": {}'),
    "a string for an object": changed('{"thinking_tokens": 2}', '"x"'),
    "an empty object that is looked at": changed('{"thinking_tokens": 2}', "{}"),
    "what has to be absent": changed('"id": "m"', '"id": "m", "custom_id": "x"'),
    "two iterations": changed("300}]", '300}, {"output_tokens": 1}]'),
    "a string as an iteration": changed('[{"type": "message", "output_tokens": 300}]', '["x"]'),
    "a fallback": changed('"type": "text"', '"type": "fallback"'),
    "a type that is escaped": changed('"type": "text"', '"type": "t\\u0065xt"'),
    "a boolean for a string": changed('"version": "2"', '"version": true'),
    "a string for a boolean": changed('"isSidechain": false', '"isSidechain": "false"'),
    "a long string that decides": changed('"version": "2"', f'"version": "{"2" * 5000}"'),
}


@needs_compiler
@pytest.mark.parametrize("line", HANDED_BACK.values(), ids=HANDED_BACK)
def test_what_is_not_sure_is_handed_back(line: bytes) -> None:
    """Alone, and between lines that are not."""
    assert not is_ordinary(line)
    between = taken(b"\n".join([TEXT, line, TEXT]))
    assert [row[0] is not None for row in between] == [True, False, True]
    assert [row[1:3] for row in between] == [(1, 0), (2, len(TEXT) + 1), (3, len(TEXT) + len(line) + 2)]


STAMPS = {
    "2026-02-28T23:59:59Z": True,
    "2024-02-29T00:00:00.000Z": True,
    "2000-02-29T00:00:00.999Z": True,
    "0001-01-01T00:00:00Z": True,
    "9999-12-31T23:59:59.999Z": True,
    "2026-02-29T00:00:00Z": False,
    "2100-02-29T00:00:00Z": False,
    "2026-13-01T00:00:00Z": False,
    "2026-00-01T00:00:00Z": False,
    "2026-04-31T00:00:00Z": False,
    "2026-04-00T00:00:00Z": False,
    "0000-01-01T00:00:00Z": False,
    "2026-01-01T24:00:00Z": False,
    "2026-01-01T00:60:00Z": False,
    "2026-01-01T00:00:60Z": False,
    "2026-01-01 00:00:00Z": False,
    "2026-01-01T00:00:00": False,
    "2026-01-01T00:00:00.12Z": False,
    "2026-01-01T00:00:00,123Z": False,
    "2026-01-01T00:00:00.123X": False,
    "2026-01-01T00:00:00+01:00": False,
    "": False,
}


@needs_compiler
@pytest.mark.parametrize("stamp", STAMPS)
def test_a_moment_is_that_of_the_calendar(stamp: str) -> None:
    """What is written in another way is handed back."""
    line = changed("2026-10-01T10:00:00.123Z", stamp)
    assert is_ordinary(line) == STAMPS[stamp]
    if STAMPS[stamp]:
        assert taken(line) == taken(line, by=transcript_lines.rows)


@needs_compiler
@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 3), st.binary(max_size=3))
@example(0, 0, b"")
def test_what_is_taken_is_json(at: int, left_out: int, put_in: bytes) -> None:
    """Bytes put in, left out or changed anywhere."""
    line = TEXT[:at] + put_in + TEXT[at + left_out :]
    for part in line.split(b"\n"):
        if part.strip() and is_ordinary(part):
            json.loads(part)


@needs_compiler
def test_every_beginning_of_a_line_is_handed_back() -> None:
    """The last line of a session that is still written; what follows such a line is read all the same."""
    for size in range(1, len(TEXT)):
        assert not is_ordinary(TEXT[:size])
        assert [row[:1] + row[2:] for row in taken(TEXT[:size] + b"\n" + TEXT)] == [
            (None, 0),
            (taken(TEXT)[0][0], size + 1, *taken(TEXT)[0][3:]),
        ]


@needs_compiler
def test_a_table_that_makes_no_sense_is_refused() -> None:
    """Before anything is read by it."""
    rows = load("lines").rows  # type: ignore[union-attr]
    good = (b"a", 0, "c", b"")
    for table in (
        ((b"a", 0, "x", b""),),
        ((b"a", 1, "c", b""),),
        ((b"a", -1, "c", b""),),
        (good, (b"o", 0, "o", b""), (b"b", 2, "c", b""), good),
        tuple((b"%d" % at, 0, "c", b"") for at in range(65)),
    ):
        with pytest.raises(ValueError, match=r"table|field"):
            rows(table, b"{}", 0, 2, 1, {}, bool)
    for start, stop in ((-1, 2), (0, 3), (2, 1)):
        with pytest.raises(ValueError, match="within"):
            rows((good,), b"{}", start, stop, 1, {}, bool)
    with pytest.raises(ZeroDivisionError):
        rows((good,), b'{"a":1}', 0, 7, 1, {}, lambda _: 1 // 0)
