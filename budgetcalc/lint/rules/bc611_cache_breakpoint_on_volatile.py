"""Text that changes with every call stands before a cache breakpoint.

## What it does

Looks for a moment, a UUID or an epoch number beside a word as "current time", "request id", "session" or
"timestamp" in tools, the system prompt and the first message, at or before a breakpoint. A day without a
time changes once a day and is left alone.

## Why it matters

Each call writes the cache anew, at 1.25 or 2 times the price of input, and none reads it.

## Example

Over: a marked system prompt with `Current time: 2026-11-22T10:15:00Z`. Within: the time in the last message
of the user.

## How to fix

Move what changes behind the last breakpoint.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22), common
mistakes. What changes between two requests of a file is BC613.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import live_breakpoints
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC611"
NAME = "cache-breakpoint-on-volatile"
SEVERITY: Severity = "warning"

_VALUE = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\b1[0-9]{9}(?:[0-9]{3})?\b|\b[0-2]?[0-9]:[0-5][0-9]:[0-5][0-9]\b"
)
_VOLATILE = pattern(
    r"\b(?:current|now|request|session|trace|correlation|conversation|run|timestamp|generated|nonce|date)\b"
    rf"[^\n]{{0,40}}?(?:{_VALUE})",
    re.IGNORECASE,
)


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for the first volatile text before the last breakpoint."""
    marks = live_breakpoints(context)
    if not marks:
        return
    last = marks[-1]
    for path, text in _texts(context.request):
        if _VOLATILE.search(text):
            message = (
                f"text that changes with every call stands in a cached prefix of {last.prefix_tokens:,} tokens:"
                " it is written each time and never read"
            )
            hint = "move what changes behind the last breakpoint"
            yield Finding(ID, NAME, "warning", message, path=path, hint=hint, measured=last.prefix_tokens)
            return
        if path == last.path:
            return


def _texts(request: Request) -> Iterator[tuple[str, str]]:
    """Yield the texts of the prefix in the order the model reads them."""
    for tool in request.tools:
        yield tool.path, tool.description
    first = request.messages[0].blocks if request.messages else ()
    for block in (*request.system, *first):
        yield block.path, block.text if isinstance(block, Text) else ""
