"""A limit cannot be held against a file.

## What it does

Reports budgets on cost whose requests have no `max_tokens`, so that nothing bounds the answer, and budgets on
usage reports that hold rows without a price. The exit code is 2.

## Why it matters

An unknown cost is not a small one. The limit would be met by leaving `max_tokens` out.

## Example

Over: a prompt text under `max_cost_usd` without `defaults: {max_tokens: ...}`.
Within: the same with that default.

## How to fix

Give the requests a `max_tokens`, or the config a default. For usage, see `budgetcalc price REPORT`.

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import BudgetContext, RunContext

ID = "BC905"
NAME = "budget-unmeasurable"
SEVERITY: Severity = "error"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a finding for every limit that cannot be held against what it is for."""
    for held in context.budgets:
        yield from _without_bound(held)
        yield from _without_price(held, context.config_file)


def _without_bound(held: BudgetContext) -> Iterator[Finding]:
    budget = held.budget
    limits = {"max_cost_usd": budget.max_cost_usd, "max_suite_cost_usd": budget.max_suite_cost_usd}
    asked = " and ".join(key for key, limit in limits.items() if limit is not None)
    tool_lists = {file.file for file in held.files if file.kind == "tools"}
    for request in held.requests if asked else ():
        if request.cost_usd is None:
            who = f"{printable(request.id)}: " if request.id else ""
            message = (
                f"{who}no max_tokens, so that nothing bounds the cost: "
                f"{asked} of budget {printable(budget.name)} cannot be judged"
            )
            hint = "say max_tokens in the request, or under defaults: of the config"
            if request.file in tool_lists:
                hint = "a list of tools has no call of its own: give it a budget with max_tool_tokens"
            yield Finding(ID, NAME, SEVERITY, message, hint=hint, file=request.file, line=request.line)


def _without_price(held: BudgetContext, config_file: str) -> Iterator[Finding]:
    budget, usage = held.budget, held.usage
    if usage is None:
        return
    for gap in usage.gaps:
        message = f"{gap}: max_total_cost_usd of budget {printable(budget.name)} cannot be judged"
        hint = "budgetcalc price shows which rows have no price"
        yield Finding(ID, NAME, SEVERITY, message, hint=hint, file=config_file, line=budget.line)
