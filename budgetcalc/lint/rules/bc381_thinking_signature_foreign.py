"""A thinking block is signed by somebody else.

## What it does

Finds signatures of thinking blocks that are no base64, as the API's are: placeholders, what another vendor
or a proxy wrote, ids.

## Why it matters

The API answers 400: ``Invalid `signature` in `thinking` block``. How a signature looks is not documented, so
it is a warning.

## Example

Over:

    {"type": "thinking", "thinking": "…", "signature": "rs_0123"}

Within: the signature as the API returned it.

## How to fix

Drop those blocks, or send them back as they came.

## Source

https://github.com/router-for-me/CLIProxyAPI/issues/1398,
https://github.com/vybestack/llxprt-code/issues/2335. All signatures of the recordings that were not masked
are base64.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Thinking
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import is_masked
from budgetcalc.lint.request_facts import thinks
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC381"
NAME = "thinking-signature-foreign"
SEVERITY: Severity = "warning"

_BASE64 = pattern(r"[A-Za-z0-9+/]+={0,2}")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for the first foreign signature, with their number."""
    if not thinks(context):
        return
    foreign = [
        block.path
        for _, block in context.request.blocks()
        if isinstance(block, Thinking)
        and block.signature
        and not _BASE64.fullmatch(block.signature)
        and not is_masked(block.signature)
    ]
    if foreign:
        message = f"{len(foreign)} thinking blocks have a signature that is none of the API's"
        hint = "drop those blocks, or send them back as they came"
        yield Finding(ID, NAME, "warning", message, path=foreign[0], hint=hint)
