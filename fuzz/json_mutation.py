"""Mutations that keep JSON parsing: drop, repeat, retype or move a value somewhere in one of the documents."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    -0.0,
    1e300,
    10**16,
    10**25,
    -(10**16),
    "",
    " ",
    "1",
    "-1",
    "1e999999999",
    "NaN",
    "2026-02-30",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "\ud800",
    "\x1b[2J\u202e",
    "\0",
    [],
    {},
    [[]],
    [{}],
    {"": {}},
    ["text"],
    {"type": "text"},
)
"""Values that nobody expects, to stand in the place of any other."""


def mutated_json(data: bytes, random: random.Random) -> bytes | None:
    """Return the data with one of its JSON documents changed; ``None`` where none can be."""
    try:
        return _mutated(data, random)
    except RecursionError:
        return None


def _mutated(data: bytes, random: random.Random) -> bytes | None:
    whole = _decoded(data)
    if whole is not _NO_JSON:
        return _encoded(_changed(whole, random), random)
    lines = data.split(b"\n")
    prefix = b"data:" if b"\ndata:" in data else b""
    places = [at for at, line in enumerate(lines) if _decoded(line.removeprefix(prefix)) is not _NO_JSON]
    if not places:
        return None
    at = random.choice(places)
    value = _changed(_decoded(lines[at].removeprefix(prefix)), random)
    lines[at] = prefix + _encoded(value, random, indent=False)
    if random.random() < 0.1:
        lines.insert(random.choice(places), lines[at])
    return b"\n".join(lines)


_NO_JSON = object()


def _decoded(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NO_JSON


def _encoded(value: Any, random: random.Random, *, indent: bool = True) -> bytes:
    spaces = random.choice((None, None, None, 1)) if indent else None
    return json.dumps(value, ensure_ascii=True, indent=spaces).encode()


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, part in inner for place in _places(part, (*at, key)))]


def _at(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def _changed(value: Any, random: random.Random) -> Any:
    """Return the value after one to three small changes."""
    root = [value]
    for _ in range(random.choice((1, 1, 2, 3))):
        places = _places(root)
        place = random.choice(places[1:])
        parent, step = _at(root, place[:-1]), place[-1]
        other = _at(root, random.choice(places[1:]))
        copy = deepcopy(other) if other is not root[0] else None
        match random.randrange(6):
            case 0 if len(place) > 1:
                del parent[step]
            case 1 if isinstance(parent, list):
                parent.insert(step, copy)
            case 2 if isinstance(parent, dict) and len(parent) > 1:
                parent[random.choice(list(parent))] = copy
            case 3:
                parent[step] = copy
            case 4 if isinstance(parent[step], int | float):
                parent[step] = random.choice((parent[step] + 1, -parent[step], parent[step] * 1000, 2**63))
            case _:
                parent[step] = deepcopy(random.choice(ODD))
    return root[0]
