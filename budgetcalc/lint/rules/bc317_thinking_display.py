"""`thinking.display` is no value the API takes, or its default hides the thinking.

## What it does

`display` is `summarized` or `omitted`, and goes with thinking that is on. On models that return no thinking
by default, notes thinking that is asked for without `display`.

## Why it matters

The API answers 400: `display: Extra inputs are not permitted`. Without `display` the newer models return
`thinking` blocks whose text is empty; they are billed the same.

## Example

Over:

    {"thinking": {"type": "disabled", "display": "omitted"}}

Within:

    {"thinking": {"type": "adaptive", "display": "summarized"}}

## How to fix

Send `summarized` if your code reads the thinking, `omitted` if it does not.

## Source

Thinking, https://platform.claude.com/docs/en/build-with-claude/thinking (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import thinks
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC317"
NAME = "thinking-display"
SEVERITY: Severity = "error"

_VALUES = ("summarized", "omitted")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a wrong value, a note for an empty default."""
    thinking, path = context.request.thinking, "/thinking/display"
    if thinking is None:
        return
    if thinking.display is None:
        is_asked = thinking.type in ("adaptive", "enabled") and thinks(context)
        if is_asked and context.model.thinking.returned_as == "omitted":
            message = (
                f"{context.model.id} returns thinking blocks without their text unless display asks for it"
            )
            hint = "send display: summarized if your code reads the thinking, or omitted if it does not"
            yield Finding(ID, NAME, "note", message, "/thinking", hint)
    elif thinking.type == "disabled":
        message = "thinking.disabled.display: Extra inputs are not permitted"
        yield Finding(ID, NAME, "error", message, path, "leave display out")
    elif thinking.display not in _VALUES:
        shown = printable(thinking.display, limit=30)
        message = f"thinking.display '{shown}' is none of {', '.join(_VALUES)}"
        yield Finding(ID, NAME, "error", message, path, f"use one of {', '.join(_VALUES)}")
