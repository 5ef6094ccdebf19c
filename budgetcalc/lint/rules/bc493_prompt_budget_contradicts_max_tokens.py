"""The prompt allows a longer answer than `max_tokens` does.

## What it does

Finds, in the system prompt and the user's text, an upper limit on the answer's tokens ("at most 600 tokens",
"höchstens 600 Token", "最多 600 个 token") that is over `max_tokens`. Tool results and documents are not read,
and limits on other things (a context, an input, a price) are left alone.

## Why it matters

The answer is cut at `max_tokens`, in the middle of a sentence, before the length the prompt allows.

## Example

Over, with `"max_tokens": 500`: "Answer in at most 600 tokens." Within: with `"max_tokens": 1024`.

## How to fix

Raise `max_tokens`, with a margin: a model does not count its tokens exactly.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.stated_budgets import prompt_budgets
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC493"
NAME = "prompt-budget-contradicts-max-tokens"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each stated limit on the answer that ``max_tokens`` undercuts."""
    most = context.request.max_tokens
    if not most:
        return
    for stated in prompt_budgets(context.request):
        if stated.of == "answer" and stated.tokens > most:
            message = (
                f"the prompt allows an answer of {plural(stated.tokens, 'token')}, max_tokens is {most:,}"
            )
            hint = "raise max_tokens, or lower what the prompt says"
            yield Finding(
                ID, NAME, "warning", message, path=stated.path, hint=hint, measured=stated.tokens, limit=most
            )
