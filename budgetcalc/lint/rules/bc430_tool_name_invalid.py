"""A tool's name holds characters the API does not take, or is too long.

## What it does

Checks the names of your own tools against `^[a-zA-Z0-9_-]{1,128}$`, and warns from 65 characters on.

## Why it matters

The API answers 400: `tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`. One guide
and other platforms say 64 characters.

## Example

Over:

    {"name": "files/read", …}

Within:

    {"name": "files_read", …}

## How to fix

Replace `.`, `/`, `:` and spaces, as in names of MCP tools that are passed through.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21); a name of 129
characters was refused on 2026-10-05.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC430"
NAME = "tool-name-invalid"
SEVERITY: Severity = "error"

_PATTERN = pattern(r"[a-zA-Z0-9_-]{1,128}")
_PORTABLE_LENGTH = 64


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each name the API refuses, or other platforms do."""
    for tool in context.request.tools:
        if not tool.is_custom:
            continue
        length, path = len(tool.name), f"{tool.path}/name"
        if not _PATTERN.fullmatch(tool.name):
            message = f"the tool's name ({length:,} characters) should match '^[a-zA-Z0-9_-]{{1,128}}$'"
            hint = "use letters, digits, _ and - only, 128 at most"
            yield Finding(ID, NAME, "error", message, path=path, hint=hint, measured=length, limit=128)
        elif length > _PORTABLE_LENGTH:
            message = f"the tool's name has {length:,} characters; other platforms take {_PORTABLE_LENGTH}"
            hint = f"shorten it to {_PORTABLE_LENGTH} characters"
            yield Finding(
                ID, NAME, "warning", message, path=path, hint=hint, measured=length, limit=_PORTABLE_LENGTH
            )
