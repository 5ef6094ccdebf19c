"""Sizes of images and PDFs, and the tokens they cost.

Image tokens: ``ceil(w/28) · ceil(h/28)`` after reduction (vision page, 2026-08), plus the frame's constant per
image; measured exact on 57 of 57 recordings of 11 repositories since November 2024. ``w·h/750`` of older
documentation was not what was billed.
"""

from __future__ import annotations

import binascii
import re
import struct
import zlib
from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.pdf_reading import Asked

PATCH = 28
ImageTier = Literal["standard", "standard_pairs", "high_resolution"]


@dataclass(frozen=True, slots=True)
class TierLimit:
    """How large an image may be before it is reduced: long edge in pixels, patches in tokens.

    ``reaches`` says whether a reduced image may have exactly ``patches``, or stays below; ``pairs`` that patches are
    counted in pairs each way.
    """

    long_edge: int
    patches: int
    reaches: bool
    pairs: bool = False

    def holds(self, patches: int) -> bool:
        """Return whether a reduced image may have so many patches."""
        return patches <= self.patches if self.reaches else patches < self.patches


TIERS: dict[ImageTier, TierLimit] = {
    "standard": TierLimit(1568, 1568, reaches=False),
    "standard_pairs": TierLimit(1568, 1568, reaches=False, pairs=True),
    "high_resolution": TierLimit(2576, 4784, reaches=True),
}
"""Vision page, 2026-08: high resolution from Opus 4.7 on. Pairs: Haiku 3.5 (measured, 2025-03 to 2025-10: 1×1 is
billed as 2·2, 128×128 as 6·6, 603×427 as 22·16, a US letter page as 34·46; 18 recordings of 3 repositories)."""


def patches(width: int, height: int) -> int:
    """Return the 28-pixel patches that cover an image."""
    return ceil(width / PATCH) * ceil(height / PATCH)


def reduced_size(width: int, height: int, tier: ImageTier) -> tuple[int, int]:
    """Return the size an image is counted at: unchanged, or the largest that fits the tier's limits.

    The short edge of a reduced image is truncated to a whole pixel, and the standard tier keeps below its limit
    instead of at it (measured: 1800×1200 counts 48·32, 1191×1128 counts 41·38).
    """
    limit = TIERS[tier]
    if max(width, height) <= limit.long_edge and patches(width, height) <= limit.patches:
        return width, height
    return largest_within(width, height, limit)


def largest_within(width: int, height: int, limit: TierLimit) -> tuple[int, int]:
    """Return the largest size of this shape within a limit, the short edge truncated; also enlarges."""
    long_side, short_side = max(width, height), min(width, height)
    low, high = 1, limit.long_edge
    while low < high:
        middle = (low + high + 1) // 2
        short = max(middle * short_side // long_side, 1)
        if ceil(middle / PATCH) * PATCH <= limit.long_edge and limit.holds(patches(middle, short)):
            low = middle
        else:
            high = middle - 1
    short = max(low * short_side // long_side, 1)
    return (low, short) if width >= height else (short, low)


def image_patches(width: int, height: int, tier: ImageTier) -> int:
    """Return the patches an image of this size is counted as."""
    return tier_patches(*reduced_size(width, height, tier), tier)


def tier_patches(width: int, height: int, tier: ImageTier) -> int:
    """Return the patches that cover an image as a tier counts them."""
    if not TIERS[tier].pairs:
        return patches(width, height)
    return 4 * ceil(width / (2 * PATCH)) * ceil(height / (2 * PATCH))


def largest_image_patches(tier: ImageTier) -> int:
    """Return the most patches any image can cost on a tier."""
    return TIERS[tier].patches


def page_patches(width: float, height: float, tier: ImageTier = "standard") -> int:
    """Return the patches of a PDF page, rendered at the standard tier's limits whatever the model.

    Measured: US letter counts 34·45 and A4 33·47 on every recording with a PDF but those of the tier with pairs.
    """
    size = largest_within(round(width * 100), round(height * 100), TIERS["standard"])
    return tier_patches(*size, "standard_pairs" if TIERS[tier].pairs else "standard")


# -- reading sizes --------------------------------------------------------------------------------


def decode_base64(data: str) -> bytes | None:
    """Return the bytes of base64 text, white space and a ``data:`` prefix tolerated; ``None`` if it is none."""
    if data.startswith("data:") and "," in data[:200]:
        data = data.split(",", 1)[1]
    try:
        return binascii.a2b_base64(data)
    except (binascii.Error, ValueError):
        return None


_HEAD = 87_384
"""Characters of base64 that hold the size of nearly every image; a photograph's profiles may be longer."""


def base64_image_size(data: str) -> tuple[int, int] | None:
    """Return width and height of a base64 image, reading no more of it than its header needs."""
    for text in (data[:_HEAD], data) if len(data) > _HEAD else (data,):
        decoded = decode_base64(text)
        size = image_size(decoded) if decoded is not None else None
        if size is not None:
            return size
    return None


def image_media_type(data: bytes) -> str | None:
    """Return the media type that the first bytes of an image are; ``None`` if of none the API reads."""
    for magic, media_type in _MEDIA_TYPES:
        if data.startswith(magic):
            return media_type if magic != b"RIFF" or data[8:12] == b"WEBP" else None
    return None


_MEDIA_TYPES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)


def image_is_cut(data: bytes) -> bool:
    """Return whether a PNG or WebP says that it is longer than it is; the other formats do not say."""
    if data.startswith(b"RIFF"):
        return len(data) < 8 + int.from_bytes(data[4:8], "little")
    at = 8
    while data.startswith(b"\x89PNG") and data[at + 4 : at + 8] != b"IEND":
        if at + 12 > len(data):
            return True
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return False


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels from the header of a PNG, GIF, JPEG or WebP; ``None`` if unreadable."""
    for magic, read in _HEADERS:
        if data.startswith(magic):
            try:
                size = read(data)
            except (struct.error, IndexError):
                return None
            return size if size and size[0] > 0 and size[1] > 0 else None
    return None


def _png(data: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack(">II", data[16:24])
    return (width, height) if data[12:16] == b"IHDR" else None


def _gif(data: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


# Start-of-frame markers: all of C0…CF but the Huffman, arithmetic and restart tables C4, C8, CC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker in {0xFF, 0x01} or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


_HEADERS = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"GIF8", _gif),
    (b"\xff\xd8", _jpeg),
    (b"RIFF", _webp),
)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its size in points and its text, ``None`` when no PDF library is installed to read it.

    ``characters`` is then about how many its text has, ``None`` where that cannot be told either.
    """

    width: float
    height: float
    text: str | None
    characters: int | None = None


US_LETTER = (612.0, 792.0)
_PAGE_OBJECT = pattern(rb"/Type\s*/Page(?![A-Za-z])")
_MEDIA_BOX = pattern(rb"/MediaBox\s*\[\s*([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s*\]")
_STREAM_BEGINS, _STREAM_ENDS = pattern(rb"stream\r?\n"), b"endstream"
_SHOWN_LITERAL = pattern(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
_SHOWN_GLYPHS = pattern(rb"<([0-9A-Fa-f\s]{2,})>")
_ESCAPE = pattern(rb"\\.", re.DOTALL)
_INFLATE_LIMIT = 20_000_000


def pdf_pages(data: bytes) -> tuple[PdfPage, ...] | None:
    """Return the pages of a PDF; ``None`` if it is no readable PDF.

    With ``pypdfium2`` (extra ``pdf``) pages have their size and text. Without it, or where a PDF takes more time or
    memory than any honest one, pages are counted by their objects, and of the text only its length is known, roughly.
    """
    if data.lstrip()[:5] != b"%PDF-":
        return None
    told = _told_by_library("pages", data)
    if told is None:
        return _scan_pages(data)
    return tuple(_page(*each) for each in told["pages"]) if "pages" in told else None


def _told_by_library(what: Asked, data: bytes) -> dict[str, Any] | None:
    """Return what a PDF library says; ``None`` if there is none, or it could not cope."""
    from importlib.util import find_spec

    if find_spec("pypdfium2") is None:
        return None
    from budgetcalc.pdf_reading import ask

    return ask(what, data)


@dataclass(frozen=True, slots=True)
class PdfFile:
    """What a PDF says of itself without a look at its pages.

    Attributes:
        pages: how many; ``None`` when that cannot be read.
        is_exact: whether a PDF library counted them; otherwise page objects were, replaced ones among them.
        needs_password: whether it opens with a password only.
    """

    pages: int | None
    is_exact: bool = False
    needs_password: bool = False


_PDF_HEADER_WITHIN = 1024
"""Bytes in which readers look for the header of a PDF."""


def pdf_file(data: bytes) -> PdfFile | None:
    """Return what a PDF says of itself; ``None`` if it is none."""
    if b"%PDF-" not in data[:_PDF_HEADER_WITHIN]:
        return None
    told = _told_by_library("number", data)
    if told is None:
        pages = _scan_pages(data)
        return PdfFile(None if pages is None else len(pages))
    if "number" in told:
        return PdfFile(told["number"], is_exact=True)
    return PdfFile(None, needs_password="password" in told["error"].lower())


def _page(width: float, height: float, text: str) -> PdfPage:
    if not (1 <= width <= _LARGEST_PAGE and 1 <= height <= _LARGEST_PAGE):
        width, height = US_LETTER
    return PdfPage(width, height, text)


def _scan_pages(data: bytes) -> tuple[PdfPage, ...] | None:
    """Count page objects, and characters shown, in the file and in its compressed streams."""
    objects, characters = [data], 0
    for holds_objects, stream in _streams(data):
        if holds_objects:
            objects.append(stream)
        else:
            characters += _shown_characters(stream)
    count = sum(len(_PAGE_OBJECT.findall(text)) for text in objects)
    if not count:
        return None
    box = next((found for text in objects if (found := _MEDIA_BOX.search(text))), None)
    width, height = _box_size(box.groups()) if box else US_LETTER
    return tuple(PdfPage(width, height, None, ceil(characters / count) or None) for _ in range(count))


def _streams(data: bytes) -> Iterator[tuple[bool, bytes]]:
    """Yield each stream, inflated where it is deflated, and whether it holds objects."""
    room, at = _INFLATE_LIMIT, 0
    while room > 0 and (begins := _STREAM_BEGINS.search(data, at)):
        ends = data.find(_STREAM_ENDS, begins.end())
        if ends < 0:
            return
        stream = data[begins.end() : ends]
        with suppress(zlib.error):
            stream = zlib.decompressobj().decompress(stream, room)
        room -= len(stream)
        yield b"/ObjStm" in data[max(0, begins.start() - 300) : begins.start()], stream
        at = ends + len(_STREAM_ENDS)


def _shown_characters(stream: bytes) -> int:
    """Return about how many characters a content stream shows: literal strings, and glyphs of two bytes in hex."""
    if b"BT" not in stream or (b"Tj" not in stream and b"TJ" not in stream):
        return 0
    literals = sum(len(_ESCAPE.sub(b".", text)) for text in _SHOWN_LITERAL.findall(stream))
    return literals + sum(len(digits) // 4 for digits in _SHOWN_GLYPHS.findall(stream))


_LARGEST_PAGE = 14_400.0
"""Points a side that PDF readers take at most; beyond it a page box is nonsense."""


def _box_size(edges: tuple[bytes, ...]) -> tuple[float, float]:
    """Return the size a page box gives, or US letter where it is nonsense."""
    try:
        left, bottom, right, top = (float(edge) for edge in edges)
    except ValueError:
        return US_LETTER
    width, height = right - left, top - bottom
    return (width, height) if 1 <= width <= _LARGEST_PAGE and 1 <= height <= _LARGEST_PAGE else US_LETTER
