"""A beta header does nothing for this request.

## What it does

Finds headers of features that need none any more, or that this model does not have; and headers for a larger
window or output cap on models that never had them, have them without a header by now, or have them in batches
only.

## Why it matters

Nothing fails, but a limit you count on may not be there: then BC201 or BC203 says so.

## Example

Over: `context-1m-2025-08-07` with Claude Opus 4.6 today, where the window is a million without it.
Within: `output-128k-2025-02-19` with Claude Sonnet 3.7.

## How to fix

Drop the header.

## Source

Release notes, https://platform.claude.com/docs/en/release-notes/overview (2026-11-12); Batch processing,
https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.beta_limits import beta_standing, limit_betas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC511"
NAME = "beta-no-effect"
SEVERITY: Severity = "note"

_REASONS = {
    "general": "{model} has the larger limit without it",
    "batch_only": "it is for batches",
    "other_model": "{model} does not have it",
}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for each header that was sent for nothing; one a name implies is nobody's mistake."""
    sent = context.request.betas - frozenset(context.match.betas)
    for beta in limit_betas(context):
        reason = _REASONS.get(beta_standing(context, beta)) if beta in sent else None
        if reason is not None:
            message = f"the beta {beta} has no effect: {reason.format(model=context.model.id)}"
            yield Finding(ID, NAME, "note", message, hint="drop it")
    for name in sorted(sent):
        known = context.catalogue.betas.get(name)
        if known is None or known.effect != "feature":
            continue
        if known.general is not None and known.general <= context.on:
            why = f"its feature needs no header since {known.general.isoformat()}"
        elif known.generations and context.model.generation not in known.generations:
            why = f"{context.model.id} does not use it"
        else:
            continue
        yield Finding(ID, NAME, "note", f"the beta {name} has no effect: {why}", hint="drop it")
