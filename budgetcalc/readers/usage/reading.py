"""First step of `price`: a file, a folder or standard input becomes rows of usage."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from budgetcalc.errors import InputError, UsageError, WrongCommandError
from budgetcalc.locations import Location, printable
from budgetcalc.packed_calls import PackedCalls
from budgetcalc.readers.detection import looks_like_json
from budgetcalc.readers.files import STDIN, Opened, display_name, open_input
from budgetcalc.readers.usage.detection import (
    CSV_FORMATS,
    FORMATS,
    INPUT_FORMATS,
    CsvFormat,
    Found,
    csv_format_of,
    found_in,
    is_list_format,
    loaded,
)
from budgetcalc.readers.usage.event_lines import event_values, starts_stream
from budgetcalc.readers.usage.fields import BadUsage, Origin
from budgetcalc.readers.usage.folders import report_files
from budgetcalc.readers.usage.raw_input import with_line_feeds, without_http_headers
from budgetcalc.readers.usage.values import (
    Value,
    first_lines,
    is_lines,
    json_values,
    text_lines,
)
from budgetcalc.records import dataclass, field
from budgetcalc.usage import InvalidRow, ReportPage, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from budgetcalc.readers.byte_streams import Limits
    from budgetcalc.readers.usage.messages import Records
    from budgetcalc.readers.usage.refusals import Refused

Row = UsageRow | InvalidRow | ReportPage

_FIRST_LINES = 8
_SHOWN_KEYS = 8


@overload
def read_usage(
    path: str,
    *,
    stdin: BinaryIO | None = None,
    input_format: str | None = None,
    limits: Limits | None = None,
    packs: Literal[False] = False,
) -> Iterable[Row]: ...


@overload
def read_usage(
    path: str,
    *,
    stdin: BinaryIO | None = None,
    input_format: str | None = None,
    limits: Limits | None = None,
    packs: bool,
) -> Iterable[Row | PackedCalls]: ...


def read_usage(
    path: str,
    *,
    stdin: BinaryIO | None = None,
    input_format: str | None = None,
    limits: Limits | None = None,
    packs: bool = False,
) -> Iterable[Row | PackedCalls]:
    """Return the rows of a usage report, to be read one by one; lines are never held as a whole.

    Args:
        path: a file, a folder with reports, or ``-`` for standard input.
        stdin: standard input as bytes.
        input_format: decides what is otherwise found out from the content.
        limits: how much is read.
        packs: many calls of a transcript may come as one :class:`~budgetcalc.packed_calls.PackedCalls`.

    Raises:
        UsageError: no such input format.
        InputError: missing or unreadable, or it holds nothing known.
        WrongCommandError: it is the business of another command or tool.
    """
    if input_format is not None and input_format not in INPUT_FORMATS:
        raise UsageError(
            f"{printable(input_format, limit=40)} is no input format of usage reports",
            hint=f"use one of {', '.join(INPUT_FORMATS)}",
        )
    if path != STDIN and _is_folder(path):
        return _folder_rows(path, input_format, limits, packs=packs)
    return _Input(path, input_format, packs=packs).rows(open_input(path, stdin=stdin, limits=limits))


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _folder_rows(
    folder: str, forced: str | None, limits: Limits | None, *, packs: bool
) -> Iterable[Row | PackedCalls]:
    """Return the rows of every report in a folder.

    Files without usage are other people's business; those that cannot be read are said.
    """

    def rows_of(file: str | InvalidRow) -> Iterator[Row | PackedCalls]:
        if isinstance(file, InvalidRow):
            yield file
            return
        try:
            opened = open_input(file, stdin=None, limits=limits)
            yield from _Input(file, forced, is_in_folder=True, packs=packs).rows(opened)
        except InputError as error:
            yield InvalidRow(file, error.location.line if error.location else None, error.message)

    if packs:
        from budgetcalc.readers.usage import transcripts  # noqa: F401 - both processes need it
        from budgetcalc.readers.usage.two_processes import RowsInTwo

        return RowsInTwo(list(report_files(folder)), rows_of)
    return chain.from_iterable(map(rows_of, report_files(folder)))


@dataclass(slots=True)
class _Input:
    """One input while it is read: what was found in it, and the logs that are still open."""

    path: str
    forced: str | None
    is_in_folder: bool = False
    packs: bool = False
    around: Records = ()
    logs: dict[str, Any] = field(default_factory=dict)
    found: bool = False
    refused: tuple[Refused, Origin] | None = None
    unknown: Value | None = None

    def rows(self, opened: Opened) -> Iterator[Row | PackedCalls]:
        """Yield the rows of the input.

        Raises:
            InputError: it is empty, or nothing known.
            WrongCommandError: it is the business of another command or tool.
        """
        opened, headers = without_http_headers(with_line_feeds(opened))
        self.around = (headers,) if headers else ()
        lines = [line.strip() for line in first_lines(opened.head, _FIRST_LINES)]
        if not lines:
            if not self.is_in_folder:
                raise InputError("the input is empty", location=Location(opened.file))
            return
        if starts_stream(lines[0]):
            yield from self._json_rows(event_values(opened))
        elif any(looks_like_json(line.decode(errors="replace")) for line in lines):
            yield from self._json_rows(self._values(opened))
        else:
            yield from self._csv_rows(opened, lines)

    def _values(self, opened: Opened) -> Iterator[Value | InvalidRow | PackedCalls]:
        # What reads many lines fast takes longer to load than one line takes the general way.
        is_one = opened.is_whole and len(first_lines(opened.head, 2)) == 1
        if self.packs and self.forced in (None, "claude-code") and not is_one and is_lines(opened):
            from budgetcalc.readers.usage.transcripts import transcript_values

            return transcript_values(opened)
        return json_values(opened)

    def _json_rows(self, values: Iterator[Value | InvalidRow | PackedCalls]) -> Iterator[Row | PackedCalls]:
        has_invalid = False
        for each in values:
            if isinstance(each, PackedCalls):
                self.found = True
                yield each
            elif isinstance(each, InvalidRow):
                has_invalid = True
                yield each
            else:
                origin, value = each
                is_many = isinstance(value, list) and not is_list_format(value, self.forced)
                for item in value if is_many else (value,):
                    yield from self._value_rows(origin, item)
        for log in self.logs.values():
            yield from log.finish()
        if not (self.found or has_invalid or self.is_in_folder):
            raise self._nothing_found()

    def _value_rows(self, origin: Origin, value: Any) -> Iterator[Row]:
        if self.logs.get("sse") and self.logs["sse"].open and _is_error(value):
            yield from self.logs["sse"].add(value, origin)
            return
        is_known = False
        for record in found_in(value, self.forced, self.around):
            is_known = self.found = True
            try:
                yield from self._record_rows(record, origin)
            except BadUsage as error:
                yield InvalidRow(*origin, str(error))
        if is_known:
            return
        from budgetcalc.readers.usage.refusals import refused_value

        refused = refused_value(value) if isinstance(value, dict) else None
        if refused is None:
            self.unknown = self.unknown or (origin, value)
        elif refused.holds_usage and (self.found or self.is_in_folder):
            yield InvalidRow(*origin, f"this is {refused.name}, which is not read")
        elif refused.holds_usage:
            raise _wrong_command(refused, origin, self.path)
        else:
            self.refused = self.refused or (refused, origin)

    def _record_rows(self, record: Found, origin: Origin) -> Iterator[Row]:
        form, value, wrappers = record
        reader = loaded(form.reader)
        if reader is None:  # a format is complete or not in the table: tests hold it
            raise LookupError(form.reader)
        if form.is_log:
            if form.name not in self.logs:
                self.logs[form.name] = reader()
            reader = self.logs[form.name].add
        rows: Iterator[Row] = (
            reader(value, origin, wrappers) if form.takes_wrappers else reader(value, origin)
        )
        yield from rows

    def _csv_rows(self, opened: Opened, lines: list[bytes]) -> Iterator[Row]:
        from budgetcalc.readers.usage.csv_tables import header_of
        from budgetcalc.readers.usage.refusals import refused_header

        header = header_of([line.decode(errors="replace") for line in lines])
        form = csv_format_of(header, self.forced)
        reader = loaded(form.reader) if isinstance(form, CsvFormat) else None
        if reader is not None:
            yield from reader(text_lines(opened), opened.file, opened.limits.cell_lines)
            return
        refused = refused_header(header)
        if refused and not self.is_in_folder:
            raise _wrong_command(refused, Origin(opened.file), self.path)
        if not self.is_in_folder:
            raise InputError(
                "this is no usage report: neither JSON nor a CSV file with a known header",
                location=Location(opened.file, 1),
                hint=f"CSV files that are read: {_CSV_NAMES}; `budgetcalc estimate FILE` counts and prices a prompt",
            )

    def _nothing_found(self) -> InputError:
        if self.refused:
            refused, origin = self.refused
            return _wrong_command(refused, origin, self.path)
        origin, value = self.unknown or (Origin(display_name(self.path)), [])
        return InputError(_unknown(value), location=Location(*origin), hint=f"known are {', '.join(_KNOWN)}")


_CSV_NAMES = ", ".join(dict.fromkeys(each.name for each in CSV_FORMATS))
_KNOWN = tuple(dict.fromkeys(each.name for each in FORMATS))


def _is_error(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "error"


def _wrong_command(refused: Refused, origin: Origin, path: str) -> WrongCommandError:
    from shlex import quote

    name = printable("-" if path == STDIN else quote(path), limit=400)
    return WrongCommandError(
        f"this is {refused.name}", location=Location(*origin), hint=refused.hint.replace("FILE", name)
    )


def _unknown(value: Any) -> str:
    """Return the sentence about JSON that holds no usage: names of keys, never values."""
    if not isinstance(value, dict):
        return "the JSON holds no usage"
    keys = ", ".join(f"`{printable(key, limit=40)}`" for key in list(value)[:_SHOWN_KEYS])
    more = f" and {len(value) - _SHOWN_KEYS} more" if len(value) > _SHOWN_KEYS else ""
    return (
        f"the JSON holds no usage that is known; its keys are {keys}{more}"
        if keys
        else "the JSON object is empty"
    )
