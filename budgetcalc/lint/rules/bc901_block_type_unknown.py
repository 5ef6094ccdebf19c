"""A block type this version does not know.

## What it does

Finds content blocks of an unknown `type`. They are counted by their text.

## Why it matters

The count is an estimate there, and the rules cannot judge the block. The type may be newer than this version,
or a mistake the API refuses.

## Example

Over:

    {"type": "txt", "text": "…"}

Within:

    {"type": "text", "text": "…"}

## How to fix

Check the spelling; update budgetcalc; or take the figure from the API's count_tokens.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import UnknownBlock
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext
from budgetcalc.locations import printable
from budgetcalc.plurals import plural

ID = "BC901"
NAME = "block-type-unknown"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield one warning for each unknown type, at its first block."""
    found: dict[str, list[str]] = {}
    for _, block in context.request.blocks():
        if isinstance(block, UnknownBlock):
            found.setdefault(block.type, []).append(block.path)
    for kind, paths in found.items():
        blocks = plural(len(paths), "block")
        message = f"{blocks} of type '{printable(kind, limit=40)}', which this version does not know"
        hint = "check the spelling, or update budgetcalc"
        yield Finding(ID, NAME, "warning", message, path=paths[0], hint=hint)
