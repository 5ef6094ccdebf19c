"""Server tools have fees that are not in the estimate.

## What it does

Notes web search and code execution among the tools, with their fees, and the most that `max_uses` allows.

## Why it matters

The fees depend on what the model does, so the worst case of the tokens does not hold them. They are never halved in
a batch.

## Example

Over:

    {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 5}]}

Within: no such tool.

## How to fix

Nothing is broken. Set `max_uses` to bound the searches.

## Source

Pricing, https://platform.claude.com/docs/en/about-claude/pricing (2026-10-08); `fees` in `pricing.yaml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC606"
NAME = "fees-on-top"
SEVERITY: Severity = "note"

_FEES = (
    ("web_search_", "web_search", "1,000 searches"),
    ("code_execution_", "code_execution", "container hour"),
)


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for each tool with a fee."""
    for tool in context.request.tools:
        for prefix, name, unit in _FEES:
            fee = context.catalogue.fee(name, context.on) if tool.type.startswith(prefix) else None
            if fee is None:
                continue
            uses = tool.raw.get("max_uses")
            most = ""
            if name == "web_search" and isinstance(uses, int) and not isinstance(uses, bool) and uses >= 0:
                most = f", at most {money.for_people(money.times(fee.usd / 1000, uses))} here"
            message = f"{name} costs {money.for_people(fee.usd)} per {unit} on top of the tokens{most}"
            yield Finding(ID, NAME, "note", message, path=tool.path)
