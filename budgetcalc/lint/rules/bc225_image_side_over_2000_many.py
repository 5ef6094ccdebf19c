"""A large image among more than twenty.

## What it does

With more than 20 images in the request, those of earlier turns and of tool results too (and documents, on
Bedrock and Google Cloud), finds images with a side of more than 2,000 pixels.

## Why it matters

The API answers 400: `At least one of the image dimensions exceed max allowed size for many-image requests:
2000 pixels`. An agent that keeps its screenshots meets it at the twenty-first.

## Example

Over: 21 screenshots of 2560 × 1440.

Within: 21 screenshots of 1920 × 1080.

## How to fix

Reduce images to 2,000 pixels, or keep at most 20.

## Source

Vision, https://platform.claude.com/docs/en/build-with-claude/vision (2026-08-22);
https://github.com/anthropics/claude-code/issues/14412.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, Image
from budgetcalc.findings import Finding
from budgetcalc.lint.media_facts import sized_images
from budgetcalc.lint.request_facts import runs_on_other_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC225"
NAME = "image-side-over-2000-many"
SEVERITY: Severity = "error"

MANY, LIMIT = 20, 2_000
_LARGEST = 8_000  # above it the other rule speaks


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each image that is too large in such company."""
    kinds = (Image, Document) if runs_on_other_cloud(context) else (Image,)
    count = sum(isinstance(block, kinds) for _, block in context.request.blocks())
    if count <= MANY:
        return
    for block, width, height in sized_images(context.request):
        longest = max(width, height)
        if LIMIT < longest <= _LARGEST:
            message = f"the image is {width:,} by {height:,} pixels; with {count:,} images a side may have {LIMIT:,}"
            hint = f"reduce it, or keep at most {MANY} images"
            path = f"{block.path}/source/data"
            yield Finding(ID, NAME, "error", message, path, hint, measured=longest, limit=LIMIT)
