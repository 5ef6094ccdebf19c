"""A file, a folder or standard input becomes records, whatever recorded them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from budgetcalc import recordings
from budgetcalc.errors import InputError, UsageError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location, SourceRef, printable
from budgetcalc.readers.detection import looks_like_json
from budgetcalc.readers.files import STDIN, display_name, open_input
from budgetcalc.readers.recordings.pairs import call_records, may_hold_none, records_of
from budgetcalc.recordings import InvalidRecord, LeftOut
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.readers.byte_streams import Limits
    from budgetcalc.readers.files import Opened
    from budgetcalc.recordings import Record

INPUT_FORMATS = ("records", "cassette", "har", "sdk-log")
_ENDINGS = (".jsonl", ".ndjson", ".json", ".har", ".yaml", ".yml", ".log")
_CASSETTE = re.compile(r"(?:http_)?interactions:", re.MULTILINE)
_SDK_LOG = re.compile(r"Request options: \{|\[log_\w+\] sending request")
_SDK_REQUEST = re.compile(rb"Request options: \{.*?'url': '/v1/messages|\[log_\w+\] sending request")
_HEAD = 20_000
_HINT = (
    'a recording is {"request": {...}, "usage": {...}}, as a line of JSONL; cassettes (VCR), HAR archives and pairs of '
    "NAME.request.json and NAME.usage.json are read too"
)


def read_recordings(
    path: str,
    *,
    stdin: BinaryIO | None = None,
    input_format: str | None = None,
    limits: Limits | None = None,
) -> Iterator[Record]:
    """Yield the records of an input one by one; JSONL and cassettes are never held as a whole.

    Args:
        path: a file, a folder, or ``-`` for standard input.
        stdin: standard input as bytes.
        input_format: decides what is otherwise found out from the content.
        limits: how much is read.

    Raises:
        UsageError: no such input format.
        InputError: missing or unreadable, or it holds no recording.
    """
    if input_format is not None and input_format not in INPUT_FORMATS:
        raise UsageError(
            f"{printable(input_format, limit=40)} is no input format of recordings",
            hint=f"use one of {', '.join(INPUT_FORMATS)}",
        )
    if path != STDIN and Path(path).is_dir():
        return _folder_records(path, input_format, limits)
    return _file_records(path, stdin, input_format, limits)


def _file_records(
    path: str, stdin: BinaryIO | None, forced: str | None, limits: Limits | None
) -> Iterator[Record]:
    found = False
    name = display_name(path)
    for record in _records(open_input(path, stdin=stdin, limits=limits), name, forced, group=name):
        found = True
        yield record
    if not found:
        raise InputError(
            "the input holds no recording of a Messages call",
            location=Location(name),
            hint=_HINT,
        )


def _folder_records(folder: str, forced: str | None, limits: Limits | None) -> Iterator[Record]:
    """Yield the records of every file in a folder; what holds none is somebody else's business."""
    for path in recording_files(folder):
        if isinstance(path, InvalidRecord):
            yield path
            continue
        try:
            pair = _pair(path, limits)
            if pair is not None:
                yield from call_records(pair, SourceRef(path), folder, limits or DEFAULTS)
            else:
                yield from _records(
                    open_input(path, stdin=None, limits=limits), path, forced, folder, is_in_folder=True
                )
        except InputError as error:
            yield InvalidRecord(SourceRef(path), error.message, error.hint, str(error.location or ""))


def recording_files(folder: str) -> Iterator[str | InvalidRecord]:
    """Yield the files of a folder that can hold recordings, in the order of their names, or why one cannot be read.

    Links to folders are not followed.
    """
    closed: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):
        folders.sort()
        paths = [
            Path(here, name) for name in sorted(names) if name.removesuffix(".gz").lower().endswith(_ENDINGS)
        ]
        # All are looked at before the first is read: one that vanishes while others are read is then missed.
        yield from [str(path) for path in paths if _is_file(path) and not _is_answer(path)]
    for error in closed:
        where = str(error.filename)
        yield InvalidRecord(SourceRef(where), f"the folder cannot be read: {error.strerror}")


def _is_file(path: Path) -> bool:
    """Whether there is a file; one that may not be looked at is read, and then it is said why it cannot be."""
    try:
        return path.is_file()
    except OSError:
        return True


def _is_answer(path: Path) -> bool:
    """Whether a file is the second half of a pair, which is read with the first."""
    stem, _, half = path.name.removesuffix(".json").rpartition(".")
    return half in {"response", "usage"} and _is_file(path.with_name(f"{stem}.request.json"))


def _pair(path: str, limits: Limits | None) -> dict[str, Any] | None:
    """Return ``NAME.request.json`` with ``NAME.usage.json`` or ``NAME.response.json``; ``None`` for other files.

    Raises:
        InputError: one of them cannot be read.
    """
    if not path.endswith(".request.json"):
        return None
    from budgetcalc.readers.files import decode_utf8
    from budgetcalc.readers.json_text import decode_json

    def value_of(name: str) -> Any:
        opened = open_input(name, stdin=None, limits=limits)
        return decode_json(decode_utf8(opened.document(), name), file=name, limits=opened.limits)[0]

    stem = path.removesuffix(".request.json")
    answers = [half for half in ("usage", "response") if _is_file(Path(f"{stem}.{half}.json"))]
    return (
        {"request": value_of(path), **{half: value_of(f"{stem}.{half}.json") for half in answers}}
        if answers
        else None
    )


def _records(
    opened: Opened, path: str, forced: str | None, group: str, *, is_in_folder: bool = False
) -> Iterator[Record]:
    head = opened.head[:_HEAD].decode(errors="replace")
    form = forced or _form(head, path)
    if form == "cassette" and not looks_like_json(head):
        from budgetcalc.readers.recordings.cassettes import cassette_calls

        for number, call in enumerate(cassette_calls(opened.document(), opened.file, opened.limits), 1):
            yield from call_records(call, SourceRef(path, id=str(number)), group, opened.limits)
    elif form == "sdk-log":
        for line in opened.lines():
            if line.data is not None and _SDK_REQUEST.search(line.data):
                yield LeftOut(SourceRef(path, line.number), recordings.SDK_LOG)
    elif head.strip():
        yield from _json_records(opened, path, group, is_in_folder=is_in_folder)


def _form(head: str, path: str) -> str:
    if looks_like_json(head):
        return "records"
    if _SDK_LOG.search(head):
        return "sdk-log"
    is_yaml = path.removesuffix(".gz").lower().endswith((".yaml", ".yml"))
    return "cassette" if is_yaml or _CASSETTE.search(head) else "records"


def _json_records(opened: Opened, path: str, group: str, *, is_in_folder: bool) -> Iterator[Record]:
    from budgetcalc.readers.usage.values import json_values

    for each in json_values(opened):
        if isinstance(each, InvalidRow):
            yield InvalidRecord(SourceRef(path, each.line), each.message)
            continue
        origin, value = each
        source = SourceRef(path, origin.line)
        found = False
        for record in records_of(value, source, group, opened.limits):
            found = True
            yield record
        if not found and not is_in_folder and not may_hold_none(value):
            yield InvalidRecord(
                source, "this is no recording: it has not both a request and its usage", _HINT
            )
