"""A PDF that nobody can read.

## What it does

Looks at PDFs given as base64: whether the bytes are a PDF at all, whether it opens without a password,
whether it has pages. The last two need the extra `pdf`.

## Why it matters

The API answers 400: `The PDF specified was not valid`, or that it is password protected. One source each for
the wording, so a warning.

## Example

Over:

    {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "SGVsbG8="}}

Within: the same with the bytes of a PDF.

## How to fix

Decrypt it and save it again.

## Source

PDF support, https://platform.claude.com/docs/en/build-with-claude/pdf-support (2026-08-22);
https://code.claude.com/docs/en/errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.media_facts import pdfs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC222"
NAME = "pdf-encrypted-or-invalid"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each PDF that cannot be read."""
    for block, pdf in pdfs(context.request):
        if pdf is None:
            message = "the data is not a PDF"
        elif pdf.needs_password:
            message = "the PDF is password protected"
        elif pdf.pages == 0:
            message = "the PDF has no pages"
        else:
            continue
        path = f"{block.path}/source/data"
        yield Finding(ID, NAME, "warning", message, path, "decrypt it, or save it again")
