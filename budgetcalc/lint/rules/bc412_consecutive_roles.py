"""Neighbouring messages of one role are read as one.

## What it does

Notes the first two neighbouring messages of the user or of the assistant, and how many more there are.

## Why it matters

The API merges them into one turn. Results of parallel tool calls that are spread over several messages pass
too, but teach the model to call one tool at a time.

## Example

Over:

    {"messages": [{"role": "user", "content": "A"}, {"role": "user", "content": "B"}]}

Within:

    {"messages": [{"role": "user", "content": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]}]}

## How to fix

Put what belongs to one turn into one message.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21); Parallel tool use,
https://platform.claude.com/docs/en/agents-and-tools/tool-use/parallel-tool-use (2026-08-22).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC412"
NAME = "consecutive-roles"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield one note, at the first message that is merged into the one before."""
    merged = [
        after
        for before, after in pairwise(context.request.messages)
        if before.role == after.role and after.role in ("user", "assistant")
    ]
    if merged:
        first = merged[0]
        have = "have" if len(merged) > 1 else "has"
        text = f"{plural(len(merged), 'message')} {have} the role of the one before, merged into its turn"
        yield Finding(ID, NAME, "note", text, first.path, "put what belongs together into one message")
