"""`anthropic-version` is none the API knows.

## What it does

Finds a version other than 2023-01-01, 2023-06-01 and 2026-10-21, and 2026-10-21 towards Bedrock. What
Bedrock and Vertex bodies carry in the header's place (`bedrock-2023-05-31`, `vertex-2023-10-16`) is fine
there.

## Why it matters

The API answers 400: `anthropic-version: … is not a valid version`.

## Example

Over: `anthropic-version: 2024-01-01`. Within: `anthropic-version: 2023-06-01`.

## How to fix

Send 2023-06-01, or 2026-10-21 after reading its migration guide.

## Source

Versions, https://platform.claude.com/docs/en/api/versioning (2026-08-22); for Bedrock pydantic-ai-slim
2.68.0. A missing header is not judged: recordings rarely keep every header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC455"
NAME = "api-version-missing-or-unknown"
SEVERITY: Severity = "error"

_VERSIONS = ("2023-01-01", "2023-06-01", "2026-10-21")
_NOT_ON_BEDROCK = "2026-10-21"
_OF_CLOUDS = ("bedrock-2023-05-31", "vertex-2023-10-16")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a version that is refused."""
    version = context.request.anthropic_version
    if version is None or version in _OF_CLOUDS:
        return
    hint = "send 2023-06-01"
    if version not in _VERSIONS:
        message = f"anthropic-version '{printable(version, limit=30)}' is none of {', '.join(_VERSIONS)}"
        yield Finding(ID, NAME, "error", message, hint=hint)
    elif version == _NOT_ON_BEDROCK and context.match.platform == "bedrock":
        yield Finding(ID, NAME, "error", f"anthropic-version {version} is not known on Bedrock", hint=hint)
