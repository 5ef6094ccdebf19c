"""A text block is empty or only white space.

## What it does

Finds blank `text` blocks in `system` and in messages. White space beside other blocks of an assistant message
is what models themselves return, and accepted. Texts inside tool results are not judged: no report says that
they are checked.

## Why it matters

The API answers 400: `messages: text content blocks must be non-empty`, or `… must contain non-whitespace
text`. The block stays in the history, so every later request fails in the same way.

## Example

Over:

    {"type": "text", "text": " "}

Within:

    {"type": "text", "text": "…"}

## How to fix

Drop the block.

## Source

https://github.com/anthropics/claude-code/issues/59812 (empty),
https://github.com/anthropics/claude-code/issues/23440 (white space). Measured: two recordings of 2026 with a
blank beside other blocks of an assistant message were accepted.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.conversation import Text
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from budgetcalc.conversation import Block, Message
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC405"
NAME = "text-block-blank"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each blank text."""
    request = context.request
    # An empty system string is accepted: a list of blocks is not.
    system = (block for block in request.system if block.path != "/system")
    for block in chain(filter(_is_blank, system), chain.from_iterable(map(_judged, request.messages))):
        wanted = "contain non-whitespace text" if block.text else "be non-empty"
        text = f"text content blocks must {wanted}"
        yield Finding(ID, NAME, "error", text, path=block.path, hint="drop the block")


def _is_blank(block: Block) -> TypeGuard[Text]:
    return isinstance(block, Text) and not block.text.strip()


def _judged(message: Message) -> Iterator[Text]:
    """Yield the blank texts that may not be; content that is just empty is the business of BC404."""
    has_others = message.role == "assistant" and len(message.blocks) > 1
    for block in message.blocks:
        if (
            _is_blank(block)
            and not (has_others and block.text)
            and block != Text(f"{message.path}/content", "")
        ):
            yield block
