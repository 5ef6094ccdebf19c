"""An image is larger than the model sees it.

## What it does

Compares the size of each base64 image with the model's limit: 1,568 pixels and 1,568 tokens, or 2,576 and
4,784 from Claude Opus 4.7 on.

## Why it matters

The image is reduced before it is read. It costs as the reduced one, but bytes and time are lost, and
coordinates refer to the reduced size.

## Example

Over: 3000 x 2000 pixels. Within: 1000 x 800 pixels.

## How to fix

Reduce the image before sending it.

## Source

Vision, https://platform.claude.com/docs/en/build-with-claude/vision (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Image
from budgetcalc.findings import Finding
from budgetcalc.media import decode_base64, image_size, reduced_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC622"
NAME = "image-will-be-downscaled"
SEVERITY: Severity = "note"

# The header of an image lies within; the rest need not be decoded.
_HEADER_CHARACTERS = 400_000


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for each image that is reduced."""
    for _, block in context.request.blocks():
        if not isinstance(block, Image) or block.data is None:
            continue
        data = decode_base64(block.data[:_HEADER_CHARACTERS])
        size = image_size(data) if data else None
        if size is None:
            continue
        width, height = reduced_size(*size, context.model.accepts.image_tier)
        if (width, height) != size:
            message = f"an image of {size[0]:,} x {size[1]:,} pixels is reduced to {width:,} x {height:,}"
            yield Finding(ID, NAME, "note", message, path=block.path, hint="reduce it before sending it")
