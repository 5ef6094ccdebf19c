"""CSV exports: rows by the names of their header, whatever a spreadsheet did to delimiters and line ends.

Columns are found by name, never by position: the Console has added columns in every generation (formats.md §4.3).
"""

from __future__ import annotations

import csv
import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.errors import InputError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location, printable
from budgetcalc.patterns import pattern
from budgetcalc.plurals import plural
from budgetcalc.readers.usage.fields import BadUsage, count
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_DELIMITERS = (",", ";", "\t")
_SEPARATOR = pattern(r'"?sep=(.?)"?', re.IGNORECASE)
_WHOLE = pattern(r"[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5}")
"""A count, also with the thousands commas of a spreadsheet; locale decimals are refused."""

MOST_LINES_OF_A_CELL = DEFAULTS.cell_lines
"""Lines that one row may span, as exports hold whole answers; an unclosed quote is searched no further."""


class Record(NamedTuple):
    """A row of a CSV file by the names of its columns, and what stands between its cells."""

    line: int
    cells: Mapping[str, str]
    delimiter: str


class _Header(NamedTuple):
    line: int
    delimiter: str
    columns: list[str]


def header_of(lines: Iterable[str]) -> list[str]:
    """Return the columns of the header among the first lines, none where there are no lines."""
    header = next(_headers(iter(lines)), None)
    return header.columns if header else []


def records(
    lines: Iterator[str],
    file: str,
    is_header: Callable[[list[str]], bool],
    required: Callable[[list[str]], tuple[str, ...]],
    cell_lines: int = MOST_LINES_OF_A_CELL,
) -> Iterator[Record | InvalidRow]:
    """Yield the rows after the header.

    Args:
        lines: the lines of the file, the header among them.
        file: for messages.
        is_header: whether columns are those of the format.
        required: the columns that decide money; without one its tokens would be read as none.
        cell_lines: that one row may span.

    Raises:
        InputError: there is no such header, it names a column twice, or one that decides money is missing.
    """
    place_line, delimiter, header = next(_headers(lines), _Header(1, ",", []))
    place = Location(file, place_line)
    if not is_header(header):
        raise InputError("this is not the header of a known CSV export", location=place)
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        raise InputError(f'the header names column "{printable(twice)}" twice', location=place)
    missing = next((name for name in required(header) if name not in header), None)
    if missing is not None:
        raise InputError(
            f"the export has no column {missing}",
            location=place,
            hint="export it again with all columns: a missing one would be read as no tokens",
        )
    for number, cells in _rows(lines, delimiter, len(header), cell_lines):
        line_number = place_line + number
        if cells is None:
            yield InvalidRow(file, line_number, "this is no CSV: a quote is not closed or misplaced")
        elif not any(cell.strip() for cell in cells) or _names(cells) == header:
            continue
        elif len(cells) != len(header):
            yield InvalidRow(
                file,
                line_number,
                f"{plural(len(cells), 'cell')} where the header has {plural(len(header), 'column')}",
            )
        else:
            yield Record(line_number, dict(zip(header, _names(cells), strict=True)), delimiter)


def _rows(
    lines: Iterator[str], delimiter: str, width: int, cell_lines: int
) -> Iterator[tuple[int, list[str] | None]]:
    """Yield the cells of each row and the number of its first line; ``None`` for a line that is no CSV.

    A quoted cell may hold line breaks; a quote that is never closed costs its own line only, not the rest of the file.
    """
    waiting: deque[str] = deque()
    number = 0
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        number += 1
        cells, taken = _cells(line, delimiter), 0
        is_open = line.count('"') % 2 == 1
        parts = [line]
        while is_open and taken < cell_lines:
            if taken == len(waiting):
                following = next(lines, None)
                if following is None:
                    break
                waiting.append(following)
            parts.append(waiting[taken])
            is_open ^= parts[-1].count('"') % 2 == 1
            taken += 1
        together = _cells("\n".join(part.rstrip("\r\n") for part in parts), delimiter) if taken else None
        if together is not None and len(together) == width:
            yield number, together
            number += taken
            for _ in range(taken):
                waiting.popleft()
        else:
            yield number, cells


def _cells(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def cell_count(cells: Mapping[str, str], name: str) -> int:
    """Return the count in a cell.

    Raises:
        BadUsage: the cell is empty or holds no whole number.
    """
    written = cells[name]
    if not written:
        raise BadUsage(f"{name} is empty")
    if written.startswith("-"):
        raise BadUsage(f"{name} is negative")
    if not _WHOLE.fullmatch(written):
        raise BadUsage(f"{name} is not a whole number")
    return count(int(written.replace(",", "")), name)


def _headers(lines: Iterator[str]) -> Iterator[_Header]:
    """Yield the header when it is reached; spreadsheets may say before it what stands between cells."""
    delimiters: tuple[str, ...] = _DELIMITERS
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").strip("\r\n")
        said = _SEPARATOR.fullmatch(text.strip())
        if said and delimiters is _DELIMITERS:
            delimiters = (said[1] or "\t",)
        elif text.strip():
            yield _Header(number, *_split(text, delimiters))
            return


def _split(text: str, delimiters: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the delimiter that makes the most columns, and those."""
    splits = []
    for delimiter in delimiters:
        try:
            cells = next(csv.reader([text], delimiter=delimiter), [])
        except csv.Error:
            cells = []
        splits.append((delimiter, _names(cells)))
    return max(splits, key=lambda split: len(split[1]))


def _names(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]
