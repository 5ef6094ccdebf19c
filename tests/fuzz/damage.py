"""Valid values, the same values in other words, and ways to break them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from ..domain.strategies import bodies

MARK = "Axolotlisch"
"""A word that stands in every text of the generated conversations, and may be in no message."""

_TEXTS = frozenset({"text", "thinking", "description", "content", "system", "data"})
_ODD: list[Any] = [
    None, True, 0, -1, 0.5, 1e300, 10**16, 10**30, "", "1", "2026-02-30", "\x1b[2J\u202e::error::", "\0",
    [], {}, [[]], [{}], {"": {}}, [None],
]  # fmt: skip

# What no value of Python's json module can be is put in by name after the value has been written.
_RAW = {
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "beyond a float": "1e400",
    "digits": "7" * 5_000,
    "lone surrogate": '"\\ud800"',
    "NUL": '"\\u0000"',
    "control character": '"\x01"',
    "same key twice": '{"type": "text", "type": "image"}',
    "deep": "[" * 400 + "]" * 400,
    "no JSON": "'x'",
}


def marked(value: Any, key: str = "") -> Any:
    """Return the value with the mark in every text of a conversation."""
    if isinstance(value, dict):
        return {name: marked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, key) for inner in value]
    return f"{MARK} {value}" if isinstance(value, str) and key in _TEXTS else value


requests = bodies().map(marked)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a value."""
    if isinstance(value, dict):
        inner: Any = value.items()
    else:
        inner = enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in inner for place in [(*at, key), *places(part, (*at, key))]]


def with_change(value: Any, place: tuple[Any, ...], change: Any) -> Any:
    """Return a copy in which ``change`` was done to the parent of a place and its last step."""
    copy = json.loads(json.dumps(value))
    parent = copy
    for step in place[:-1]:
        parent = parent[step]
    change(parent, place[-1])
    return copy


@st.composite
def broken(draw: st.DrawFn, valid: st.SearchStrategy[Any]) -> Any:
    """Return a valid value with one key or value dropped, repeated or of another type."""
    value = draw(valid)
    place = draw(st.sampled_from(places(value)))
    kind = draw(st.sampled_from(["drop", "repeat", "retype", "rename"]))

    def change(parent: Any, step: Any) -> None:
        if kind == "drop":
            del parent[step]
        elif kind == "repeat" and isinstance(parent, list):
            parent.insert(step, parent[step])
        elif kind == "rename" and isinstance(parent, dict):
            parent[draw(st.sampled_from(["", "x", "\x1b", "type", "messages", "__proto__"]))] = parent.pop(
                step
            )
        else:
            parent[step] = draw(st.sampled_from(_ODD))

    return with_change(value, place, change)


@st.composite
def broken_bytes(draw: st.DrawFn, valid: st.SearchStrategy[Any]) -> bytes:
    """Return the bytes of a broken value, or broken bytes of a valid one."""
    kind = draw(st.sampled_from(["value", "value", "raw", "cut", "byte"]))
    if kind == "value":
        return json.dumps(draw(broken(valid))).encode()
    value = draw(valid)
    if kind == "raw":
        place = draw(st.sampled_from(places(value)))
        value = with_change(value, place, lambda parent, step: parent.__setitem__(step, "@@here@@"))
        return json.dumps(value).replace('"@@here@@"', draw(st.sampled_from(list(_RAW.values())))).encode()
    data = json.dumps(value).encode()
    at = draw(st.integers(0, len(data) - 1))
    if kind == "cut":
        return data[:at]
    return data[:at] + draw(st.sampled_from([b"\xff", b"\0", b"\n", b"\xed\xa0\x80", b"{", b'"'])) + data[at:]


def reordered(value: Any, key: str = "") -> Any:
    """Return a request whose keys stand in another order wherever their order means nothing to the model."""
    if isinstance(value, list):
        return [reordered(inner, key) for inner in value]
    if not isinstance(value, dict):
        return value
    if key in {"input", "input_schema", "schema"}:  # written into the prompt as they are
        return value
    return {name: reordered(value[name], name) for name in reversed(value)}
