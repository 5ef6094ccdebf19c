"""The compiled way through lines: what it takes is JSON, and it makes of it the calls that Python makes."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from budgetcalc.native import load
from budgetcalc.packed_calls import RECORD, PackedCalls
from budgetcalc.readers.usage import transcript_lines, transcript_packing
from budgetcalc.readers.usage.transcript_kinds import Kinds
from budgetcalc.readers.usage.transcript_view import FIELDS, compiled_pieces

from .test_transcript_speed_path import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.readers.usage.transcript_kinds import Piece

compiled = compiled_pieces()
in_python = transcript_packing.pieces
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


def taken(block: bytes, *, by: Any = compiled) -> list[Piece]:
    """Return what lines hold, without the word that some were of a transcript and no calls."""
    found, _ = by(block, 0, len(block), 1, Kinds("a.jsonl"))
    return [piece for piece in found if not isinstance(piece, PackedCalls) or piece.rows]


def calls_of(piece: Piece) -> list[tuple[Any, ...]]:
    """Return calls unpacked: identity, shape, day, flags, line, moment, request, repeats, seven counts."""
    assert isinstance(piece, PackedCalls)
    return list(RECORD.iter_unpack(piece.calls))


def is_ordinary(line: bytes, *, by: Any = compiled) -> bool:
    """Whether a line is taken, and not handed back."""
    found, _ = by(line, 0, len(line), 1, Kinds("a.jsonl"))
    return all(isinstance(piece, PackedCalls) for piece in found)


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


@needs_compiler
def test_an_ordinary_line_is_taken_by_both_alike() -> None:
    """Identity, shape, day, flags, line, moment, request, repeats, and the counts; empty lines are counted."""
    other = TEXT.replace(b'"id": "m"', b'"id": "n"')
    found = [TEXT, b" \t" + TEXT + b"\r", b'{"type": "user", "sessionId": "s"}', other]
    block = b"\n".join(found) + b"\n"
    assert taken(block) == taken(block, by=in_python)
    (packed,) = taken(b"\n" + block)
    assert isinstance(packed, PackedCalls)
    assert packed.rows == 3
    (shape,) = packed.shapes
    assert shape.models == (("claude-haiku-4-5", None),)
    assert dict(shape.dimensions) == {
        "source": "claude-code",
        "project": "C:\\a",
        "session": "s",
        "version": "2",
    }
    day, moment, request = 739_890, 1_790_848_800_123_000, hash("r") & 2**64 - 1 | 1
    assert date.fromordinal(day).isoformat() == "2026-10-01"
    counts = (5, 4, 3, 0, 300, 3, 0)
    assert calls_of(packed) == [
        (b"m", 0, day, 3, 2, moment, request, 1, *counts),
        (b"n", 0, day, 3, 5, moment, request, 0, *counts),
    ]


@needs_compiler
@settings(max_examples=300, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=5))
def test_what_both_take_they_take_alike(found: list[bytes]) -> None:
    """Each may hand back what the other takes; what both take is the same, whatever the lines hold."""
    for line in found:
        if is_ordinary(line):
            json.loads(line or b"{}")
            if is_ordinary(line, by=in_python):
                assert taken(line) == taken(line, by=in_python)


@st.composite
def ordinary_lines(draw: st.DrawFn) -> bytes:
    """An ordinary line of one of few calls: some are told of in one shape, some in others."""
    value = json.loads(TEXT)
    message, usage = value["message"], value["message"]["usage"]
    few = st.sampled_from([0, 1, 9, 10, 180_000, 2**32 - 2])
    message["id"] = draw(st.sampled_from(["m", "m", "n", "ü" * 15 + "n", "ü" * 15 + "nn", "l" * 40]))
    message["model"] = draw(st.sampled_from(["claude-haiku-4-5", "claude-opus-4-5"]))
    message["stop_reason"] = draw(st.sampled_from(["end_turn", None]))
    value["requestId"] = draw(st.sampled_from(["r", "r", "ü", "", None]))
    value["isSidechain"] = draw(st.sampled_from([False, False, True]))
    value["timestamp"] = draw(st.sampled_from(["2026-10-01T10:00:00.123Z", "2000-01-01T00:00:00Z"]))
    usage["input_tokens"], usage["output_tokens"] = draw(few), draw(few)
    for name in ("cache_creation", "iterations", "output_tokens_details"):
        if draw(st.booleans()):
            del usage[name]
    if "cache_creation" in usage:
        split = usage["cache_creation"] = {"ephemeral_5m_input_tokens": draw(few), "x": 0}
        usage["cache_creation_input_tokens"] = split["ephemeral_5m_input_tokens"]
    else:
        usage["cache_creation_input_tokens"] = draw(few)
    if "iterations" in usage:
        usage["iterations"] = [{"type": "message", "output_tokens": usage["output_tokens"]}]
        if "cache_creation" in usage and draw(st.booleans()):
            usage["iterations"][0]["cache_creation"] = usage["cache_creation"]
    if "output_tokens_details" in usage:
        usage["output_tokens_details"] = {"thinking_tokens": min(draw(few), usage["output_tokens"])}
    for name in draw(st.sampled_from([[], [], ["cache_creation_input_tokens"]])):
        del usage[name]
    if draw(st.booleans()):
        usage["cache_read_input_tokens"] = draw(few)
        usage["server_tool_use"] = {"web_search_requests": draw(st.sampled_from([0, 1]))}
    return draw(
        st.sampled_from(
            [json.dumps(value, ensure_ascii=False).encode(), b'{"type": "user", "sessionId": "s"}']
        )
    )


@needs_compiler
@settings(max_examples=400, deadline=None)
@given(st.lists(ordinary_lines(), min_size=1, max_size=9))
def test_neighbouring_lines_become_the_same_calls(found: list[bytes]) -> None:
    """Lines that both take become one run of packed calls, equal to the byte."""
    block = b"\n".join(found)
    assert is_ordinary(block)
    assert taken(block) == taken(block, by=in_python)


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
    "a boolean that is false for a string": changed('"version": "2"', '"version": false'),
    "a boolean for a type": changed('"type": "assistant"', '"type": false'),
    "a string for a boolean": changed('"isSidechain": false', '"isSidechain": "false"'),
    "a long string that decides": changed('"version": "2"', f'"version": "{"2" * 5000}"'),
}


@needs_compiler
@pytest.mark.parametrize("line", HANDED_BACK.values(), ids=HANDED_BACK)
def test_what_is_not_sure_is_handed_back(line: bytes) -> None:
    """Alone, and between lines that are not."""
    assert not is_ordinary(line)
    before, between, behind = taken(b"\n".join([TEXT, line, TEXT]))
    assert between == (2, len(TEXT) + 1)
    assert [(call[0], call[4]) for piece in (before, behind) for call in calls_of(piece)] == [
        (b"m", 1),
        (b"m", 3),
    ]


STAMPS = {
    "2026-02-28T23:59:59Z": True,
    "2024-02-29T00:00:00.000Z": True,
    "2000-02-29T00:00:00.999Z": True,
    "2000-01-01T00:00:00Z": True,
    "2199-12-31T23:59:59.999Z": True,
    "1999-12-31T23:59:59.999Z": False,
    "2200-01-01T00:00:00Z": False,
    "0001-01-01T00:00:00Z": False,
    "9999-12-31T23:59:59.999Z": False,
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
    """What is written in another way, or is no moment of a call, is handed back."""
    line = changed("2026-10-01T10:00:00.123Z", stamp)
    assert is_ordinary(line) == STAMPS[stamp]
    if STAMPS[stamp]:
        assert taken(line) == taken(line, by=in_python)


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
        assert taken(TEXT[:size] + b"\n" + TEXT) == [(1, 0), *taken(b"\n" + TEXT)]


FIELD = (b"a", 0, "c", b"")
FOUR = (
    (b"a", 0, "c", b""),
    (b"i", 0, "t", b""),
    (b"r", 0, "t", b""),
    (b"t", 0, "m", b""),
    (b"k", 0, "k", b""),
)
COUNTS = (1, 0, 0, 0, 1, 0, 0)
READING = (2, 3, 4, COUNTS, (1, 1), (("<", 1, 1, 0),), ((1, 0, 9),))


def read_by(
    fields: Any = FOUR, readings: Any = (READING,), ask: Any = bool, *, start: int = 0, stop: int = 2
) -> Any:
    """Read lines by tables of our own."""
    lines: Any = load("lines")
    table = lines.table(fields, readings, (0, 2**62, 200_000), lambda text: b"!" * len(text))
    text = b'{"a":1,"i":"%s","r":"r","t":"2026-10-01T00:00:00Z","k":"k"}' % (b"i" * 40)
    block = b"{}" if stop < 4 else text
    return lines.calls(table, block, start, min(stop, len(block)) if stop > 3 else stop, 1, {}, ask)


@needs_compiler
@pytest.mark.parametrize(
    "fields",
    [
        ((b"a", 0, "x", b""),),
        ((b"a", 1, "c", b""),),
        ((b"a", -1, "c", b""),),
        (FIELD, (b"o", 0, "o", b""), (b"b", 2, "c", b""), FIELD),
        tuple((b"%d" % at, 0, "c", b"") for at in range(65)),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(fields: Any) -> None:
    """Before anything is read by it."""
    with pytest.raises(ValueError, match=r"table|field"):
        read_by(fields)


@needs_compiler
@pytest.mark.parametrize(
    "reading",
    [
        (0, *READING[1:]),
        (1, *READING[1:]),
        (6, *READING[1:]),
        (-1, *READING[1:]),
        (2, 1, *READING[2:]),
        (2, 3, 0, *READING[3:]),
        (2, 3, 2, *READING[3:]),
        (2, 3, 4, (2, 0, 0, 0, 0, 0, 0), *READING[4:]),
        (2, 3, 4, (0, 0, 0, 0, 0, 0, 6), *READING[4:]),
        (2, 3, 4, COUNTS, (0, 1), *READING[5:]),
        (2, 3, 4, COUNTS, (1, 2), *READING[5:]),
        (*READING[:5], (("x", 1, 1, 0),), ()),
        (*READING[:5], (("s", 2, 1, 0),), ()),
        (*READING[:5], (("=", 1, -1, 0),), ()),
        (*READING[:5], (("<", 1, 1, 65),), ()),
        (*READING[:5], (("<", 1, 1, 0),) * 9, ()),
        (*READING[:5], (), ((2, 0, 9),)),
        (*READING[:5], (), ((1, 0, 9),) * 9),
    ],
)  # fmt: skip
def test_a_reading_of_fields_that_are_none_of_its_sort_is_refused(reading: Any) -> None:
    with pytest.raises(ValueError, match="reading"):
        read_by(readings=(READING, reading))


@needs_compiler
def test_what_is_asked_has_to_answer_what_it_can() -> None:
    """A kind, a digest, the place of the lines: nothing is read that is not there."""
    ((told, shapes, calls),), following = read_by(ask=lambda _: 7, stop=200)
    assert (told, shapes, following) == (1, {7 << 8 | 1: 0}, 2)
    assert RECORD.unpack(calls)[0] == b"!" * 32
    for answer in (-1, 2**32, 2**70):
        with pytest.raises((ValueError, OverflowError)):
            read_by(ask=lambda _, answer=answer: answer, stop=200)
    with pytest.raises(TypeError):
        read_by(ask=lambda _: "k", stop=200)
    with pytest.raises(ZeroDivisionError):
        read_by(ask=lambda _: 1 // 0, stop=200)
    for readings in ((), (READING,) * 65):
        with pytest.raises(ValueError, match="readings"):
            read_by(readings=readings)
    for start, stop in ((-1, 2), (0, 3), (2, 1)):
        with pytest.raises(ValueError, match="within"):
            read_by(start=start, stop=stop)
    with pytest.raises(ValueError, match="Capsule"):
        load("lines").calls(None, b"{}", 0, 2, 1, {}, bool)  # type: ignore[union-attr]
