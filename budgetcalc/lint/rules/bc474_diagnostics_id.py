"""`diagnostics.previous_message_id` is no id of a message.

## What it does

Finds an id that does not begin with `msg_`. A missing header is BC513.

## Why it matters

The API answers 400. There is one report only, so it is a warning.

## Example

Over:

    {"diagnostics": {"previous_message_id": "req_011C"}}

Within:

    {"diagnostics": {"previous_message_id": "msg_01A"}}

## How to fix

Give the `id` of the previous response.

## Source

pydantic-ai-slim 2.68.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC474"
NAME = "diagnostics-id"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for an id of another kind."""
    given = nested(context.request.body, "diagnostics", "previous_message_id")
    if given is not None and not (isinstance(given, str) and given.startswith("msg_")):
        message = "diagnostics.previous_message_id does not begin with msg_"
        path = "/diagnostics/previous_message_id"
        yield Finding(ID, NAME, "warning", message, path=path, hint="give the id of the previous response")
