"""`inference_geo` where it is not offered, or with an unknown place.

## What it does

Finds the parameter, also as `global`, on models before Claude Opus 4.6 and on other clouds, and values other
than `global` and `us`.

## Why it matters

The API answers 400.

## Example

Over, on Claude Opus 4.5:

    {"inference_geo": "us"}

Within: the same on Claude Opus 4.6.

## How to fix

Leave it out; other clouds choose the place by endpoint.

## Source

Data residency, https://platform.claude.com/docs/en/manage-claude/data-residency (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext
from budgetcalc.lint.request_facts import runs_on_other_cloud
from budgetcalc.locations import printable

ID = "BC460"
NAME = "inference-geo-unsupported"
SEVERITY: Severity = "error"

_PLACES = ("global", "us")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when the parameter, or its value, is not taken."""
    place = context.request.body.get("inference_geo")
    if place is None:
        return
    if not context.model.accepts.inference_geo:
        message = f"inference_geo is not supported for {context.model.id}"
    elif runs_on_other_cloud(context):
        message = f"inference_geo is not supported on {context.match.platform}"
    elif place not in _PLACES:
        message = f"inference_geo '{printable(str(place), limit=30)}' is none of {', '.join(_PLACES)}"
    else:
        return
    yield Finding(ID, NAME, "error", message, path="/inference_geo", hint="leave inference_geo out")
