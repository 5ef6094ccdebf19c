"""A test string of the API was left in a prompt.

## What it does

Finds the documented strings that make the API answer with redacted thinking or a refusal, in any text of the
request.

## Why it matters

They are for tests of how a client handles such answers: with redacted thinking nothing can be read, and a
refusal stops the work. In a history they act in every later request.

## Example

Over: a prompt that holds the string of the documentation's example. Within: the same prompt without it.

## How to fix

Take it out, outside tests.

## Source

Extended thinking, redacted thinking blocks,
https://platform.claude.com/docs/en/build-with-claude/extended-thinking; Handle streaming refusals,
https://platform.claude.com/docs/en/test-and-evaluate/strengthen-guardrails/handle-streaming-refusals
(2026-01).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC391"
NAME = "thinking-test-string"
SEVERITY: Severity = "warning"

_STRINGS = {
    "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING": "redacted thinking",
    "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL": "a refusal",
}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each text with such a string."""
    for _, block in context.request.blocks():
        for string, effect in _STRINGS.items():
            if isinstance(block, Text) and string in block.text:
                message = f"the text holds the API's test string for {effect}"
                yield Finding(
                    ID, NAME, "warning", message, path=block.path, hint="take it out, outside tests"
                )
