"""`service_tier` has another value, or no effect.

## What it does

Finds values other than `auto` and `standard_only`, and notes `auto` on models without Priority Tier and in a
batch.

## Why it matters

The API answers 400 to other vendors' values (`flex`, `priority`, `default`). Where there is no Priority Tier
the request is served at standard.

## Example

Over:

    {"service_tier": "flex"}

Within:

    {"service_tier": "auto"}

## How to fix

Use `auto` or `standard_only`, or leave it out.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21); Service tiers,
https://platform.claude.com/docs/en/api/service-tiers (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC456"
NAME = "service-tier"
SEVERITY: Severity = "error"

_TIERS = ("auto", "standard_only")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for an unknown tier, a note for one that changes nothing."""
    request = context.request
    tier = request.body.get("service_tier")
    if tier is None:
        return
    if tier not in _TIERS:
        message = f"service_tier '{printable(str(tier), limit=30)}' is none of {', '.join(_TIERS)}"
        yield Finding(ID, NAME, "error", message, path="/service_tier", hint="use auto, or leave it out")
    elif tier == "auto" and (request.batch or not context.model.accepts.priority_tier):
        where = "in a batch" if request.batch else f"for {context.model.id}"
        message = f"service_tier auto has no effect: there is no Priority Tier {where}"
        yield Finding(ID, NAME, "note", message, path="/service_tier", hint="leave it out")
