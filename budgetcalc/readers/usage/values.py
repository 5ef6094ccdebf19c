"""Bytes become JSON values, each with its place: one a line, one document, or several in a row.

Usage is read with less ado than requests: nobody sends it on, so that repeated keys and odd numbers elsewhere
do not matter, and a file of a gigabyte should not take long. Counts are checked where they are read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location
from budgetcalc.readers.byte_streams import megabytes
from budgetcalc.readers.files import decode_utf8
from budgetcalc.readers.json_text import decode_json, holds_too_many, too_many_values
from budgetcalc.readers.usage.fields import Origin
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.byte_streams import Line
    from budgetcalc.readers.files import Opened

Value = tuple[Origin, Any]

NOT_JSON = "the line is not JSON: it may have been cut off"
_FIRST_LINES = 64


def json_values(opened: Opened) -> Iterator[Value | InvalidRow]:
    """Yield the values of a JSON or JSONL input; a line that is none is one invalid row.

    Raises:
        InputError: it is one document, and broken or too large.
    """
    if is_lines(opened):
        return line_values(opened.lines(), opened)
    return _document_values(opened)


def text_lines(opened: Opened) -> Iterator[str]:
    """Yield the lines of a text with their line breaks, as the csv module wants them.

    Raises:
        InputError: a line is over the limit: what it would have said is not known.
    """
    for line in opened.lines():
        if line.data is None:
            raise InputError(too_long(opened.limits), location=Location(opened.file, line.number))
        yield line.data.decode(errors="replace") + "\n"


def line_values(lines: Iterator[Line], opened: Opened) -> Iterator[Value | InvalidRow]:
    """Yield the value of each line that is not blank."""
    for line in lines:
        if line.data is None:
            yield InvalidRow(opened.file, line.number, too_long(opened.limits))
        elif line.data.strip():
            yield line_value(line.data, Origin(opened.file, line.number), opened.limits)


def line_value(data: bytes, origin: Origin, limits: Limits = DEFAULTS) -> Value | InvalidRow:
    """Return the value of one line, or the row that says it is none."""
    try:
        text = data.decode()
        if holds_too_many(text, limits.values):
            error = too_many_values(limits, Location(*origin))
            return InvalidRow(*origin, f"{error.message}; {error.hint}")
        return origin, _decoded(text)
    except UnicodeDecodeError:
        return InvalidRow(*origin, "the line is not UTF-8")
    except RecursionError:
        return InvalidRow(*origin, "the JSON is nested too deeply")
    except json.JSONDecodeError:
        return InvalidRow(*origin, NOT_JSON)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # int() refuses more digits than sys.int_info.default_max_str_digits
        return json.loads(text, parse_int=_number)


def _number(digits: str) -> int | float:
    """Return a number; one of too many digits is infinite, as ``1e999`` is: it matters only where it is a count."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def is_lines(opened: Opened) -> bool:
    """Whether an input is read line by line: a line at its beginning is an object by itself.

    A document over several lines can have such a line too; only as lines does it not fall apart.
    """
    first = first_lines(opened.head, 1)[0]
    if first.strip() in {b"[", b"{"}:
        return False
    if _is_value(first):
        return True
    lines = first_lines(opened.head, _FIRST_LINES)
    if opened.is_whole and (len(lines) == 1 or _is_documents(opened)):
        return len(lines) == 1
    return any(_is_value(line) for line in lines[1:] if line.lstrip().startswith(b"{"))


def first_lines(head: bytes, most: int) -> list[bytes]:
    """Return the first lines that are not blank, without looking at the others."""
    found: list[bytes] = []
    start = 0
    while start < len(head) and len(found) < most:
        end = head.find(b"\n", start)
        end = len(head) if end < 0 else end
        line = head[start:end]
        if line.strip():
            found.append(line)
        start = end + 1
    return found


def _is_value(line: bytes) -> bool:
    return isinstance(line_value(line, Origin("")), tuple)


def _is_documents(opened: Opened) -> bool:
    try:
        return all(True for _ in _several(opened.head.decode(), opened.file))
    except (ValueError, RecursionError):
        return False


def _document_values(opened: Opened) -> Iterator[Value | InvalidRow]:
    """Yield the document, or each of several written one after the other.

    Raises:
        InputError: broken, or too large.
    """
    text = decode_utf8(opened.document(), opened.file)
    if holds_too_many(text, opened.limits.values):
        raise too_many_values(opened.limits, Location(opened.file))
    try:
        yield from _several(text, opened.file)
    except RecursionError:
        raise InputError("the JSON is nested too deeply", location=Location(opened.file)) from None
    except ValueError:
        decode_json(text, file=opened.file, limits=opened.limits)  # says where and why
        raise InputError("invalid JSON", location=Location(opened.file)) from None


def _several(text: str, file: str) -> Iterator[Value]:
    decoder, at = json.JSONDecoder(), _next(text, 0)
    while at < len(text):
        value, end = decoder.raw_decode(text, at)
        yield Origin(file), value
        at = _next(text, end)


def _next(text: str, at: int) -> int:
    """Return where the next value begins, behind blanks and the comma that some tools write between pages."""
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def too_long(limits: Limits) -> str:
    """Return the sentence about a line over the limit."""
    return f"the line is longer than the limit of {megabytes(limits.line)}; {limits.how_to_raise('line')}"
