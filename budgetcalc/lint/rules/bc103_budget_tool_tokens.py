"""Tool definitions are larger than their budget.

## What it does

Compares the tool definitions of every request of a budget's files, with the prompt the API adds to them, with
`max_tool_tokens`. Files may also be a list of tools or an MCP tools/list result. An estimate over the limit
is an error; one whose band alone reaches beyond it is BC907; from `warn_at` on it is a warning.

## Why it matters

Definitions of tools are sent with every call, used or not, and a change of one throws the cached prefix away.

## Example

Over: 12,400 tokens where `max_tool_tokens: 12000`.
Within: 12,000 tokens.

## How to fix

Shorten descriptions and schemas, leave tools out, or load them on demand (`defer_loading`).

## Source

The project's own configuration: docs/configuration.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.lint.limits import hold_request, limit_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding, Severity
    from budgetcalc.lint.limits import Held
    from budgetcalc.lint.rule import BudgetContext

ID = "BC103"
NAME = "budget-tool-tokens"
SEVERITY: Severity = "error"


def hold_limit(context: BudgetContext) -> Iterator[Held]:
    """Yield every request held against the limit."""
    limit = context.budget.max_tool_tokens
    if limit is None:
        return
    for request in context.requests:
        count = request.tools
        yield hold_request(
            context.budget, "max_tool_tokens", "tool tokens:", (count.tokens, count.high, limit), request
        )


def check(context: BudgetContext) -> Iterator[Finding]:
    """Yield a finding for every figure over or near the limit."""
    return limit_findings(
        ID, NAME, hold_limit(context), "shorten or leave out tools, or raise the limit on purpose"
    )
