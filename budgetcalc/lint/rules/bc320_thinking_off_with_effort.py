"""Thinking is off while the effort asks for more than the model gives without it.

## What it does

On models that tie the two together, finds an effort of `xhigh` or `max` with thinking off (`disabled`, or
`between_tools` where that is how it is switched off).

## Why it matters

The API answers 400: `output_config.effort 'xhigh' is not supported when thinking is disabled on this model.
Use effort 'high' or below, or enable thinking.`

## Example

Over, on such a model:

    {"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}}

Within:

    {"thinking": {"type": "disabled"}, "output_config": {"effort": "high"}}

## How to fix

Lower the effort, or let the model think.

## Source

Errors, https://platform.claude.com/docs/en/api/errors (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import thinking_in_effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC320"
NAME = "thinking-off-with-effort"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when the effort is above what the model takes with thinking off."""
    rules, effort = context.model.thinking, context.request.effort
    if rules.efforts_when_off is None or thinking_in_effect(context) not in {"disabled", "between_tools"}:
        return
    if effort in rules.efforts and effort not in rules.efforts_when_off:
        yield Finding(
            ID,
            NAME,
            "error",
            f"output_config.effort '{effort}' is not supported when thinking is off on {context.model.id}",
            path="/output_config/effort",
            hint=f"use one of {', '.join(rules.efforts_when_off)}, or enable thinking",
        )
