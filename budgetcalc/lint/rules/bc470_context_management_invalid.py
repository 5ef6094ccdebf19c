"""A `context_management` edit has a wrong order or value.

## What it does

Checks the edits: `clear_thinking` stands first, no type comes twice, `keep` and `trigger` have values that
are taken, compaction triggers on input tokens, 50,000 or more. A missing header is BC513.

## Why it matters

The API answers 400. That the order matters rests on documentation of early 2026 only, so that is a warning.

## Example

Over:

    {"type": "compact_20260112", "trigger": {"type": "input_tokens", "value": 20000}}

Within: the same with 50000.

## How to fix

Put `clear_thinking` first, each edit once, and raise the trigger.

## Source

Context editing, https://platform.claude.com/docs/en/build-with-claude/context-editing; Compaction,
https://platform.claude.com/docs/en/build-with-claude/compaction (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested, number, objects
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC470"
NAME = "context-management-invalid"
SEVERITY: Severity = "error"

_LEAST_COMPACTION = 50_000
_TRIGGERS = ("input_tokens", "tool_uses")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each edit that is wrong."""
    seen: set[str] = set()
    for index, edit in objects(nested(context.request.body, "context_management", "edits")):
        kind, path = str(edit.get("type", "")), f"/context_management/edits/{index}"
        if kind in seen:
            message = f"the edit {printable(kind, limit=40)} is given twice"
            yield Finding(ID, NAME, "warning", message, path=path, hint="give each edit once")
        elif kind.startswith("clear_thinking") and index > 0:
            message = "clear_thinking must be listed first"
            yield Finding(ID, NAME, "warning", message, path=path, hint="put it first")
        seen.add(kind)
        for message, where, hint in _values(kind, edit):
            yield Finding(ID, NAME, "error", message, path=path + where, hint=hint)


def _values(kind: str, edit: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    kept = number(nested(edit, "keep", "value"))
    if kind.startswith("clear_thinking") and kept is not None and kept <= 0:
        yield f"keep of {kept:,} turns with thinking, at least 1 is taken", "/keep/value", "keep 1 or more"
    trigger, value = nested(edit, "trigger", "type"), number(nested(edit, "trigger", "value"))
    if kind.startswith("compact_"):
        if trigger is not None and trigger != "input_tokens":
            yield "compaction is triggered by input_tokens only", "/trigger/type", "use input_tokens"
        if value is not None and value < _LEAST_COMPACTION:
            message = f"compaction from {value:,} tokens on, at least {_LEAST_COMPACTION:,} is taken"
            yield message, "/trigger/value", f"give {_LEAST_COMPACTION:,} or more"
    elif trigger is not None and trigger not in _TRIGGERS:
        yield f"the trigger is none of {', '.join(_TRIGGERS)}", "/trigger/type", "use one of them"
