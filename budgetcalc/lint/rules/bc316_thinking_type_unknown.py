"""A `thinking.type` the API does not know.

## What it does

Finds any `thinking.type` but `enabled`, `adaptive`, `disabled` and `between_tools`.

## Why it matters

The API answers 400: `thinking: Input tag 'auto' found using 'type' does not match any of the expected tags`.

## Example

Over:

    {"thinking": {"type": "auto"}}

Within:

    {"thinking": {"type": "adaptive"}}

## How to fix

Use one of the four types, whichever the model takes (`budgetcalc models MODEL`).

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import THINKING_TYPES
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC316"
NAME = "thinking-type-unknown"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a type that no model takes."""
    thinking = context.request.thinking
    if thinking is not None and thinking.type not in THINKING_TYPES:
        yield Finding(
            ID,
            NAME,
            "error",
            f"thinking.type {printable(thinking.type, limit=30)!r} is none of {', '.join(THINKING_TYPES)}",
            path="/thinking/type",
            hint=f"{context.model.id} takes {', '.join(context.model.thinking.types) or 'no thinking'}",
        )
