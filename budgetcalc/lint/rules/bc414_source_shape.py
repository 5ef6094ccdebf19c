"""The source of an image or document cannot be read.

## What it does

Looks at `source`: its type must be one the block takes; `base64` needs `media_type` and `data`, `file` a
`file_id`, `url` a `url`. A base64 document is `application/pdf`, a text source `text/plain`. The types of
base64 images are judged by BC227.

## Why it matters

The API answers 400. Whether a file id is of a fitting file cannot be known here.

## Example

Over:

    {"type": "document", "source": {"type": "base64", "media_type": "text/html", "data": "…"}}

Within:

    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "…"}}

## How to fix

Give text as a text source, PDFs as base64, anything else through the Files API or as text.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21); Files,
https://platform.claude.com/docs/en/build-with-claude/files (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import block_objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC414"
NAME = "source-shape"
SEVERITY: Severity = "error"

_REQUIRED = {
    "image": {"base64": ("media_type", "data"), "url": ("url",), "file": ("file_id",)},
    "document": {
        "base64": ("media_type", "data"),
        "text": ("data",),
        "content": ("content",),
        "url": ("url",),
        "file": ("file_id",),
    },
}
_MEDIA_TYPES = {"base64": "application/pdf", "text": "text/plain"}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each source that is not what the block takes."""
    for path, block in block_objects(context.request.body):
        kind, source = block.get("type"), block.get("source")
        if kind not in ("image", "document") or not isinstance(source, dict):
            continue
        problem = _problem(kind, source)
        if problem is not None:
            where, message, hint = problem
            yield Finding(ID, NAME, "error", message, f"{path}/source/{where}", hint)


def _problem(kind: str, source: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return where the source is wrong, how, and what to do."""
    given, known = source.get("type"), _REQUIRED[kind]
    if not isinstance(given, str) or given not in known:
        return "type", f"the source's type should be one of {', '.join(known)}", "use one of them"
    for name in known[given]:
        if source.get(name) is None:
            return name, f"source.{name}: Field required with type {given}", f"give {name}"
    wanted = _MEDIA_TYPES.get(given) if kind == "document" else None
    media_type = source.get("media_type")
    if wanted is not None and media_type is not None and media_type != wanted:
        return "media_type", f"a document of type {given} should be {wanted}", "send it in another form"
    return None
