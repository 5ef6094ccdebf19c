"""`max_tokens` is far above what the answers need.

## What it does

Where the file holds recorded answers, finds a `max_tokens` over 4,096 that is 8 times the longest of them or
more; without them, 64,000 and more on calls that do not think. One note a conversation or file.

## Why it matters

What is not used is not billed. But it is the worst case of every estimate, needs streaming from 21,334 on,
and takes room in the window of older models.

## Example

Over: `"max_tokens": 32000` and answers of at most 900 tokens. Within: `"max_tokens": 4096`.

## How to fix

Lower it to twice the longest answer or so.

## Source

Errors, long requests, https://platform.claude.com/docs/en/api/errors (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested, number
from budgetcalc.lint.request_facts import has_thinking_in_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC623"
NAME = "max-tokens-far-above-need"
SEVERITY: Severity = "note"

_TIMES, _UNSEEN = 8, 64_000
# Below this the worst case is small money, and needs no streaming.
_SMALL = 4_096


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield one note a group, at the request that asks for most."""
    asked = [step.context.request.max_tokens or 0 for step in context.steps]
    most = max(asked)
    index = asked.index(most)
    if context.kind == "shared_prefix":
        return
    answers = [
        int(tokens)
        for step in context.steps
        if (tokens := number(nested(step.response, "usage", "output_tokens"))) is not None
    ]
    longest = max(answers, default=0)
    if longest and most > _SMALL and most >= _TIMES * longest:
        message = f"max_tokens is {most:,}, and the longest of {len(answers)} answers took {longest:,} tokens"
        limit = _TIMES * longest
    elif not longest and most >= _UNSEEN and not has_thinking_in_output(context.steps[index].context):
        message = f"max_tokens is {most:,} for a call that does not think"
        limit = _UNSEEN
    else:
        return
    hint = "lower it to what the answers need, with a margin"
    yield index, Finding(ID, NAME, "note", message, path="/max_tokens", hint=hint, measured=most, limit=limit)
