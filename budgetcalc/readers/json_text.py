"""Strict JSON: text becomes values, and whatever the API would refuse or read otherwise is said.

Error messages give the line and the column, never the text.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import Any, NamedTuple

from budgetcalc.errors import InputError
from budgetcalc.input_limits import Limits
from budgetcalc.locations import Location, pointer, printable
from budgetcalc.patterns import pattern

_SHOWN_KEYS = 8

# A pair is taken whole; what is left matches the group.
_SURROGATE_ESCAPE = pattern(r"\\u[dD](?:[89abAB]..\\u[dD][c-fC-F]|([89a-fA-F]))")
_SURROGATE = pattern("[\ud800-\udfff]")
_STRING = r'"(?:[^"\\]|\\.)*+"'
# A run of digits is looked at from its beginning only: from each of its digits would be the square of its length.
_RUN = r"(?<![\d.])\d"
_NOT_FINITE = pattern(
    rf"{_STRING}|(-?Infinity|NaN|-?{_RUN}++(?:\.\d++)?[eE]\+?\d++|-?{_RUN}{{309,}}+\.\d++)", re.DOTALL
)
_STRINGS = pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)

# What Python's decoder says, in the words of people who write JSON.
_SENTENCES = {
    "cut": "the text ends before the value does",
    "Expecting value": "a value is missing or is not JSON",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing after a key",
    "Expecting property name enclosed in double quotes": "a key in double quotes is expected",
    "Illegal trailing comma before end of object": "a comma stands before the closing brace",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
    "Unterminated string starting at": "a string is never closed",
    "Invalid control character at": "a raw line break or control character stands inside a string",
    "Extra data": "there is more after the end of the JSON value",
}
_HINTS = {
    "Extra data": "several values in a row must stand one on a line: `jq -c . FILE`",
    "Expecting property name enclosed in double quotes": (
        "JSON wants double quotes and no comma before a closing brace"
    ),
}


class _NotFiniteError(ValueError):
    """NaN, Infinity or a number too large for one, met while decoding."""


class Decoded(NamedTuple):
    """A JSON value, and what has to be said of its text.

    Attributes:
        value: every unpaired surrogate replaced by U+FFFD.
        warnings: about what is ambiguous.
        unpaired_surrogates: pointers to the strings that held some, in the order of the text.
    """

    value: Any
    warnings: tuple[str, ...] = ()
    unpaired_surrogates: tuple[str, ...] = ()


def decode_json(
    text: str, *, file: str = "", line: int | None = None, limits: Limits | None = None
) -> Decoded:
    """Return the value of a JSON text, and what has to be said of it.

    Args:
        text: the JSON text.
        file: name of the input, for error messages.
        line: line of a JSONL file that ``text`` is; ``None`` for a document of its own lines.
        limits: how much is read; the depth is one that every later stage may recurse through safely.

    Raises:
        InputError: no strict JSON: with the place of the fault, never with the text.
    """
    limits = limits or Limits()
    if holds_too_many(text, limits.values):
        raise too_many_values(limits, Location(file, line))
    repeated: Counter[str] = Counter()
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, repeated),
            parse_float=_finite,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(text.rstrip()) and text.strip() != ""
        problem = "cut" if is_cut else error.msg
        raise InputError(
            f"invalid JSON: {_SENTENCES.get(problem, 'a backslash starts no JSON escape')}",
            location=_place(text, error.pos, file, line),
            hint=_HINTS.get(problem, ""),
        ) from None
    except RecursionError:
        raise _too_deep(file, line, limits) from None
    except _NotFiniteError:
        raise InputError(
            "invalid JSON: NaN, Infinity and numbers beyond 1.8e308 are not allowed",
            location=_place(text, _first_not_finite(text), file, line),
        ) from None
    except ValueError:  # int() refuses more digits than sys.get_int_max_str_digits()
        at = _first_long_number(text)
        raise InputError(
            too_many_digits(), location=_place(text, at, file, line), hint=limits.how_to_raise("digits")
        ) from None
    if _is_deeper_than(value, limits.depth):
        raise _too_deep(file, line, limits)
    warnings = [_repeated_keys(repeated)] if repeated else []
    replaced: list[str] = []
    if any(match.group(1) for match in _SURROGATE_ESCAPE.finditer(text)):
        value = _without_surrogates(value, "", replaced)
    return Decoded(value, tuple(warnings), tuple(replaced))


def _object(pairs: list[tuple[str, Any]], repeated: Counter[str]) -> dict[str, Any]:
    """Return the object; the last of equal keys wins, as with the API, and is remembered."""
    result = dict(pairs)
    if len(result) != len(pairs):
        repeated.update(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return result


def _repeated_keys(repeated: Counter[str]) -> str:
    shown = ", ".join(f"`{printable(key, limit=40)}`" for key in sorted(repeated)[:_SHOWN_KEYS])
    rest = f" and {len(repeated) - _SHOWN_KEYS} more" if len(repeated) > _SHOWN_KEYS else ""
    return f"a key stands twice in one object, the last one counts: {shown}{rest}"


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _NotFiniteError
    return number


def _refuse_constant(_name: str) -> float:
    raise _NotFiniteError


def _first_not_finite(text: str) -> int:
    for match in _NOT_FINITE.finditer(text):
        word = match.group(1)
        if word and (word[-1] in "yN" or float(word) in (float("inf"), float("-inf"))):
            return match.start(1)
    return 0


def _place(text: str, at: int, file: str, line: int | None) -> Location:
    row = text.count("\n", 0, at) + 1 if line is None else line
    return Location(file, row, at - text.rfind("\n", 0, at))


def _too_deep(file: str, line: int | None, limits: Limits) -> InputError:
    message = f"the JSON is nested too deeply: more than {limits.depth} levels"
    return InputError(message, location=Location(file, line), hint=limits.how_to_raise("depth"))


def too_many_digits() -> str:
    """Return the sentence about a whole number that the interpreter does not take."""
    return f"a number has more than {sys.get_int_max_str_digits():,} digits"


def _first_long_number(text: str) -> int:
    longer = f"{{{sys.get_int_max_str_digits() + 1},}}"
    long = re.compile(rf"{_STRING}|({_RUN}{longer}+(?![.eE]))", re.DOTALL)
    return next((match.start(1) for match in long.finditer(text) if match.group(1)), 0)


def too_many_values(limits: Limits, place: Location) -> InputError:
    """Return the error about a text that would become too many objects in memory."""
    message = f"the JSON holds more than {limits.values:,} keys, values and entries"
    return InputError(message, location=place, hint=limits.how_to_raise("values"))


def holds_too_many(text: str, most: int) -> bool:
    """Return whether a JSON text holds more keys, values and entries than that, without building them.

    Sixty bytes of memory for two of text are what a list of empty lists takes.
    """
    if len(text) <= most or _marks(text) < most:
        return False
    return _marks(_STRINGS.sub("", text)) >= most


def _marks(text: str) -> int:
    """Return how many marks a text has that begin a value or part two; in strings they mean nothing."""
    return sum(text.count(mark) for mark in ",:[{")


def _is_deeper_than(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested deeper than ``limit``: level by level, as recursion could fail."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
    return bool(level)


def _without_surrogates(value: Any, at: str, replaced: list[str]) -> Any:
    """Return the value with every surrogate replaced; ``replaced`` gets where."""
    if isinstance(value, str):
        text, count = _SURROGATE.subn("\ufffd", value)
        replaced.extend([at] if count else [])
        return text
    if isinstance(value, list):
        return [_without_surrogates(item, f"{at}/{index}", replaced) for index, item in enumerate(value)]
    if isinstance(value, dict):
        result = {}
        for key, item in value.items():
            place = at + pointer(_SURROGATE.sub("\ufffd", key))
            whole = _without_surrogates(key, place, replaced)
            result[whole] = _without_surrogates(item, place, replaced)
        return result
    return value
