"""A message changes the effort while thinking is off.

## What it does

On models whose effort is fixed with thinking off, finds messages whose `output_config.effort` differs from
the effort of the request.

## Why it matters

The API answers 400: `messages.3: output_config.effort 'low' differs from the 'high' in effect before it;
effort cannot change when thinking is disabled on this model.`

## Example

Over, on such a model:

    {"thinking": {"type": "disabled"}, "messages": […, {"role": "system", "output_config": {"effort": "low"}}]}

Within: the same message with the effort of the request.

## How to fix

Keep one effort, or let the model think.

## Source

Errors, https://platform.claude.com/docs/en/api/errors (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import message_objects, thinking_in_effect
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC322"
NAME = "thinking-off-effort-change"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each message with another effort."""
    rules, request = context.model.thinking, context.request
    is_off = thinking_in_effect(context) in {"disabled", "between_tools"}
    effort = request.effort or rules.default_effort
    if not rules.effort_fixed_when_off or not is_off or effort is None:
        return
    for path, message in message_objects(request.body):
        config = message.get("output_config")
        changed = config.get("effort") if isinstance(config, dict) else None
        if isinstance(changed, str) and changed != effort:
            text = (
                f"output_config.effort '{printable(changed, limit=20)}' differs from the '{effort}' in effect;"
                f" it cannot change while thinking is off on {context.model.id}"
            )
            hint = f"use effort {effort}, or enable thinking"
            yield Finding(ID, NAME, "error", text, f"{path}/output_config/effort", hint)
