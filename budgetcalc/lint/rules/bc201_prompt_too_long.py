"""The prompt alone is larger than the model's context window.

## What it does

Compares the counted input with the context window of the model, on the day and with the beta headers of the
request. An error when even the low end of the count is over, a warning when only the high end is.

## Why it matters

The API answers 400, whatever `max_tokens` is: `prompt is too long: 210000 tokens > 200000 maximum`.
Server-side clearing or compaction (`context_management`) is applied before the API judges.

## Example

Over, on a model with a window of 200,000: a prompt of 210,000 tokens.
Within: a prompt of 190,000 tokens.

## How to fix

Trim or compact the conversation, drop old tool results, or take a model with a larger window.

## Source

Context windows, https://platform.claude.com/docs/en/build-with-claude/context-windows (2026-08-22); message
text: https://github.com/anthropics/claude-code/issues/476.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC201"
NAME = "prompt-too-long"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding when the prompt is, or may be, over the window."""
    window, count = context.budget.context_window, context.counted.total
    if count.low > window:
        severity: Severity = "error"
        message = f"prompt is too long: {count.tokens:,} tokens > {window:,} maximum"
    elif count.high > window:
        severity = "warning"
        message = f"the prompt may be too long: up to {count.high:,} tokens > {window:,} maximum"
    else:
        return
    hint = "trim or compact the conversation, or take a model with a larger window"
    yield Finding(ID, NAME, severity, message, hint=hint, measured=count.tokens, limit=window)
