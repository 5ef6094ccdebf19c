"""Thinking on a model that cannot think.

## What it does

Finds a `thinking` parameter other than `disabled` on models before Claude 3.7.

## Why it matters

The API answers 400.

## Example

Over, on such a model:

    {"thinking": {"type": "enabled", "budget_tokens": 4096}}

Within: no `thinking`.

## How to fix

Leave `thinking` out, or take a model that thinks.

## Source

Models overview, https://platform.claude.com/docs/en/about-claude/models/overview (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import THINKING_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC313"
NAME = "thinking-on-nonthinking-model"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when a model without thinking is asked to think."""
    thinking = context.request.thinking
    if thinking is None or thinking.type == "disabled" or thinking.type not in THINKING_TYPES:
        return
    if not context.model.thinking.types:
        message = f"{context.model.id} cannot think; thinking.type is {thinking.type}"
        hint = "leave thinking out, or take a model that thinks"
        yield Finding(ID, NAME, "error", message, path="/thinking", hint=hint)
