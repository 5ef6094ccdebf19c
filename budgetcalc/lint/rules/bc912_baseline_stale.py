"""The baseline accepts more than there is.

## What it does

Compares the findings that the baseline accepts with those of the run, and tells how many are gone or have become
better.

## Why it matters

A baseline is a ratchet: what has been won is only kept when it is written down. Until then it can be lost again without
anybody being told.

## Example

Over, with a baseline that accepts 9,000 tokens:

    prompts/support.json holds 7,500 tokens

Within:

    prompts/support.json holds 9,000 tokens

## How to fix

Run `budgetcalc lint --write-baseline` and commit the file.

## Source

The project's own baseline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC912"
NAME = "baseline-stale"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield one warning for all that has become better."""
    ratchet = context.ratchet
    if ratchet is None or not (ratchet.gone or ratchet.better):
        return
    counts = {"gone": len(ratchet.gone), "better than it was": len(ratchet.better)}
    what = " and ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    message = f"of the findings that the baseline accepts, {what}"
    hint = "run `budgetcalc lint --write-baseline` to keep what was won"
    yield Finding(ID, NAME, SEVERITY, message, hint=hint, file=context.config_file)
