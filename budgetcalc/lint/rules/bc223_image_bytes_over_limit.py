"""An image with more bytes than the API takes.

## What it does

Compares the length of each base64 image with the limit: 5 MB (5,242,880) on Bedrock and Google Cloud, and
everywhere before 2026; 10 MB on the Claude API since. The larger limit is documented, while error texts of
2026 still say 5 MB, so that it is a warning.

## Why it matters

The API answers 400: `image exceeds 5 MB maximum`. The image stays in the history, so every later request
fails in the same way.

## Example

Over, on Bedrock: an image of 6,000,000 characters of base64.

Within: one of 5,000,000.

## How to fix

Encode it again, smaller: what is larger than the model's limits is reduced anyway.

## Source

Vision, https://platform.claude.com/docs/en/build-with-claude/vision (2026-08-22);
https://github.com/anthropics/claude-code/issues/2104.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from budgetcalc.conversation import Image
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import runs_on_other_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC223"
NAME = "image-bytes-over-limit"
SEVERITY: Severity = "error"

_TEN_MEGABYTES_SINCE = date(2026, 1, 1)  # documented since 2026, no day known
_SMALL, _LARGE = 5 * 2**20, 10 * 2**20


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each image that is too large."""
    is_small = runs_on_other_cloud(context) or context.on < _TEN_MEGABYTES_SINCE
    limit = _SMALL if is_small else _LARGE
    severity: Severity = "error" if is_small else "warning"
    for _, block in context.request.blocks():
        if isinstance(block, Image) and block.data is not None and len(block.data) > limit:
            size = len(block.data)
            message = f"the image has {size:,} bytes of base64, more than {limit:,}"
            path = f"{block.path}/source/data"
            yield Finding(ID, NAME, severity, message, path, "encode it smaller", measured=size, limit=limit)
