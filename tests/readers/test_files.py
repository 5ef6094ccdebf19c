"""Files and standard input: what is opened, unpacked, decoded, and how each failure reads."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import pytest

from budgetcalc.errors import InputError
from budgetcalc.readers.byte_streams import Limits, Line, split_lines
from budgetcalc.readers.files import decode_utf8, open_input


def document(data: bytes, limits: Limits | None = None) -> bytes:
    return open_input("-", stdin=io.BytesIO(data), limits=limits).document()


def failure(path: str, data: bytes | None = None, limits: Limits | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        open_input(path, stdin=None if data is None else io.BytesIO(data), limits=limits).document()
    return caught.value


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


class Trickle(io.RawIOBase):
    """A pipe that brings one byte at a time."""

    def __init__(self, data: bytes) -> None:
        self.bytes = iter(data)

    def read(self, size: int = -1) -> bytes:
        return bytes([byte]) if (byte := next(self.bytes, None)) is not None else b""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("{ß}".encode(), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + "{ß}".encode(), id="UTF-8 with BOM"),
        pytest.param("{ß}".encode("utf-16"), id="UTF-16 by BOM"),
        pytest.param(b"\xfe\xff" + "{ß}".encode("utf-16-be"), id="big-endian UTF-16"),
        pytest.param(gzip.compress("{ß}".encode()), id="gzip"),
        pytest.param(gzip.compress(b"{") + gzip.compress("ß}".encode()), id="two gzip members"),
        pytest.param(gzip.compress("\ufeff{ß}".encode("utf-16-le")), id="UTF-16 in gzip"),
    ],
)
def test_every_encoding_gives_the_same_text(data: bytes) -> None:
    """Byte order marks and gzip are taken off, whether the bytes come at once or one by one."""
    assert document(data).decode() == "{ß}"
    trickle = open_input("-", stdin=Trickle(data), limits=None)  # type: ignore[arg-type]
    assert trickle.document().decode() == "{ß}"


def test_broken_utf8_names_line_and_offset() -> None:
    """A byte that is no UTF-8 is told with its line, its value and its offset in the file."""
    with pytest.raises(InputError) as caught:
        decode_utf8(b"ok\nb\xffd", "f.txt", line=3, offset=10)
    assert str(caught.value.location) == "f.txt:4"
    assert "0xff at offset 14" in caught.value.message


def test_broken_utf16_is_a_sentence() -> None:
    """A byte order mark of UTF-16 with something else behind it is refused."""
    assert "UTF-16" in failure("-", b"\xff\xfe\x00\xd8\x20").message


def test_a_document_over_the_limit_is_told_with_both_numbers(tmp_path: Path) -> None:
    """Size and limit are both said, and the limit can be raised."""
    file = tmp_path / "big.json"
    file.write_bytes(b"x" * 3_000_000)
    error = failure(str(file), limits=Limits(document=2_000_000))
    assert "3.0 MB" in error.message
    assert "2.0 MB" in error.message
    assert "JSONL" in error.hint
    assert len(open_input(str(file), stdin=None, limits=Limits(document=3_000_000)).document()) == 3_000_000


def test_a_gzip_trap_is_refused() -> None:
    """A small file that unpacks to far more than the limit is not unpacked to its end."""
    bomb = gzip.compress(b"{}\n" * 3_000_000)
    with pytest.raises(InputError) as caught:
        list(open_input("-", stdin=io.BytesIO(bomb), limits=Limits(document=5_000_000)).lines())
    assert "unpacks to more than 5.0 MB and 300 times" in caught.value.message


@pytest.mark.parametrize(
    ("data", "word"),
    [(gzip.compress(b"abc" * 1000)[:-9], "cut"), (gzip.compress(b"abc")[:10] + b"\xff" * 9, "broken")],
)
def test_a_damaged_gzip_file_is_a_sentence(data: bytes, word: str) -> None:
    """A gzip file without its end, or with a fault, is refused as that."""
    assert word in failure("-", data).message


@pytest.mark.parametrize(
    ("magic", "name"),
    [
        (b"PK\x03\x04", "zip"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG", "PNG"),
        (gzip.compress(gzip.compress(b"{}")), "within"),
    ],
)
def test_known_binary_formats_are_named(magic: bytes, name: str) -> None:
    """A zip archive, a PDF or an image is called what it is."""
    assert name in failure("-", magic + bytes(20)).message


def test_what_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    """Missing files, folders, odd names and paths through files are told apart."""
    (tmp_path / "file").write_text("x")
    assert "no such file" in failure(str(tmp_path / "nothing.json")).message
    assert "folder" in failure(str(tmp_path)).message
    assert "no such file" in failure(str(tmp_path / "file" / "x.json")).message
    assert "path" in failure("a\0b").message
    assert "cannot be read" in failure("x" * 5000).message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_one_sentence(tmp_path: Path) -> None:
    """Missing permission is said as that."""
    file = tmp_path / "secret.json"
    file.write_text("{}")
    file.chmod(0)
    assert "permission" in failure(str(file)).message


def test_a_terminal_is_not_waited_for() -> None:
    """When nothing is piped in, the sentence says how to use standard input."""
    with pytest.raises(InputError) as caught:
        open_input("-", stdin=Terminal())
    assert "terminal" in caught.value.message
    assert "budgetcalc COMMAND -" in caught.value.hint
    assert "closed" in failure("-").message


def test_lines_come_with_number_and_offset() -> None:
    """Lines are cut across chunks; one over the limit comes without its bytes, the others go on."""
    chunks = iter([b"ab", b"c\n", b"\ndefgh", b"ijk\nl", b"m"])
    assert list(split_lines(chunks, 5)) == [
        Line(1, 0, b"abc"),
        Line(2, 4, b""),
        Line(3, 5, None),
        Line(4, 14, b"lm"),
    ]
