"""What several rules ask of images and PDFs that are in the request itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, Image
from budgetcalc.media import base64_image_size, decode_base64, pdf_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.media import PdfFile


def sized_images(request: Request) -> Iterator[tuple[Image, int, int]]:
    """Yield each image whose width and height can be read, with both."""
    for _, block in request.blocks():
        size = base64_image_size(block.data) if isinstance(block, Image) and block.data is not None else None
        if isinstance(block, Image) and size is not None:
            yield block, *size


def pdfs(request: Request) -> Iterator[tuple[Document, PdfFile | None]]:
    """Yield each document given as base64 and what it says of itself; ``None`` for what is no PDF."""
    for _, block in request.blocks():
        if isinstance(block, Document) and block.source == "base64" and block.data is not None:
            data = decode_base64(block.data)
            yield block, None if data is None else pdf_file(data)
