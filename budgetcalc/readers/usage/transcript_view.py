"""The compiled way through transcripts' lines: the tables of what it takes out of them, and what it asks.

It gives the calls that :mod:`.transcript_packing` gives, several times as fast, and is there where the package was
built with a compiler. What can stand in the tables, and what it means, is explained in ``native/lines.c``.
"""

from __future__ import annotations

import json
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.native import load
from budgetcalc.packed_calls import LARGEST_PROMPT, LARGEST_SMALL, PackedCalls, identity
from budgetcalc.readers.usage.claude_code import FIRST_OUTPUT, UNFINISHED
from budgetcalc.readers.usage.fields import ASSUMED_5M
from budgetcalc.readers.usage.transcript_kinds import BEHIND_LATEST, EARLIEST, REMARKS, Kind, Told

if TYPE_CHECKING:
    from budgetcalc.native.lines import Check, Field, Reading, Remark
    from budgetcalc.native.lines import Piece as Found
    from budgetcalc.readers.usage.transcript_kinds import Kinds, Piece, Pieces

_KIND, _TEXT, _MOMENT, _COUNT, _VALID = "k", "t", "m", "c", "v"
_NONE, _OBJECT, _ONLY, _EACH, _NOT = "n", "o", "l", "e", "d"

FIELDS: dict[str, str] = {
    "isSidechain": _KIND,
    "forkedFrom": _OBJECT,
    "cwd": _KIND,
    "sessionId": _KIND,
    "session_id": _KIND,
    "version": _KIND,
    "message": _OBJECT,
    "requestId": _TEXT,
    "type": _KIND,
    "timestamp": _MOMENT,
    "isApiErrorMessage": _KIND,
    "service_tier": _NONE,
    "custom_id": _NONE,
    "result": _NONE,
    "message.model": _KIND,
    "message.id": _TEXT,
    "message.content": _EACH,
    "message.stop_reason": _KIND,
    "message.usage": _OBJECT,
    **dict.fromkeys(
        (
            f"message.{name}"
            for name in (
                "service_tier",
                "custom_id",
                "timestamp",
                "created_at",
                "createdAt",
                "created",
                "ts",
                "datetime",
                "date",
                "time",
            )
        ),
        _NONE,
    ),
    "message.content.type": _NOT,
    "message.usage.input_tokens": _COUNT,
    "message.usage.cache_creation_input_tokens": _COUNT,
    "message.usage.cache_read_input_tokens": _COUNT,
    "message.usage.cache_creation": _OBJECT,
    "message.usage.output_tokens": _COUNT,
    "message.usage.server_tool_use": _OBJECT,
    "message.usage.service_tier": _KIND,
    "message.usage.inference_geo": _KIND,
    "message.usage.iterations": _ONLY,
    "message.usage.speed": _KIND,
    "message.usage.output_tokens_details": _OBJECT,
    "message.usage.fallback_credit": _NONE,
    "message.usage.cache_creation.ephemeral_5m_input_tokens": _COUNT,
    "message.usage.cache_creation.ephemeral_1h_input_tokens": _COUNT,
    "message.usage.server_tool_use.web_search_requests": _COUNT,
    "message.usage.iterations.type": _KIND,
    "message.usage.iterations.model": _KIND,
    "message.usage.iterations.input_tokens": _VALID,
    "message.usage.iterations.cache_creation_input_tokens": _VALID,
    "message.usage.iterations.cache_read_input_tokens": _VALID,
    "message.usage.iterations.cache_creation": _OBJECT,
    "message.usage.iterations.output_tokens": _COUNT,
    "message.usage.iterations.output_tokens_details": _NONE,
    "message.usage.output_tokens_details.thinking_tokens": _COUNT,
    "message.usage.iterations.cache_creation.ephemeral_5m_input_tokens": _COUNT,
    "message.usage.iterations.cache_creation.ephemeral_1h_input_tokens": _COUNT,
}
"""Every key that is looked at, and what an ordinary line has there.

Keys of one object stand together, objects in the order of their keys.
"""

_OF_NO_ORDINARY_BLOCK = b"fallback"
"""A block of this type names the model that was asked first."""

_TOLD = {
    "type": "type",
    "is_api_error": "isApiErrorMessage",
    "is_sidechain": "isSidechain",
    "is_fork": "forkedFrom",
    "cwd": "cwd",
    "session": "sessionId",
    "session_id": "session_id",
    "version": "version",
    "model": "message.model",
    "has_usage": "message.usage",
    "stop_reason": "message.stop_reason",
    "service_tier": "message.usage.service_tier",
    "inference_geo": "message.usage.inference_geo",
    "speed": "message.usage.speed",
    "has_split": "message.usage.cache_creation",
    "has_iteration": "message.usage.iterations",
    "iteration_type": "message.usage.iterations.type",
    "iteration_model": "message.usage.iterations.model",
    "iteration_has_split": "message.usage.iterations.cache_creation",
}
_BOOLEANS: dict[bytes | bool, bool | None] = {b"true": True, b"false": False, False: None}
_OF_BOOLEANS = ("is_api_error", "is_sidechain")


def compiled_pieces() -> Pieces | None:
    """Return what takes a block's lines apart, if it is there."""
    lines = load("lines")
    if lines is None:
        return None
    table = lines.table(
        tuple(_field(path, sort) for path, sort in FIELDS.items()),
        tuple(map(_reading, _OF_READINGS)),
        (EARLIEST, BEHIND_LATEST, LARGEST_PROMPT),
        identity,
    )

    def pieces(block: bytes, start: int, stop: int, number: int, kinds: Kinds) -> tuple[list[Piece], int]:
        found, following = lines.calls(
            table, block, start, stop, number, kinds.known, partial(_judged, kinds)
        )
        return [_piece(kinds, each) for each in found], following

    return pieces


def _piece(kinds: Kinds, found: Found) -> Piece:
    if len(found) == 2:
        return found
    told, shapes, calls = found
    return PackedCalls(kinds.file, told, kinds.shapes(divmod(each, _REMARKS_END) for each in shapes), calls)


_REMARKS_END = 256
"""Behind the largest set of remarks, as ``native/lines.c`` writes them."""


def _field(path: str, sort: str) -> Field:
    """Return a key, the number of the object that it is of, its sort, and what it must not be."""
    around, _, name = path.rpartition(".")
    return name.encode(), _NUMBERS[around] if around else 0, sort, _OF_NO_ORDINARY_BLOCK


_STRINGS = [name for name, path in _TOLD.items() if FIELDS[path] == _KIND and name not in _OF_BOOLEANS]


def _judged(kinds: Kinds, written: tuple[bytes | bool, ...]) -> int | Literal[False] | None:
    """Judge lines by their strings as they are written, and by which objects they have.

    Returns:
        For ordinary calls a number: their ``what`` times the number of readings, and which reading is theirs.
    """
    told: dict[str, Any] = {name: written[_NUMBERS[path] - 1] for name, path in _TOLD.items()}
    texts = json.loads(b"[%b]" % b",".join([told[name] or b"null" for name in _STRINGS]))
    try:
        "".join(text for text in texts if text is not None).encode()
        told.update((name, _BOOLEANS[told[name]]) for name in _OF_BOOLEANS)
    except (
        TypeError,
        KeyError,
        UnicodeEncodeError,
    ):  # none that is wanted there, or half of a character of two
        return None
    kind = kinds.judge(Told(**told | dict(zip(_STRINGS, texts, strict=True))))
    return kind.what * len(_OF_READINGS) + _OF_READINGS[kind._replace(what=0)] if kind else kind


_OF_READINGS = {
    kind: at
    for at, kind in enumerate(
        Kind(0, *flags) for flags in product((False, True), repeat=len(Kind._fields) - 1)
    )
}
"""All kinds but for what becomes of their calls, and the number of each one's reading."""


def _reading(kind: Kind) -> Reading:
    """Return how the lines of a kind are read; :mod:`.transcript_packing` does the same in Python."""
    writes, output = _of_usage("cache_creation_input_tokens"), _of_usage("output_tokens")
    thinking = _of_usage("output_tokens_details.thinking_tokens")
    five, hour = (_of_usage(name) for name in _LIFETIMES) if kind.has_split else (writes, 0)
    checks: list[Check] = [("<", thinking, output, 0), ("s", writes, five, hour)]
    if kind.has_iteration:  # the top level says all where the iteration is the call itself
        checks.append(("=", output, _of_usage("iterations.output_tokens"), 0))
    if kind.iteration_has_split:
        of_iteration = (_of_usage(f"iterations.{name}") for name in _LIFETIMES)
        checks += (("=", own, each, 0) for own, each in zip(of_iteration, (five, hour), strict=True))
    remarks: dict[str, Remark] = {}
    if not kind.has_split:
        remarks[ASSUMED_5M] = writes, 1, LARGEST_SMALL
    if kind.is_open:
        remarks[UNFINISHED] = output, 0, FIRST_OUTPUT
    fresh = _of_usage("input_tokens")
    read, searches = _of_usage("cache_read_input_tokens"), _of_usage("server_tool_use.web_search_requests")
    return (
        _NUMBERS["message.id"],
        0 if kind.is_replay else _NUMBERS["requestId"],
        _NUMBERS["timestamp"],
        (fresh, five, hour, read, output, thinking, searches),
        (fresh, output),
        tuple(checks),
        tuple(remarks.get(remark, _NEVER) for remark in REMARKS),
    )


def _of_usage(name: str) -> int:
    return _NUMBERS[f"message.usage.{name}"]


_NUMBERS = {path: at for at, path in enumerate(FIELDS, 1)}
_LIFETIMES = "cache_creation.ephemeral_5m_input_tokens", "cache_creation.ephemeral_1h_input_tokens"
_NEVER: Remark = (0, 1, 0)
