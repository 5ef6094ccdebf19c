"""More PDF pages than one request may hold.

## What it does

Counts the pages of all PDFs given as base64, up to what the model takes: 100, or 600 with a window of a
million tokens. Without the extra `pdf` pages are counted by their objects, replaced ones among them: then it
is a warning.

## Why it matters

The API answers 400: `A maximum of 100 PDF pages may be provided`.

## Example

Over, on a model with a window of 200,000: a PDF of 101 pages.

Within: a PDF of 100 pages.

## How to fix

Split the PDF, or send the pages that matter.

## Source

PDF support, https://platform.claude.com/docs/en/build-with-claude/pdf-support (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.media_facts import pdfs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC221"
NAME = "pdf-too-many-pages"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding at the PDF that goes over the limit."""
    limit, pages, is_exact = context.model.accepts.media, 0, True
    for block, pdf in pdfs(context.request):
        if pdf is None or pdf.pages is None:
            continue
        before, pages, is_exact = pages, pages + pdf.pages, is_exact and pdf.is_exact
        if before <= limit < pages:
            severity: Severity = "error" if is_exact else "warning"
            message = f"a maximum of {limit:,} PDF pages may be provided, found at least {pages:,}"
            path = f"{block.path}/source/data"
            yield Finding(ID, NAME, severity, message, path, "split the PDF", measured=pages, limit=limit)
