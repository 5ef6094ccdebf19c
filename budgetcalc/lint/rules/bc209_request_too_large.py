"""The body is larger than the API reads.

## What it does

Measures the body as compact JSON in UTF-8, which is the least that goes over the wire: an error above
33,554,432 bytes (32 MiB), a warning above 32,000,000, as the page says MB and not which. Items of a batch are
judged by the sum: 256 MB.

## Why it matters

The API answers 413 `request_too_large`, mostly before the request reaches it, so that the answer may not even
be JSON.

## Example

Over: a body of 40 MB with screenshots in base64.

Within: the same with the screenshots as file ids of the Files API.

## How to fix

Give images and PDFs by URL or file id, or split the request.

## Source

Errors, https://platform.claude.com/docs/en/api/errors#request-size-limits (2026-10-08). Other clouds take
less; their limits are not confirmed and not judged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC209"
NAME = "request-too-large"
SEVERITY: Severity = "error"

_MEGABYTES = {"request": 32, "batch": 256}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding when the body, or the batch up to this item, is too large."""
    request = context.request
    if is_transcript(request):
        return
    place = request.batch_item
    what = "batch" if request.batch else "request"
    if place is not None:
        before, size = place.starts_at, place.ends_at
    elif request.batch:
        return
    else:
        before, size = 0, _serialised_bytes(request.body)
    megabytes = _MEGABYTES[what]
    limits: dict[Severity, int] = {"error": megabytes * 2**20, "warning": megabytes * 10**6}
    for severity, limit in limits.items():
        if before <= limit < size:
            message = f"the {what} is at least {size:,} bytes large: more than {limit:,} ({megabytes} MB)"
            hint = "give images and PDFs by URL or file id, or split it"
            yield Finding(ID, NAME, severity, message, hint=hint, measured=size, limit=limit)
            return


def _serialised_bytes(body: Mapping[str, Any]) -> int:
    try:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str, skipkeys=True)
    except RecursionError:
        return 0
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
