"""A stage of a pipeline is over its own limit.

## What it does

Plans each stage of a configured pipeline as if every earlier stage wrote all it may: its input is its prompt plus
the `max_tokens` × `calls` of the stages in `fed_by`. It holds the input of one call against `max_input_tokens` and the
worst case of all calls against `max_cost_usd`.

## Why it matters

A stage grows with what is fed into it: a prompt that is small by itself can be the dearest call of a run.

## Example

Over, with a prompt of 300 tokens that is fed 3 × 4,000:

    {name: answer, prompt: answer.md, fed_by: [draft], max_input_tokens: 8000}

Within:

    {name: answer, prompt: answer.md, fed_by: [draft], max_input_tokens: 13000}

## How to fix

Shorten the prompt, lower `max_tokens` or `calls` of what feeds it, or raise the limit. `budgetcalc plan` shows all
stages side by side.

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

ID = "BC121"
NAME = "pipeline-stage-over-limit"
SEVERITY: Severity = "error"


def check(plan: PipelinePlan) -> Iterator[Finding]:
    """Yield an error for each limit of a stage that is exceeded."""
    for stage in plan.stages:
        for limit in stage.limits:
            if limit.exceeded:
                message = f"pipeline {plan.title}: {limit.message}"
                hint = "shorten the prompt or what is fed into it, or raise the limit"
                yield Finding(ID, NAME, "error", message, hint=hint)
