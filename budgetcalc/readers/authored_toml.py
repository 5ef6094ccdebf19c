"""TOML → the same plain document that YAML gives: every value as text; and the places of its keys.

The standard library's parser knows no positions, so the lines are searched for the headers and keys that TOML
has: an error inside an inline table is shown at the key of the table.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from budgetcalc.locations import Location, pointer, printable
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from budgetcalc.authored_values import Path as DocumentPath
    from budgetcalc.readers.authored_yaml import AuthoredKind

_HEADER = pattern(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = pattern(
    r"(\s*)((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_PART = pattern(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'")
_MANY_PARTS = 100
_PART_AND_DOT = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+"
_LONG_KEY = pattern(rf"(?<![A-Za-z0-9_-])(?:{_PART_AND_DOT}){{{_MANY_PARTS}}}")
"""Longer than any honest key; the parser's time grows with the square of the parts."""
_AT_LINE = pattern(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)")


def toml_document(text: str, name: str, kind: AuthoredKind) -> dict[str, Any]:
    """Return a TOML text as nested ``dict``, ``list`` and ``str``.

    Raises:
        SeveralErrors: the kind's own; with the place of the first fault.
    """
    if long_key := _LONG_KEY.search(text):
        place = Location(name, text.count("\n", 0, long_key.start()) + 1)
        raise kind.refused(f"holds a key of more than {_MANY_PARTS} parts", place)
    try:
        document = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        match = _AT_LINE.fullmatch(str(error))
        said = match[1] if match else str(error)
        line, column = (int(match[2]), int(match[3])) if match and match[2] else (None, None)
        message = f"is not TOML: {printable(said[:1].lower() + said[1:])}"
        raise kind.refused(message, Location(name, line, column)) from None
    except (RecursionError, ValueError):
        raise kind.refused(
            "is nested too deeply, or holds a number too long to read", Location(name)
        ) from None
    return {key: _as_text(value) for key, value in document.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_as_text(entry) for entry in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def toml_locator(text: str, name: str, root: tuple[str, ...]) -> Callable[[DocumentPath], Location]:
    """Return what finds the line of a path under a table, or of what encloses it.

    Args:
        text: TOML that ``toml_document`` takes.
        name: of its file.
        root: the table that paths start from.
    """
    places = _places(text)

    def locate(path: DocumentPath) -> Location:
        whole: DocumentPath = (*root, *path)
        for length in range(len(whole), 0, -1):
            if whole[:length] in places:
                return Location(name, *places[whole[:length]])
        return Location(name, pointer=pointer(*path))

    return locate


def _places(text: str) -> dict[DocumentPath, tuple[int, int]]:
    """Return line and column of each table and key; the first place a path is met at counts."""
    found: dict[DocumentPath, tuple[int, int]] = {}
    counts: dict[DocumentPath, int] = {}
    table: DocumentPath = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.fullmatch(line)
        if header:
            table = _table(header, counts)
            for length in range(1, len(table) + 1):
                found.setdefault(table[:length], (number, line.index("[") + 1))
            continue
        key = _KEY.match(line)
        if key:
            parts = _parts(key[2])
            for length in range(1, len(parts) + 1):
                found.setdefault((*table, *parts[:length]), (number, len(key[1]) + 1))
    return found


def _table(header: re.Match[str], counts: dict[DocumentPath, int]) -> DocumentPath:
    """Return the path of a header's table, with the number of each entry of an array of tables in it."""
    path: DocumentPath = ()
    parts = _parts(header[2])
    for position, part in enumerate(parts, 1):
        path = (*path, part)
        if header[1] == "[[" and position == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]
