"""Thinking with a budget on a model that only thinks adaptively.

## What it does

Finds `thinking.type: "enabled"` on models that no longer take it (Claude Opus 4.7 and later).

## Why it matters

The API answers 400: `"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive"
and "output_config.effort" to control thinking behavior.`

## Example

Over, on such a model:

    {"thinking": {"type": "enabled", "budget_tokens": 4096}}

Within:

    {"thinking": {"type": "adaptive"}, "output_config": {"effort": "medium"}}

## How to fix

Use `adaptive` and control the depth with `output_config.effort`.

## Source

Thinking troubleshooting, https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting
(2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC310"
NAME = "thinking-enabled-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for manual thinking on a model that thinks, but not manually."""
    if is_refused(context, "enabled"):
        yield Finding(
            ID,
            NAME,
            "error",
            f"thinking.type.enabled is not supported for {context.model.id}",
            path="/thinking/type",
            hint="use thinking.type adaptive and output_config.effort",
        )
