"""More images and PDF pages than one request may hold.

## What it does

Counts the images of all turns, those in tool results too, and the pages of PDFs that can be read (they share
the cap); any other PDF counts as one page. Pages alone over the cap are BC221's.

## Why it matters

The API answers 400: `Too much media: 0 document pages + 101 images > 100`. The images stay in the history,
so every later request fails in the same way.

## Example

Over, on a model with a window of 200,000: 101 images.
Within: 100 images.

## How to fix

Drop old screenshots, or split the request.

## Source

Vision, https://platform.claude.com/docs/en/build-with-claude/vision (2026-08-22); release notes of
2026-03-13 (600 with a window of a million).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, Image
from budgetcalc.findings import Finding
from budgetcalc.lint.media_facts import pdfs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC220"
NAME = "image-too-many"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when there is more media than the model takes."""
    blocks = [block for _, block in context.request.blocks()]
    images = sum(isinstance(block, Image) for block in blocks)
    readable = [
        pdf.pages for _, pdf in pdfs(context.request) if pdf is not None and pdf.is_exact and pdf.pages
    ]
    others = sum(isinstance(block, Document) and block.source == "base64" for block in blocks) - len(readable)
    pages, limit = sum(readable) + others, context.model.accepts.media
    if images + pages > limit and sum(readable) <= limit:
        yield Finding(
            ID,
            NAME,
            "error",
            f"too much media: at least {pages:,} document pages + {images:,} images > {limit:,}",
            path="/messages",
            hint="drop old images, or split the request",
            measured=images + pages,
            limit=limit,
        )
