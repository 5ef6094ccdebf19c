"""`max_tokens: 0` goes with an option that wants an answer.

## What it does

`max_tokens: 0` warms the prompt cache and produces nothing. The rule finds what cannot go with it:
streaming, manual thinking, structured output and a forced tool call. In a batch, and before 2026, it is
refused whatever it goes with: that is BC207's.

## Why it matters

The API answers 400.

## Example

Over:

    {"max_tokens": 0, "stream": true}

Within:

    {"max_tokens": 0}

## How to fix

Drop the option, or ask for at least one token.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pre-warming-the-cache (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import WARM_UP_SINCE, forces_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC206"
NAME = "max-tokens-zero-conflict"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each option that cannot go with a cache warm-up."""
    request = context.request
    if request.max_tokens != 0 or context.on < WARM_UP_SINCE:
        return
    conflicts = {
        "streaming": request.body.get("stream") is True,
        "manual thinking": request.thinking is not None and request.thinking.type == "enabled",
        "structured output": request.output_schema is not None,
        "a forced tool call": forces_tool(request),
    }
    for option, given in conflicts.items():
        if given:
            message = f"max_tokens is 0, a cache warm-up without an answer, and cannot go with {option}"
            hint = "drop the option, or ask for at least 1 token"
            yield Finding(ID, NAME, "error", message, path="/max_tokens", hint=hint)
