"""The header for 300,000 output tokens does nothing here.

## What it does

With `output-300k-2026-03-24` and a `max_tokens` above the usual cap, looks whether the header raises it: it
does so inside batches only, and not on every model.

## Why it matters

The header is accepted and raises nothing: the API answers 400 to `max_tokens`.

## Example

Over, outside a batch, with the header:

    {"max_tokens": 200000}

Within: the same as an item of a batch, on a model whose cap it raises.

## How to fix

Send it through the Batches API, or lower `max_tokens`.

## Source

Batch processing, https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22); release
notes of 2026-03-30.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.beta_limits import beta_standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC208"
NAME = "output-300k-outside-batch"
SEVERITY: Severity = "warning"

BETA = "output-300k-2026-03-24"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning when ``max_tokens`` counts on a header that raises nothing."""
    request, model = context.request, context.model
    asked, cap = request.max_tokens, model.output_cap(context.on, context.betas, batch=request.batch).tokens
    if BETA not in context.betas or asked is None or asked <= cap:
        return
    standing = beta_standing(context, BETA)
    if standing == "raises":
        return
    where = "outside a batch" if standing == "batch_only" else f"for {model.id}"
    message = f"{BETA} raises nothing {where}: max_tokens is {asked:,}, the cap stays {cap:,}"
    hint = "use the Batches API on a model that has the larger cap, or lower max_tokens"
    yield Finding(ID, NAME, "warning", message, path="/max_tokens", hint=hint, measured=asked, limit=cap)
