"""`max_tokens: 0` where an answer must be asked for.

## What it does

`max_tokens: 0` warms the prompt cache and produces nothing. The rule finds it inside a batch, and before
2026, when the least value was 1. A negative number is refused as it is read.

## Why it matters

The API answers 400; inside a batch the item comes back `errored`.

## Example

Over, inside a batch:

    {"max_tokens": 0}

Within:

    {"max_tokens": 1}

## How to fix

Ask for at least one token, or warm the cache with a request outside a batch.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21), and Batch processing,
https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import WARM_UP_SINCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC207"
NAME = "max-tokens-below-minimum"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a cache warm-up in a batch, or on a day before there was one."""
    if context.request.max_tokens != 0:
        return
    if context.on < WARM_UP_SINCE:
        message = "max_tokens is 0; the least value was 1 before 2026"
    elif context.request.batch:
        message = "max_tokens is 0; inside a batch it should be greater than or equal to 1"
    else:
        return
    hint = "ask for at least 1 token"
    yield Finding(ID, NAME, "error", message, path="/max_tokens", hint=hint, measured=0, limit=1)
