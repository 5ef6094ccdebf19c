"""The data of an image is not what it should be.

## What it does

Looks at images given as base64: the media type must be one of JPEG, PNG, GIF and WebP; the data must be
base64 without a `data:` prefix, begin like an image of such a type, and not end before it says it does. A
media type that is not that of the data is a warning, and so is a size that cannot be read.

## Why it matters

The API answers 400: `Image does not match the provided media type image/jpeg`, or `Could not process image`.
The image stays in the history, so every later request fails in the same way.

## Example

Over:

    {"type": "base64", "media_type": "image/jpeg", "data": "data:image/jpeg;base64,/9j/…"}

Within:

    {"type": "base64", "media_type": "image/jpeg", "data": "/9j/…"}

## How to fix

Strip the prefix, and declare the type that the first bytes say; convert HEIC, TIFF, SVG and BMP.

## Source

Vision, https://platform.claude.com/docs/en/build-with-claude/vision (2026-08-22);
https://github.com/anthropics/claude-code/issues/55200. White space inside the base64 is not judged.
Two recordings with a wrong media type (PNG for JPEG, and the reverse) were accepted,
against many reports of a refusal.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from budgetcalc.conversation import Image
from budgetcalc.findings import Finding
from budgetcalc.media import decode_base64, image_is_cut, image_media_type, image_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC227"
NAME = "image-data-invalid"
SEVERITY: Severity = "error"

_HEAD = 64  # characters of base64 that hold the first bytes
MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each image the API could not process."""
    for _, block in context.request.blocks():
        if not isinstance(block, Image) or block.source != "base64" or block.data is None:
            continue
        if block.media_type and block.media_type not in MEDIA_TYPES:
            path, hint = f"{block.path}/source/media_type", "convert the image"
            message = f"media_type should be one of {', '.join(MEDIA_TYPES)}"
            yield Finding(ID, NAME, "error", message, path, hint)
            continue
        problem = _problem(block.data)
        if problem is not None:
            severity, message, hint = problem
            yield Finding(ID, NAME, severity, message, f"{block.path}/source/data", hint)
            continue
        found = image_media_type(decode_base64(block.data[:_HEAD]) or b"")
        if found is not None and block.media_type and found != block.media_type:
            message = f"the image does not match the media type {block.media_type}: it is {found}"
            path = f"{block.path}/source/media_type"
            yield Finding(ID, NAME, "warning", message, path, f"declare {found}")


def _problem(text: str) -> tuple[Severity, str, str] | None:
    """Return how bad the data is, what is wrong with it and what to do, if anything is."""
    if not text.strip():
        return "error", "the image is empty", "check the file"
    if text.startswith("data:"):
        return "error", "the data begins with a data: prefix and is no base64", "strip the prefix"
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return "error", "the data is no base64", "encode the file in the standard alphabet, with padding"
    if image_media_type(data) is None:
        return "error", "the bytes are no image the API can process", "check the file, or convert it"
    if image_is_cut(data):
        return "error", "the image is cut off", "check the file"
    if image_size(data) is None:
        return "warning", "the size of the image cannot be read", "check the file, or save it again"
    return None
