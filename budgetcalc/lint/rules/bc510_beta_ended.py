"""A beta header asks for what is no longer offered.

## What it does

Finds headers for a larger window or output cap whose offer for this model has ended on that day, and headers
of features that have ended.

## Why it matters

The header is ignored: input beyond the usual window is refused (`prompt is too long`), and so is
`max_tokens` beyond the usual cap.

## Example

Over: `context-1m-2025-08-07` with Claude Sonnet 4.5 on 2026-04-30.
Within: the same on 2026-04-29.

## How to fix

Drop the header and stay within the usual limit, or take a model with a window of a million.

## Source

Release notes of 2026-04-30, https://platform.claude.com/docs/en/release-notes/overview (2026-11-12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.beta_limits import beta_standing, limit_betas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC510"
NAME = "beta-ended"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each header whose larger limit or feature is gone."""
    for beta in limit_betas(context):
        if beta in context.betas and beta_standing(context, beta) == "ended":
            message = f"the beta {beta} has ended for {context.model.id} and is ignored"
            hint = "drop it and stay within the usual limits, or take a model with larger ones"
            yield Finding(ID, NAME, "warning", message, hint=hint)
    for name in sorted(context.request.betas):
        known = context.catalogue.betas.get(name)
        if known is not None and known.end is not None and known.end <= context.on:
            message = f"the beta {name} has ended on {known.end.isoformat()}"
            yield Finding(ID, NAME, "warning", message, hint=known.note or "drop it")
