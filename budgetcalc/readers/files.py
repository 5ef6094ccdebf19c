"""First step of every reader: a path or ``-`` becomes UTF-8 bytes, whole or line by line.

How bytes become lines is in :mod:`.byte_streams`; here is what can go wrong with files and standard input.
"""

from __future__ import annotations

import os
import stat
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from budgetcalc.errors import InputError
from budgetcalc.locations import Location
from budgetcalc.readers.byte_streams import (
    CHUNK,
    Limits,
    Line,
    as_utf8,
    gunzip,
    megabytes,
    split_lines,
    with_start,
)
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Opened:
    """An input whose beginning has been looked at.

    Attributes:
        file: its name for messages.
        head: the first bytes: at least the first line that is not blank, at most the document limit.
        is_whole: whether ``head`` is all of it.
        rest: what follows.
        limits: how much may be read.
    """

    file: str
    head: bytes
    is_whole: bool
    rest: Iterator[bytes]
    limits: Limits

    def document(self) -> bytes:
        """Return all bytes.

        Raises:
            InputError: larger than the document limit, or unreadable further on.
        """
        chunks, size = [self.head], len(self.head)
        for chunk in self.rest:
            chunks.append(chunk)
            size += len(chunk)
            if size > self.limits.document:
                raise _too_large(self.file, f"more than {megabytes(size)}", self.limits)
        if size > self.limits.document:
            raise _too_large(self.file, megabytes(size), self.limits)
        return b"".join(chunks)

    def lines(self) -> Iterator[Line]:
        """Yield line after line; one over the limit comes without its bytes."""
        return split_lines(chain((self.head,), self.rest), self.limits.line)


def display_name(path: str) -> str:
    """Return what messages call an input."""
    return "<stdin>" if path == STDIN else path


def open_input(path: str, *, stdin: BinaryIO | None, limits: Limits | None = None) -> Opened:
    """Return the input, opened, unpacked and as UTF-8, with its beginning read.

    Raises:
        InputError: missing, a folder, not permitted, a terminal, no text.
    """
    limits = limits or Limits()
    file = display_name(path)
    chunks = _read_stdin(stdin) if path == STDIN else _read_file(path)
    chunks = with_start(chunks, 2)
    first = next(chunks, b"")
    chunks = chain((first,), chunks)
    if first.startswith(b"\x1f\x8b"):
        chunks = gunzip(chunks, file, limits)
    chunks = as_utf8(with_start(chunks, 4), file)
    head, following, is_whole = _head(chunks, limits.document)
    if len(head) > limits.document and b"\n" not in head.strip():  # what has lines may be read line by line
        raise _too_large(file, _size(path, head), limits)
    return Opened(file, head, is_whole, chain((following,), chunks) if following else chunks, limits)


def is_read_once(path: str) -> bool:
    """Return whether a path is a pipe or a device: what was read of it is gone, and it may never end."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - thousands of them
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def decode_utf8(data: bytes, file: str, *, line: int = 1, offset: int = 0) -> str:
    """Return the text of UTF-8 bytes.

    Args:
        data: the bytes.
        file: name of the input, for error messages.
        line: number of the first line of ``data``.
        offset: of ``data`` in the input.

    Raises:
        InputError: with the line and the offset of the first byte that is wrong.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        row = line + data.count(b"\n", 0, error.start)
        raise InputError(
            f"the text is not UTF-8: byte {data[error.start]:#04x} at offset {offset + error.start:,}",
            location=Location(file, row),
            hint="convert it first: `iconv -f LATIN1 -t UTF-8 FILE`",
        ) from None


def _too_large(file: str, size: str, limits: Limits) -> InputError:
    return InputError(
        f"{size} is too large for one document: the limit is {megabytes(limits.document)}",
        location=Location(file),
        hint="give the requests as JSONL, one on a line: those are read one by one; "
        f"{limits.how_to_raise('document')}",
    )


def _size(path: str, head: bytes) -> str:
    """Return the size of the input, as far as it can be known without reading on."""
    try:
        size = Path(path).stat().st_size
    except (OSError, ValueError):
        size = 0
    # A packed file and a device hold more than their size says.
    return megabytes(size) if size >= len(head) else f"more than {megabytes(len(head) - 1)}"


def _read_stdin(stdin: BinaryIO | None) -> Iterator[bytes]:
    if stdin is None or stdin.closed:
        raise InputError("standard input is closed", location=Location(display_name(STDIN)))
    if stdin.isatty():
        raise InputError(
            "standard input is a terminal: nothing is piped in",
            location=Location(display_name(STDIN)),
            hint="name a file, or pipe one in: `budgetcalc COMMAND - < FILE`",
        )
    # What is there, without waiting for a whole chunk: lines are answered as they come, and Ctrl-C is not lost
    # between two reads of a slow pipe.
    read = getattr(stdin, "read1", stdin.read)
    try:
        while chunk := read(CHUNK):
            yield chunk
    except (OSError, ValueError) as error:
        raise _unreadable(display_name(STDIN), error) from None


def _read_file(path: str) -> Iterator[bytes]:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - thousands of them
            while chunk := file.read(CHUNK):
                yield chunk
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(file: str, error: OSError | ValueError) -> InputError:
    sentences: dict[type[Exception], tuple[str, str]] = {
        FileNotFoundError: ("no such file", "it may have been moved or deleted; check the spelling"),
        PermissionError: ("permission to read the file is missing", ""),
        IsADirectoryError: ("this is a folder, not a file", "name the files in it, as with `folder/*.json`"),
        NotADirectoryError: ("no such file: a part of its path is not a folder", ""),
    }
    reason = (
        error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path or stream"
    )
    is_folder = isinstance(error, PermissionError) and _is_folder(file)  # as Windows says it
    kind = IsADirectoryError if is_folder else type(error)
    message, hint = sentences.get(kind, (f"the file cannot be read: {reason}", ""))
    return InputError(message, location=Location(file), hint=hint)


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _head(chunks: Iterator[bytes], limit: int) -> tuple[bytes, bytes, bool]:
    """Return the beginning, to the end of the first line with content at least, what follows, and if that is all."""
    head: list[bytes] = []
    size, has_content = 0, False
    for chunk in chunks:
        head.append(chunk)
        size += len(chunk)
        start = 0 if has_content else len(chunk) - len(chunk.lstrip())
        has_content = has_content or start < len(chunk)
        if size > limit:
            return b"".join(head), b"", False
        if size >= CHUNK and has_content and (end := chunk.find(b"\n", start) + 1):
            following = next((more for more in chunks if more), b"")
            if following and not chunk[end : max(chunk.find(b"\n", end), end)].strip():
                # A document of one long line ends here: only what follows makes it one line of many. (Of a second
                # line within the chunk nothing has to be copied to know it.)
                return b"".join([*head, following]), b"", False
            return b"".join(head), following, not following
    return b"".join(head), b"", True
