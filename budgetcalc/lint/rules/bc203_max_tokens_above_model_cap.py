"""`max_tokens` is above what the model may put out.

## What it does

Compares `max_tokens` with the model's output cap on the day, with the beta headers that are sent, inside or
outside a batch.

## Why it matters

The API answers 400: `max_tokens: 70000 > 64000, which is the maximum allowed number of output tokens for
claude-opus-4-5-20251101`.

## Example

Over, on a model with a cap of 64,000:

    {"max_tokens": 70000}

Within:

    {"max_tokens": 64000}

## How to fix

Lower `max_tokens`. Where a beta header or the Batches API raises the cap far enough, the hint names it.

## Source

Models overview, https://platform.claude.com/docs/en/about-claude/models/overview, and Batch processing,
https://platform.claude.com/docs/en/build-with-claude/batch-processing (both 2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.catalogue import holds_on
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.catalogue import TokenLimit
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC203"
NAME = "max-tokens-above-model-cap"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when ``max_tokens`` is over the cap in force."""
    asked = context.request.max_tokens
    cap = context.model.output_cap(context.on, context.betas, batch=context.request.batch).tokens
    if asked is None or asked <= cap:
        return
    enough = (
        limit for limit in context.model.output_caps if limit.tokens >= asked and holds_on(limit, context.on)
    )
    ways = [_way(limit) for limit in enough]
    yield Finding(
        ID,
        NAME,
        "error",
        f"max_tokens: {asked:,} > {cap:,}, which is the maximum allowed number of output tokens for"
        f" {context.model.id}",
        path="/max_tokens",
        hint=" or ".join([f"lower max_tokens to {cap:,}", *ways]),
        measured=asked,
        limit=cap,
    )


def _way(limit: TokenLimit) -> str:
    """Return how to get this larger cap."""
    conditions = [f"the beta header {limit.beta}"] if limit.beta else []
    if limit.batch:
        conditions.append("the Batches API")
    return f"use {' with '.join(reversed(conditions))} for {limit.tokens:,}"
