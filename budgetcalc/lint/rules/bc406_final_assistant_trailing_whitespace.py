"""A prefilled answer ends in white space.

## What it does

Looks at the last text of a final assistant message on models that take a prefill.

## Why it matters

The API answers 400: `messages: final assistant content cannot end with trailing whitespace`.

## Example

Over:

    {"role": "assistant", "content": "The answer is "}

Within:

    {"role": "assistant", "content": "The answer is"}

## How to fix

Strip the end of the text.

## Source

https://github.com/anomalyco/opencode/issues/1295, https://github.com/langchain-ai/langchain/pull/35072.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import prefill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC406"
NAME = "final-assistant-trailing-whitespace"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when a prefill ends in white space; a blank one is BC405's."""
    last = prefill(context.request)
    if last is None or not last.blocks or not context.model.accepts.prefill:
        return
    block = last.blocks[-1]
    if isinstance(block, Text) and block.text.strip() and block.text[-1].isspace():
        message = "final assistant content cannot end with trailing whitespace"
        yield Finding(ID, NAME, "error", message, path=block.path, hint="strip the end of the text")
