"""The prompt reaches a price tier in which every token costs more.

## What it does

Compares the prompt (input, cache reads and writes) with the model's long-context threshold on that day. A
warning above it, or when the high end of the count is above it; a note within 5 % below it.

## Why it matters

The tier is a cliff: one token more and all tokens of the request, output too, are billed at the higher rates.

## Example

Over, with a threshold of 100,000: a prompt of 101,000 tokens.
Within: a prompt of 90,000 tokens.

## How to fix

Shorten the prompt below the threshold, split the request, or take a model without a tier.

## Source

Pricing, https://platform.claude.com/docs/en/about-claude/pricing (2026-08-22); tiers and dates are
those of the catalogue (`budgetcalc models MODEL`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC601"
NAME = "long-context-tier"
SEVERITY: Severity = "warning"

_NEAR_PERCENT = 5


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding when the prompt is in the dearer tier, may be, or is close to it."""
    model, on, count = context.model, context.on, context.counted.total
    near = count.high * 100 // (100 - _NEAR_PERCENT) + 1  # what the prompt would be, were it 5 % closer
    tier = model.long_context_period(on, context.betas, near)
    if tier is None or tier.over_tokens is None:
        return
    limit, usual = tier.over_tokens, model.price_period(on)[0].rates
    rates = f"{tier.rates.input} instead of {usual.input} USD per million input tokens, and output likewise"
    severity: Severity = "warning"
    if count.tokens > limit:
        message = f"prompt of {count.tokens:,} tokens > {limit:,}: every token is billed at {rates}"
    elif count.high > limit:
        message = f"prompt of up to {count.high:,} tokens > {limit:,}: every token may be billed at {rates}"
    else:
        severity = "note"
        message = f"prompt of {count.tokens:,} tokens is close to {limit:,}, above which it is {rates}"
    over = max(0, count.high - limit)
    hint = f"shorten the prompt by {over:,} tokens to stay below" if over else "keep the prompt below it"
    yield Finding(ID, NAME, severity, message, hint=hint, measured=count.tokens, limit=limit)
