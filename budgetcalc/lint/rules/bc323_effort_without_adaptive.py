"""The effort is set, but the model does not think.

## What it does

Notes `output_config.effort` without `thinking` on models that think only when asked.

## Why it matters

The effort shapes the answer; it does not switch thinking on.

## Example

Over, on Claude Opus 4.8:

    {"output_config": {"effort": "high"}}

Within:

    {"output_config": {"effort": "high"}, "thinking": {"type": "adaptive"}}

## How to fix

Ask for thinking too, or say that it is off.

## Source

Thinking, troubleshooting, https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting
(2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC323"
NAME = "effort-without-adaptive"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for an effort without thinking."""
    request, rules = context.request, context.model.thinking
    if request.thinking is not None or rules.default != "off" or request.effort not in rules.efforts:
        return
    message = (
        f"effort {request.effort} shapes the answer; {context.model.id} thinks only when thinking says so"
    )
    wanted = "adaptive" if "adaptive" in rules.types else "enabled"
    hint = f"add thinking with type {wanted}, or disabled if that is meant"
    yield Finding(ID, NAME, "note", message, "/output_config/effort", hint)
