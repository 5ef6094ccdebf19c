"""Streams of bytes: unpacked when gzipped, turned from UTF-16 to UTF-8, cut into lines.

Everything here is a generator over chunks, so that a stream of any length takes the memory of its longest
line.
"""

from __future__ import annotations

import codecs
import zlib
from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.errors import InputError
from budgetcalc.input_limits import Limits
from budgetcalc.locations import Location
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHUNK", "Limits", "Line", "as_utf8", "gunzip", "megabytes", "split_lines", "with_start"]

CHUNK = 1 << 20

# Files that are no text, by their first bytes.
_BINARY = (
    (b"PK\x03\x04", "a zip archive", "unpack it and name the file inside"),
    (b"%PDF", "a PDF", "name a text file; a PDF is counted within a request, as a `document` block"),
    (
        b"\x89PNG",
        "a PNG image",
        "name a text file; an image is counted within a request, as an `image` block",
    ),
    (
        b"\xff\xd8\xff",
        "a JPEG image",
        "name a text file; an image is counted within a request, as an `image` block",
    ),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first: `zstd -dc FILE | budgetcalc COMMAND -`"),
    (b"\x1f\x8b", "a gzip archive within another", "unpack it once: `gzip -dc FILE | budgetcalc COMMAND -`"),
    (b"BZh", "a bzip2 archive", "unpack it first: `bzip2 -dc FILE | budgetcalc COMMAND -`"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first: `xz -dc FILE | budgetcalc COMMAND -`"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its line break. ``data`` is ``None`` when it is longer than the limit.

    Attributes:
        number: from 1.
        offset: of its first byte in the (unpacked) input.
        data: its bytes.
    """

    number: int
    offset: int
    data: bytes | None


def with_start(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the same bytes, the first chunk at least ``size`` long: a pipe may bring one byte at a time."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= size:
            yield start
            yield from chunks
            return
    if start:
        yield start


def gunzip(chunks: Iterator[bytes], file: str, limits: Limits) -> Iterator[bytes]:
    """Yield the unpacked bytes of one or several gzip members.

    Raises:
        InputError: broken, cut, or growing as only a trap grows.
    """
    unpack = zlib.decompressobj(wbits=31)
    packed = unpacked = 0
    try:
        for chunk in chunks:
            packed += len(chunk)
            data = chunk
            while data:
                if unpack.eof:
                    if not data.strip(b"\0"):  # padding after the last member
                        break
                    unpack = zlib.decompressobj(wbits=31)
                piece = unpack.decompress(data, CHUNK)
                data = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
                unpacked += len(piece)
                if unpacked > limits.document and unpacked > limits.expansion * packed:
                    raise InputError(
                        f"the gzip file unpacks to more than {megabytes(limits.document)}"
                        f" and {limits.expansion} times its size",
                        location=Location(file),
                        hint="if you trust it, unpack it yourself: `gzip -dc FILE | budgetcalc COMMAND -`; "
                        f"{limits.how_to_raise('expansion')}",
                    )
                if piece:
                    yield piece
    except zlib.error:
        raise InputError("the gzip file is broken", location=Location(file)) from None
    if not unpack.eof:
        raise InputError("the gzip file is cut: its end is missing", location=Location(file))


def as_utf8(chunks: Iterator[bytes], file: str) -> Iterator[bytes]:
    """Yield the bytes without a byte order mark; UTF-16 is known by its mark and re-encoded.

    Raises:
        InputError: a known binary format, or broken UTF-16.
    """
    first = next(chunks, b"")
    for magic, name, hint in _BINARY:
        if first.startswith(magic):
            raise InputError(f"this is {name}, not text", location=Location(file), hint=hint)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")()
        seen = 0
        try:
            for chunk in chain((first,), chunks):
                yield decoder.decode(chunk).encode()
                seen += len(chunk)
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError:
            raise InputError(
                f"the text is not the UTF-16 its byte order mark announces, at or after offset {seen:,}",
                location=Location(file),
            ) from None
        return
    while first.startswith(codecs.BOM_UTF8):
        first = first.removeprefix(codecs.BOM_UTF8)
    yield first
    yield from chunks


def split_lines(chunks: Iterator[bytes], limit: int) -> Iterator[Line]:
    """Yield the lines of a stream of bytes, each without its line break."""
    number, offset, size = 1, 0, 0
    parts: list[bytes] = []
    for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            size += end - start
            yield Line(number, offset, _join(parts, chunk[start:end]) if size <= limit else None)
            number, offset, size, start = number + 1, offset + size + 1, 0, end + 1
            parts = []
        size += len(chunk) - start
        if size > limit:
            parts = []
        elif start < len(chunk):
            parts.append(chunk[start:])
    if size:
        yield Line(number, offset, b"".join(parts) if size <= limit else None)


def megabytes(size: int) -> str:
    """Return a size for people: in MB of a million bytes, or in bytes when there are few."""
    return f"{size / 1_000_000:,.1f} MB" if size >= 1_000_000 else f"{size:,} bytes"


def _join(parts: list[bytes], last: bytes) -> bytes:
    return b"".join([*parts, last]) if parts else last
