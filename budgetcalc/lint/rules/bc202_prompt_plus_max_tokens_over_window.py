"""Prompt and `max_tokens` together exceed the context window.

## What it does

Adds `max_tokens` to the counted input and compares the sum with the context window. What follows depends on
the model's generation, so the severity does too: an error where the API refuses, a warning where it cuts.

## Why it matters

- Before Claude 3.7 `max_tokens` is cut to what is left, silently.
- Claude 3.7 to 4.1 answer 400: `input length and max_tokens exceed context limit: 190000 + 16000 > 200000,
  decrease input length or max_tokens and try again`, unless the beta
  `model-context-window-exceeded-2025-08-26` is sent.
- Claude 4.5 and later accept the request and stop with `model_context_window_exceeded` at the window.

## Example

Over, with a prompt of 190,000 tokens and a window of 200,000:

    {"max_tokens": 16000}

Within:

    {"max_tokens": 10000}

## How to fix

Lower `max_tokens` to at most window − input (`budget.largest_max_tokens` in the estimate), or shorten the
prompt.

## Source

Context windows, https://platform.claude.com/docs/en/build-with-claude/context-windows (2026-08-22); message
text: https://github.com/anthropics/claude-code/issues/16580.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC202"
NAME = "prompt-plus-max-tokens-over-window"
SEVERITY: Severity = "error"

_CONSEQUENCE = {
    "rejected": "the API refuses the request",
    "clamped": "the API cuts max_tokens to what is left",
    "may_stop_early": "the answer may stop at the window",
    "tight": "with the high end of the count it does not fit",
}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding when the verdict is that prompt and answer do not, or may not, fit together."""
    budget, count = context.budget, context.counted.total
    consequence = _CONSEQUENCE.get(budget.verdict)
    # A prompt that may be too long by itself is the business of BC201.
    if budget.max_tokens is None or consequence is None or count.high > budget.context_window:
        return
    yield Finding(
        ID,
        NAME,
        "error" if budget.verdict == "rejected" else "warning",
        f"input length and max_tokens: {count.tokens:,} + {budget.max_tokens:,} against a window of"
        f" {budget.context_window:,} tokens: {consequence}",
        path="/max_tokens",
        hint=f"lower max_tokens to at most {budget.largest_max_tokens:,}, or shorten the prompt",
        measured=budget.needed,
        limit=budget.context_window,
    )
