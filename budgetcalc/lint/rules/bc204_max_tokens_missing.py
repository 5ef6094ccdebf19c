"""A batch item, or perhaps a message, has no `max_tokens`.

## What it does

Looks for `max_tokens` in the `params` of a batch item. A body outside a batch that has none is taken for a
count_tokens body, which needs none; as it may be meant as a message, `lint` notes it.

## Why it matters

There is no default. The batch is created all the same and the item comes back `errored` hours later:
`max_tokens: Field required`.

## Example

Over:

    {"custom_id": "a", "params": {"model": "…", "messages": […]}}

Within:

    {"custom_id": "a", "params": {"model": "…", "max_tokens": 1024, "messages": […]}}

## How to fix

Set `max_tokens` in every item.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC204"
NAME = "max-tokens-missing"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for a batch item without ``max_tokens``, a note for what may be a message."""
    request = context.request
    if request.max_tokens is not None:
        return
    if request.batch:
        message = "max_tokens: Field required in the params of a batch item"
        yield Finding(ID, NAME, "error", message, path="/max_tokens", hint="set max_tokens")
    elif (
        request.form == "count_tokens" and context.command == "lint" and context.model.provider == "anthropic"
    ):
        message = "without max_tokens this is a body for count_tokens: as a message the API refuses it"
        hint = "set max_tokens, here or under defaults: of the config, if it is sent as a message"
        yield Finding(ID, NAME, "note", message, path="/max_tokens", hint=hint)
