"""Thinking with a budget on a model where it is on its way out.

## What it does

Finds `thinking.type: "enabled"` where the model still takes it but the documentation calls it deprecated
(Claude Opus 4.6, Sonnet 4.6 and Mythos Preview).

## Why it matters

It works, but the next models answer 400, and the client library warns.

## Example

Over, on such a model:

    {"thinking": {"type": "enabled", "budget_tokens": 4096}}

Within:

    {"thinking": {"type": "adaptive"}}

## How to fix

Use `adaptive` and control the depth with `output_config.effort`.

## Source

Thinking troubleshooting, https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting
(2026-10-08); Python library 2.12.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_manual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC311"
NAME = "thinking-enabled-deprecated"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for manual thinking that is deprecated on this model."""
    if is_manual(context) and "enabled" in context.model.thinking.deprecated_types:
        yield Finding(
            ID,
            NAME,
            "warning",
            f"thinking.type.enabled is deprecated for {context.model.id}",
            path="/thinking/type",
            hint="use thinking.type adaptive and output_config.effort",
        )
