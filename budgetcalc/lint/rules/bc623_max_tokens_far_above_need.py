"""`max_tokens` is far above what the answers need.

## What it does

Where the file holds recorded answers, finds `max_tokens` of 8 times the longest of them or more; without
them, 64,000 and more on calls that do not think.

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
from budgetcalc.lint.request_facts import thinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC623"
NAME = "max-tokens-far-above-need"
SEVERITY: Severity = "note"

_TIMES, _UNSEEN = 8, 64_000


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a note for each request of a group that asks for far more than its answers take."""
    if context.kind == "shared_prefix":
        return
    answers = [
        int(tokens)
        for step in context.steps
        if (tokens := number(nested(step.response, "usage", "output_tokens"))) is not None
    ]
    longest = max(answers, default=0)
    for index, step in enumerate(context.steps):
        asked = step.context.request.max_tokens
        if asked is None:
            continue
        if longest and asked >= _TIMES * longest and asked > 1_024:
            message = (
                f"max_tokens is {asked:,}, and the longest of {len(answers)} answers took {longest:,} tokens"
            )
            limit = _TIMES * longest
        elif not longest and asked >= _UNSEEN and not thinks(step.context):
            message = f"max_tokens is {asked:,} for a call that does not think"
            limit = _UNSEEN
        else:
            continue
        hint = "lower it to what the answers need, with a margin"
        yield (
            index,
            Finding(ID, NAME, "note", message, path="/max_tokens", hint=hint, measured=asked, limit=limit),
        )
