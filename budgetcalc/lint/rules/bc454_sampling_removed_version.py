"""A sampling parameter with an API version that knows none.

## What it does

Finds `temperature`, `top_p` and `top_k`, even at their defaults, in a request known to be sent with
`anthropic-version: 2026-10-21`, whatever the model.

## Why it matters

The API answers 400: `temperature: Extra inputs are not permitted`. Newer SDKs send that version by
themselves (Python 2.0, TypeScript 1.0).

## Example

Over, with `anthropic-version: 2026-10-21`:

    {"temperature": 1}

Within: the same with `anthropic-version: 2023-06-01`.

## How to fix

Leave all three out, or pin the version 2023-06-01.

## Source

Migration to 2026-10-21, https://platform.claude.com/docs/en/api/migration-2026-10-21 (2026-10-08). The
version is known only where a recording or batch line says its headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import WITHOUT_SAMPLING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC454"
NAME = "sampling-removed-version"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each parameter that the version no longer has."""
    request = context.request
    if request.anthropic_version not in WITHOUT_SAMPLING:
        return
    for parameter in ("temperature", "top_p", "top_k"):
        if request.body.get(parameter) is not None:
            message = f"{parameter}: not permitted with anthropic-version {request.anthropic_version}"
            yield Finding(ID, NAME, "error", message, path=f"/{parameter}", hint=f"leave {parameter} out")
