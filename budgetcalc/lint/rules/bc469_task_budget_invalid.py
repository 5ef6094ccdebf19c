"""`output_config.task_budget` cannot be taken.

## What it does

Finds a total under 20,000 tokens, a model without task budgets, a type other than `tokens`, `remaining` over
the total, and `remaining` together with a compaction edit. A missing header is BC513.

## Why it matters

The API answers 400.

## Example

Over:

    {"output_config": {"task_budget": {"type": "tokens", "total": 10000}}}

Within: the same with 20000.

## How to fix

Give 20,000 tokens or more, on Claude Opus 4.7 or later.

## Source

Task budgets, https://platform.claude.com/docs/en/build-with-claude/task-budgets (2026-08-22). For Claude
Sonnet 5 that page says no and pydantic-ai (2026-11) sends one: taken as supported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested, number
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC469"
NAME = "task-budget-invalid"
SEVERITY: Severity = "error"

_LEAST = 20_000
_PATH = "/output_config/task_budget"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each thing wrong with the budget."""
    budget = nested(context.request.body, "output_config", "task_budget")
    if not isinstance(budget, dict):
        return
    if not context.model.accepts.task_budget:
        message = f"{context.model.id} takes no task budget"
        yield Finding(ID, NAME, "error", message, path=_PATH, hint="leave task_budget out")
        return
    if budget.get("type", "tokens") != "tokens":
        yield Finding(
            ID, NAME, "error", "the type of a task budget is tokens", path=f"{_PATH}/type", hint="use tokens"
        )
    total, remaining = number(budget.get("total")), number(budget.get("remaining"))
    if total is not None and total < _LEAST:
        yield Finding(
            ID,
            NAME,
            "error",
            f"the task budget of {plural(int(total), 'token')} is under the least of {_LEAST:,}",
            path=f"{_PATH}/total",
            hint=f"give {_LEAST:,} or more",
            measured=int(total),
            limit=_LEAST,
        )
    if remaining is not None and total is not None and remaining > total:
        message = f"remaining is {remaining:,}, more than the task budget of {total:,}"
        yield Finding(ID, NAME, "error", message, path=f"{_PATH}/remaining", hint="give at most the total")
    if remaining is not None and context.request.compacts:
        message = "task_budget.remaining cannot go with a compaction edit"
        yield Finding(ID, NAME, "error", message, path=f"{_PATH}/remaining", hint="leave remaining out")
