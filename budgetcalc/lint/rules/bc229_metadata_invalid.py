"""`metadata` holds what it may not.

## What it does

`metadata` takes `user_id` only, with at most 512 characters. A `user_id` that looks like an e-mail address or
a phone number is noted.

## Why it matters

The API answers 400: `metadata.user_id: String should have at most 512 characters`, or `metadata.session:
Extra inputs are not permitted`. Identifying data is accepted, but the documentation asks for none.

## Example

Over:

    {"metadata": {"user_id": "u-17", "session": "s-4"}}

Within:

    {"metadata": {"user_id": "u-17"}}

## How to fix

Send an opaque id, a hash for example; keep the rest in your own logs.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21). The limit was 256 in
the OpenAPI file of 2024; the day it rose is not known, so 512 is taken for every day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import pointer, printable
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC229"
NAME = "metadata-invalid"
SEVERITY: Severity = "error"

_LONGEST = 512
_EMAIL = pattern(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = pattern(r"\+[0-9][0-9 ()./-]{6,24}")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each thing that is wrong with ``metadata``."""
    metadata = context.request.body.get("metadata")
    if metadata is None:
        return
    if not isinstance(metadata, dict):
        yield Finding(ID, NAME, "error", "metadata should be an object", "/metadata", "leave it out")
        return
    others = [key for key in metadata if key != "user_id"]
    for key in others[:_MOST_SHOWN]:
        message = f"metadata.{printable(key, limit=40)}: Extra inputs are not permitted"
        yield Finding(ID, NAME, "error", message, "/metadata" + pointer(key), "leave it out")
    user_id = metadata.get("user_id")
    if user_id is None:
        return
    path, hint = "/metadata/user_id", "send an opaque id, a hash for example"
    if not isinstance(user_id, str):
        yield Finding(ID, NAME, "error", "metadata.user_id should be a text", path, hint)
    elif len(user_id) > _LONGEST:
        length = len(user_id)
        message = f"metadata.user_id has {length:,} characters; it should have at most {_LONGEST}"
        yield Finding(ID, NAME, "error", message, path, hint, measured=length, limit=_LONGEST)
    elif _EMAIL.fullmatch(user_id) or _PHONE.fullmatch(user_id):
        message = "metadata.user_id looks like an e-mail address or a phone number"
        yield Finding(ID, NAME, "note", message, path, hint)


_MOST_SHOWN = 10
