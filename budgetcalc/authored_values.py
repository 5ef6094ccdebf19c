"""Values of files that people write, as nested mappings, lists and source text → what they mean.

Every scalar arrives as the text that stands in the file, so that no number has been through a float and no
``on`` has become a truth value; the readers here alone say what a text means. A problem is noted with its path
and the reading goes on, so that all errors of a file can be shown at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from budgetcalc.locations import printable
from budgetcalc.patterns import pattern

Step = str | int
Path = tuple[Step, ...]

NULLS = frozenset({"", "null", "~"})
MOST_PROBLEMS = 500

_PLAIN_DECIMAL = pattern(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_PLAIN_INTEGER = pattern(r"[0-9]{1,15}")
_ISO_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Refused(Exception):  # noqa: N818 - a signal between readers, its problem is already noted
    """A value that could not be read."""


class Enough(Exception):  # noqa: N818 - a signal between readers
    """More problems than anybody reads; a hostile file has a million."""


class Notes:
    """The problems found so far, by path, what values may name elsewhere, and what was read already."""

    def __init__(self) -> None:
        self.problems: list[tuple[Path, str, str]] = []
        self.references: Mapping[str, object] = {}
        self.done: dict[tuple[int, Reader[Any]], tuple[object, Any]] = {}

    def note(self, path: Path, message: str, hint: str = "") -> None:
        """Keep a problem.

        Raises:
            Enough: there are more than anybody reads.
        """
        self.problems.append((path, message, hint))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Enough

    def refuse(self, path: Path, message: str, hint: str = "") -> NoReturn:
        """Keep a problem and give the value up.

        Raises:
            Refused: always.
        """
        self.note(path, message, hint)
        raise Refused

    def once[T](self, read: Reader[T], value: object, path: Path) -> T:
        """Return what the reader makes of the value; what models share is read for the first of them."""
        if isinstance(value, str):
            return read(self, value, path)
        known = self.done.get((id(value), read))
        if known is None:
            # The value is kept beside its id, so that no other one can get the same.
            known = self.done[id(value), read] = (value, read(self, value, path))
        result: T = known[1]
        return result


type Reader[T] = Callable[[Notes, object, Path], T]
"""Returns what a value means; raises :class:`Refused` when it means nothing, its problem noted."""

type Rule[T] = Callable[[Notes, list[T], Path], None]
"""Notes what is wrong with the items of a list taken together."""


def is_null(value: object) -> bool:
    """Return whether the value is one of YAML's ways to write nothing."""
    return isinstance(value, str) and value in NULLS


def shown(value: object) -> str:
    """Return a value as an error message names it."""
    if isinstance(value, str):
        return f'"{printable(value, limit=60)}"' if value not in NULLS else "nothing"
    return "a list" if isinstance(value, list) else "a mapping"


def near(word: str, known: Iterable[str]) -> str:
    """Return a suggestion for a misspelt word, or what there is to choose from."""
    from difflib import get_close_matches

    known = list(islice(known, 100))
    match = get_close_matches(word, known, n=1)
    return f"did you mean {match[0]}?" if match else f"known: {', '.join(known)}"


def read_text(notes: Notes, value: object, path: Path) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or value in NULLS:
        notes.refuse(path, f"expected a text, got {shown(value)}")
    return value


def read_whole_number(notes: Notes, value: object, path: Path) -> int:
    """Return a whole number of plain digits."""
    if not isinstance(value, str) or not _PLAIN_INTEGER.fullmatch(value):
        notes.refuse(path, f"expected a whole number, got {shown(value)}", "write plain digits: 200000")
    return int(value)


def read_decimal(notes: Notes, value: object, path: Path) -> Decimal:
    """Return an exact decimal number of plain digits."""
    if not isinstance(value, str) or not _PLAIN_DECIMAL.fullmatch(value):
        hint = "write plain digits: 3 or 0.25, without sign, exponent, separator or currency"
        notes.refuse(path, f"expected a decimal number, got {shown(value)}", hint)
    return Decimal(value)


def read_truth(notes: Notes, value: object, path: Path) -> bool:
    """Return true or false."""
    if value not in ("true", "false"):
        notes.refuse(path, f"expected true or false, got {shown(value)}")
    return value == "true"


def read_day(notes: Notes, value: object, path: Path) -> date:
    """Return a day."""
    # date.fromisoformat takes week dates and dates without hyphens too.
    written_out = isinstance(value, str) and _ISO_DATE.fullmatch(value) is not None
    try:
        return date.fromisoformat(str(value) if written_out else "")
    except ValueError:
        notes.refuse(path, f"expected a date, got {shown(value)}", "write YYYY-MM-DD")


def word(*choices: str) -> Reader[str]:
    """Return a reader of one of the words."""

    def read(notes: Notes, value: object, path: Path) -> str:
        if not isinstance(value, str) or value not in choices:
            wrong = value if isinstance(value, str) else ""
            message = f"expected one of {', '.join(choices)}, got {shown(value)}"
            notes.refuse(path, message, near(wrong, choices))
        return value

    return read


def list_of[T](item: Reader[T], *rules: Rule[T]) -> Reader[tuple[T, ...]]:
    """Return a reader of a list, every item read and the rules held against all of them."""

    def read(notes: Notes, value: object, path: Path) -> tuple[T, ...]:
        if not isinstance(value, list):
            notes.refuse(path, f"expected a list, got {shown(value)}")
        items = []
        refused = False
        for index, entry in enumerate(value):
            try:
                items.append(item(notes, entry, (*path, index)))
            except Refused:
                refused = True
        if refused:
            raise Refused
        for rule in rules:
            rule(notes, items, path)
        return tuple(items)

    return read


class Key(NamedTuple):
    """One key of a mapping: how its value is read, what field it fills, whether it must be there."""

    read: Reader[Any]
    into: str = ""
    required: bool = False


def read_mapping(notes: Notes, value: object, path: Path) -> dict[str, object]:
    """Return a mapping."""
    if not isinstance(value, dict):
        notes.refuse(path, f"expected a mapping, got {shown(value)}")
    return value


def record[T](make: Callable[..., T], keys: Mapping[str, Key]) -> Reader[T]:
    """Return a reader of a mapping with these keys and no others, made into what ``make`` returns."""
    required = [name for name, key in keys.items() if key.required]

    def read(notes: Notes, value: object, path: Path) -> T:
        mapping = read_mapping(notes, value, path)
        given = {name: entry for name, entry in mapping.items() if not is_null(entry)}
        refused = False
        for name in required:
            if name not in given:
                notes.note(path, f'missing key "{name}"')
                refused = True
        values: dict[str, Any] = {}
        for name, entry in given.items():
            key = keys.get(name)
            if key is None:
                notes.note((*path, name), f'unknown key "{printable(name)}"', near(name, keys))
                refused = True
                continue
            try:
                values[key.into or name] = notes.once(key.read, entry, (*path, name))
            except Refused:
                refused = True
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and start >= end:
            hint = "until is the first day it no longer holds"
            notes.note(path, f"from {start} is not before until {end}", hint)
            refused = True
        if refused:
            raise Refused
        return make(**values)

    return read
