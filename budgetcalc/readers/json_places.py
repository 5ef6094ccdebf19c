"""In which line of a JSON document the value of a pointer stands; looked up only for what a finding names."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from budgetcalc.errors import InputError
from budgetcalc.input_limits import Limits
from budgetcalc.locations import pointer as pointer_of
from budgetcalc.patterns import pattern
from budgetcalc.readers.files import decode_utf8, open_input

if TYPE_CHECKING:
    from collections.abc import Collection

_TOKEN = pattern(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)


def line_of(path: str, pointers: Collection[str], limits: Limits | None = None) -> dict[str, int]:
    """Return the line of each pointer's key or entry; of the nearest value around it when it is not there.

    A file that cannot be read any more has no lines.
    """
    if not pointers:
        return {}
    try:
        text = decode_utf8(open_input(path, stdin=None, limits=limits).document(), path)
    except InputError:
        return {}
    wanted = {prefix for each in pointers for prefix in _prefixes(each)}
    places = _places(text, wanted, (limits or Limits()).depth)
    found = {each: next((places[p] for p in _prefixes(each) if p in places), None) for each in pointers}
    return {each: line for each, line in found.items() if line is not None}


def _prefixes(pointer: str) -> list[str]:
    """Return a pointer and all that enclose it, the longest first."""
    steps = pointer.split("/")
    return ["/".join(steps[:length]) for length in range(len(steps), 0, -1)]


def _places(text: str, wanted: Collection[str], deepest: int) -> dict[str, int]:
    """Return the lines of the wanted pointers; one pass over the tokens, whatever is nested in what."""
    places: dict[str, int] = {}
    line, seen = 1, 0
    containers: list[_Container] = []
    expects_key = False
    for match in _TOKEN.finditer(text):
        piece, start = match[0], match.start()
        line, seen = line + text.count("\n", seen, start), start
        top = containers[-1] if containers else None
        if piece in "}]":
            containers = containers[:-1]
            expects_key = False
        elif piece == ",":
            expects_key = top is not None and top.is_object
            if top is not None and not top.is_object:
                top.index += 1
        elif piece == ":":
            expects_key = False
        elif expects_key and top is not None:
            top.key = _text(piece)
            _keep(places, wanted, top.path + pointer_of(top.key), line)
        else:
            path = "" if top is None else top.path + pointer_of(top.key if top.is_object else top.index)
            _keep(places, wanted, path, line)
            if piece in "{[":
                if len(containers) >= deepest:
                    return places
                containers.append(_Container(path, is_object=piece == "{"))
                expects_key = piece == "{"
    return places


def _keep(places: dict[str, int], wanted: Collection[str], path: str, line: int) -> None:
    if path in wanted:
        places.setdefault(path, line)


class _Container:
    """An object or list that is being read, and where in it the reading is."""

    __slots__ = ("index", "is_object", "key", "path")

    def __init__(self, path: str, *, is_object: bool) -> None:
        self.path, self.is_object, self.key, self.index = path, is_object, "", 0


def _text(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token.strip('"')
