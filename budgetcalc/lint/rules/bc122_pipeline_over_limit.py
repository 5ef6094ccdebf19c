"""A pipeline is over its limit in total.

## What it does

Adds up all calls of all stages, each with the most it can take in and write, and holds the sums against the
pipeline's `max_input_tokens` and `max_cost_usd`.

## Why it matters

Stages are written one at a time and billed together.

## Example

Over, with stages of 0.10, 0.25 and 0.08 US dollars:

    {name: report, max_cost_usd: 0.40, stages: [...]}

Within:

    {name: report, max_cost_usd: 0.45, stages: [...]}

## How to fix

Give one stage a cheaper model, fewer calls or a lower `max_tokens`, or raise the limit. `budgetcalc plan` shows which
stage costs most.

## Source

The project's own configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.pipelines import PipelinePlan

ID = "BC122"
NAME = "pipeline-over-limit"
SEVERITY: Severity = "error"


def check(plan: PipelinePlan) -> Iterator[Finding]:
    """Yield an error for each limit of the whole that is exceeded."""
    for limit in plan.limits:
        if limit.exceeded:
            message = f"pipeline {plan.title}: {limit.message}"
            hint = "take a cheaper model, fewer calls or a lower max_tokens in one stage, or raise the limit"
            yield Finding(ID, NAME, "error", message, hint=hint)
