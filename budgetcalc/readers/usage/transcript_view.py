"""The compiled view of transcripts' lines: the table of what it takes out of them, and what it asks.

It gives the rows that :mod:`.transcript_lines` gives, several times as fast, and is there where the package was built
with a compiler.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from budgetcalc.native import load
from budgetcalc.readers.usage.transcript_kinds import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from budgetcalc.native.lines import Field
    from budgetcalc.readers.usage.transcript_kinds import Judged, Kinds, Row

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
"""Every key that is looked at, and what an ordinary line has there (the sorts are explained in ``native/lines.c``).

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


def compiled_rows() -> Callable[[bytes, int, int, int, Kinds], tuple[list[Row], int]] | None:
    """Return what gives the rows of a block's lines and the number of the line behind it, if it is there."""
    lines = load("lines")
    if lines is None:
        return None
    table = tuple(_field(path, sort) for path, sort in FIELDS.items())

    def rows(block: bytes, start: int, stop: int, number: int, kinds: Kinds) -> tuple[list[Row], int]:
        found: tuple[list[Row], int] = lines.rows(
            table, block, start, stop, number, kinds.known, partial(_judged, kinds)
        )
        return found

    return rows


def _field(path: str, sort: str) -> Field:
    """Return a key, the number of the object that it is of, its sort, and what it must not be."""
    around, _, name = path.rpartition(".")
    parent = list(FIELDS).index(around) + 1 if around else 0
    return name.encode(), parent, sort, _OF_NO_ORDINARY_BLOCK


_AT = {name: list(FIELDS).index(path) for name, path in _TOLD.items()}
_STRINGS = [name for name, path in _TOLD.items() if FIELDS[path] == _KIND and name not in _OF_BOOLEANS]


def _judged(kinds: Kinds, written: tuple[bytes | bool, ...]) -> Judged:
    """Judge lines by their strings as they are written, and by which objects they have."""
    told: dict[str, Any] = {name: written[at] for name, at in _AT.items()}
    texts = json.loads(b"[%b]" % b",".join([told[name] or b"null" for name in _STRINGS]))
    try:
        "".join(filter(None, texts)).encode()
        told.update((name, _BOOLEANS[told[name]]) for name in _OF_BOOLEANS)
    except (
        TypeError,
        KeyError,
        UnicodeEncodeError,
    ):  # none that is wanted there, or half of a character of two
        return None
    return kinds.judge(Told(**told | dict(zip(_STRINGS, texts, strict=True))))
