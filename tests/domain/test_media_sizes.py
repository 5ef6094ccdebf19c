"""Sizes read from the headers of pictures and PDFs; nonsense has no size and is never an exception."""

from __future__ import annotations

import struct
import sys
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc import media

from .builders import pdf, png


def gif(width: int, height: int, version: bytes = b"GIF89a") -> bytes:
    """Return a GIF's header."""
    return version + struct.pack("<HH", width, height) + b"\xf7\x00\x00"


def segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(width: int, height: int, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    """Return a JPEG up to the scan, with other segments before its frame header."""
    sizes = struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    return b"\xff\xd8" + before + segment(frame, sizes) + segment(0xDA, bytes(10)) + b"\xff\xd9"


JFIF = segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
THUMBNAIL = jpeg(160, 120)
EXIF = segment(0xE1, b"Exif\x00\x00MM\x00*" + THUMBNAIL)
TABLES = segment(0xDB, bytes(65)) + segment(0xC4, bytes(30)) + segment(0xDD, b"\x00\x04")


def webp(chunk: bytes, body: bytes) -> bytes:
    """Return a WebP file with one chunk."""
    data = b"WEBP" + chunk + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(data)) + data


def lossy(width: int, height: int) -> bytes:
    """Return a lossy WebP; the two upper bits of a size are a scale."""
    return webp(
        b"VP8 ", b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width | 0x4000, height | 0x8000) + bytes(8)
    )


def lossless(width: int, height: int) -> bytes:
    """Return a lossless WebP."""
    bits = (width - 1) | (height - 1) << 14 | 1 << 28
    return webp(b"VP8L", b"\x2f" + struct.pack("<I", bits) + bytes(8))


def extended(width: int, height: int) -> bytes:
    """Return an extended WebP's canvas."""
    body = b"\x10\x00\x00\x00" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp(b"VP8X", body)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(png(1, 1), (1, 1), id="png-1x1"),
        pytest.param(png(1920, 1080), (1920, 1080), id="png"),
        pytest.param(gif(320, 200), (320, 200), id="gif89a"),
        pytest.param(gif(65535, 1, b"GIF87a"), (65535, 1), id="gif87a"),
        pytest.param(jpeg(640, 480), (640, 480), id="jpeg-bare"),
        pytest.param(jpeg(640, 480, before=JFIF), (640, 480), id="jpeg-jfif"),
        pytest.param(jpeg(4032, 3024, before=EXIF), (4032, 3024), id="jpeg-exif-with-a-thumbnail"),
        pytest.param(jpeg(640, 480, frame=0xC2, before=JFIF + TABLES), (640, 480), id="jpeg-progressive"),
        pytest.param(jpeg(640, 480, frame=0xC1, before=TABLES), (640, 480), id="jpeg-extended"),
        pytest.param(jpeg(640, 480, before=b"\xff\xff\xff" + JFIF), (640, 480), id="jpeg-fill-bytes"),
        pytest.param(jpeg(640, 480, before=b"\xff\xd0\xff\x01"), (640, 480), id="jpeg-markers-alone"),
        pytest.param(lossy(550, 368), (550, 368), id="webp-lossy"),
        pytest.param(lossless(386, 395), (386, 395), id="webp-lossless"),
        pytest.param(lossless(16383, 16384), (16383, 16384), id="webp-lossless-largest"),
        pytest.param(extended(1000, 70000), (1000, 70000), id="webp-extended"),
    ],
)
def test_sizes_from_headers(data: bytes, size: tuple[int, int]) -> None:
    """PNG, GIF, JPEG and the three kinds of WebP say their size in the header."""
    assert media.image_size(data) == size
    assert media.image_size(data + b"trailing") == size


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a picture", id="text"),
        pytest.param(b"BM" + bytes(60), id="bmp"),
        pytest.param(png(0, 10), id="png-no-width"),
        pytest.param(png(10, 10)[:20], id="png-truncated"),
        pytest.param(png(10, 10).replace(b"IHDR", b"XXXX"), id="png-other-chunk"),
        pytest.param(gif(10, 0), id="gif-no-height"),
        pytest.param(gif(10, 10)[:8], id="gif-truncated"),
        pytest.param(b"\xff\xd8", id="jpeg-marker-alone"),
        pytest.param(jpeg(640, 480)[:8], id="jpeg-truncated-in-the-frame"),
        pytest.param(b"\xff\xd8" + JFIF[:9], id="jpeg-truncated-in-a-segment"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x00" + bytes(40), id="jpeg-zero-length-segment"),
        pytest.param(b"\xff\xd8" + b"\xff" * 50, id="jpeg-fill-bytes-only"),
        pytest.param(lossy(10, 10)[:28], id="webp-truncated"),
        pytest.param(webp(b"ICCP", bytes(40)), id="webp-unknown-chunk"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(20), id="wav"),
    ],
)
def test_what_has_no_readable_size(data: bytes) -> None:
    """Truncated, foreign and empty data have no size."""
    assert media.image_size(data) is None


MAGIC = [
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"\xff\xd8",
    b"\xff\xd8\xff\xe0",
    b"RIFF\x00\x00\x00\x00WEBP",
    b"%PDF-1.4\n",
    b"",
]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(MAGIC), st.binary(max_size=120))
def test_garbage_is_never_an_exception(magic: bytes, rest: bytes) -> None:
    """Whatever follows a magic number, the answer is a size of at least one pixel, or None."""
    size = media.image_size(magic + rest)
    assert size is None or min(size) >= 1


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(
        [png(640, 480), gif(640, 480), jpeg(640, 480, before=EXIF), lossy(640, 480), extended(9, 9)]
    ),
    st.data(),
)
def test_damaged_pictures_are_never_an_exception(data: bytes, draw: st.DataObject) -> None:
    """Cut anywhere, with any byte changed, a picture has a size or none."""
    end = draw.draw(st.integers(0, len(data)))
    at = draw.draw(st.integers(0, len(data) - 1))
    value = draw.draw(st.integers(0, 255))
    damaged = (data[:at] + bytes([value]) + data[at + 1 :])[:end]
    size = media.image_size(damaged)
    assert size is None or min(size) >= 1


# -- tokens of a size ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "standard", "high"),
    [
        pytest.param((1, 1), 1, 1, id="1x1"),
        pytest.param((128, 128), 25, 25, id="128x128"),
        pytest.param((330, 291), 132, 132, id="330x291"),
        pytest.param((200, 200), 64, 64, id="200x200"),
        pytest.param((1000, 1000), 1296, 1296, id="1000x1000"),
        pytest.param((1024, 1024), 1369, 1369, id="1024x1024"),
        pytest.param((1092, 1092), 1521, 1521, id="1092x1092"),
        pytest.param((1920, 1080), 1560, 2691, id="1920x1080"),
        pytest.param((2000, 1500), 1564, 3888, id="2000x1500"),
        pytest.param((3840, 2160), 1560, 4784, id="3840x2160"),
        pytest.param((1800, 1200), 1536, 2795, id="1800x1200-recorded"),
        pytest.param((1191, 1128), 1558, 1763, id="1191x1128-recorded"),
        pytest.param((1075, 1520), 33 * 47, 2145, id="1075x1520"),
        pytest.param((1568, 784), 56 * 28, 56 * 28, id="at-both-limits"),
    ],
)
def test_documented_patches(size: tuple[int, int], standard: int, high: int) -> None:
    """The vision page's table, and recorded sizes, for both tiers; upright the same as across."""
    for width, height in (size, size[::-1]):
        assert media.image_patches(width, height, "standard") == standard
        assert media.image_patches(width, height, "high_resolution") == high


@pytest.mark.parametrize(
    ("size", "tier", "expected"),
    [
        pytest.param((1920, 1080), "standard", (1456, 819), id="1920x1080"),
        pytest.param((3840, 2160), "standard", (1456, 819), id="3840x2160"),
        pytest.param((1075, 1520), "standard", (924, 1307), id="1075x1520"),
        pytest.param((3840, 2160), "high_resolution", (2576, 1449), id="3840x2160-high"),
        pytest.param((1000, 1000), "standard", (1000, 1000), id="small-enough"),
    ],
)
def test_documented_reductions(
    size: tuple[int, int], tier: media.ImageTier, expected: tuple[int, int]
) -> None:
    """A large image is reduced to the documented size."""
    assert media.reduced_size(*size, tier) == expected


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 20_000), st.integers(1, 20_000), st.sampled_from(["standard", "high_resolution"]))
def test_reduction_keeps_within_the_limits(width: int, height: int, tier: media.ImageTier) -> None:
    """Whatever the size, the reduced one is within the tier's limits, no larger, and of the same shape."""
    limit = media.TIERS[tier]
    reduced = media.reduced_size(width, height, tier)
    assert max(reduced) <= limit.long_edge
    assert 1 <= media.patches(*reduced) <= limit.patches
    assert reduced[0] <= width
    assert reduced[1] <= height
    assert media.image_patches(width, height, tier) <= media.largest_image_patches(tier)
    assert (reduced[0] >= reduced[1]) == (width >= height) or abs(reduced[0] - reduced[1]) <= 1


@pytest.mark.parametrize(
    ("page", "expected"),
    [pytest.param((612, 792), 34 * 45, id="us-letter"), pytest.param((595.28, 841.89), 33 * 47, id="a4")],
)
def test_recorded_pages(page: tuple[float, float], expected: int) -> None:
    """A page of a PDF is a picture of 1,530 tokens in US letter and 1,551 in A4."""
    assert media.page_patches(*page) == expected


# -- PDFs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "object-stream"])
def test_pages_with_their_text(compressed: bool) -> None:
    """With a PDF library every page has its size and its text."""
    pages = media.pdf_pages(pdf("Hello world", "Second page", compressed=compressed))
    assert pages is not None
    assert [(page.width, page.height, page.text) for page in pages] == [
        (612, 792, "Hello world"),
        (612, 792, "Second page"),
    ]


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "object-stream"])
def test_pages_without_a_library(compressed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one the pages are counted and their text is unknown."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    pages = media.pdf_pages(pdf("Hello world", "Second page", "Third", compressed=compressed))
    assert pages is not None
    assert [(page.width, page.height, page.text) for page in pages] == [(612, 792, None)] * 3


def test_streams_are_inflated_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in a stream beyond 20 million bytes is not unpacked: a small file cannot fill the memory."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)

    def pages(filler: int) -> int:
        stream = zlib.compress(bytes(filler) + b"<</Type/Page>>", 1)
        data = b"%PDF-1.5\n<</Type/Page>>\n<</Type/ObjStm>>\nstream\n" + stream + b"\nendstream"
        return len(media.pdf_pages(data) or ())

    assert pages(1_000) == 2
    assert pages(20_000_000) == 1


@pytest.mark.parametrize("library", [True, False], ids=["with-library", "without"])
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hello", id="text"),
        pytest.param(b"%PDF-1.7\n", id="header-alone"),
        pytest.param(b"%PDF-1.7\n" + bytes(range(256)), id="header-and-noise"),
        pytest.param(
            b"%PDF-1.7\n<</Type/ObjStm>>stream\n" + zlib.compress(b"x")[:5] + b"\nendstream", id="bad-stream"
        ),
    ],
)
def test_what_is_no_pdf(data: bytes, library: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data that is no readable PDF has no pages, with a library or without."""
    if not library:
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert media.pdf_pages(data) is None


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_damaged_pdfs_are_never_an_exception(noise: bytes) -> None:
    """Noise in the middle of a PDF gives pages or none, with a library or without."""
    data = pdf("Hello")
    damaged = data[:60] + noise + data[60 + len(noise) :]
    for pages in (media.pdf_pages(damaged), media._scan_pages(damaged), media._scan_pages(b"%PDF-" + noise)):
        assert pages is None or all(page.width > 0 and page.height > 0 for page in pages)


@pytest.mark.parametrize(
    "box",
    [
        b"[0 0 . .]",
        b"[0 0 -- 5]",
        b"[0 0 1.2.3 4]",
        b"[0 0 0 0]",
        b"[0 0 99999999999999999999 1]",
        b"[0 0 1%b 5]" % (b"0" * 400),
    ],
    ids=["dots", "dashes", "two-points", "empty", "huge", "beyond-a-float"],
)
def test_nonsense_page_boxes(box: bytes) -> None:
    """A page box that is no box does not end in an exception, and a page still costs at most what a page can."""
    data = b"%PDF-1.4\n1 0 obj<</Type/Page/MediaBox" + box + b">>endobj"
    pages = media._scan_pages(data)
    for page in pages or ():
        assert 1 <= media.page_patches(page.width, page.height) <= media.largest_image_patches("standard")


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        pytest.param("aGVsbG8=", b"hello", id="plain"),
        pytest.param("aGVs\nbG8=\n", b"hello", id="line-ends"),
        pytest.param("data:image/png;base64,aGVsbG8=", b"hello", id="data-url"),
        pytest.param("a", None, id="impossible-length"),
        pytest.param("\u00e9", None, id="not-ascii"),
    ],
)
def test_base64(given_: str, expected: bytes | None) -> None:
    """White space and a data prefix are tolerated; what is no base64 gives None."""
    assert media.decode_base64(given_) == expected
