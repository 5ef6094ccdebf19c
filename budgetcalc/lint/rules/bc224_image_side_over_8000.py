"""An image with a side of more than 8,000 pixels.

## What it does

Reads width and height from the header of each base64 image.

## Why it matters

The API answers 400: `At least one of the image dimensions exceed max allowed size: 8000 pixels`. The image
stays in the history, so every later request fails in the same way.

## Example

Over: a screenshot of a whole page, 1280 × 9000.

Within: the same at 1120 × 7900.

## How to fix

Reduce it: the model sees far less than that anyway.

## Source

Vision, https://platform.claude.com/docs/en/build-with-claude/vision (2026-08-22);
https://github.com/anthropics/claude-code/issues/27090.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.media_facts import sized_images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC224"
NAME = "image-side-over-8000"
SEVERITY: Severity = "error"

LIMIT = 8_000


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each image that is too long or too wide."""
    for block, width, height in sized_images(context.request):
        if max(width, height) > LIMIT:
            message = f"the image is {width:,} by {height:,} pixels; a side may have {LIMIT:,}"
            path, longest = f"{block.path}/source/data", max(width, height)
            yield Finding(ID, NAME, "error", message, path, "reduce it", measured=longest, limit=LIMIT)
