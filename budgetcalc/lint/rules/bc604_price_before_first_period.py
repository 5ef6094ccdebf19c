"""The request's day lies before the first price that is known for the model.

## What it does

Compares the day the request is priced at with the first day of the model's first price period. Where neither that
nor a day of release is in the sources, as for other vendors' models, it notes days before the price was checked.

## Why it matters

The earliest known price is taken then, which need not be what was billed, if the model was served at all.

## Example

Over: a request to a model released in September 2025, priced on 2025-01-01.

Within: the same request on any day from the release on.

## How to fix

Check the date, or give the price of that time with `--pricing`.

## Source

Release dates and prices of `pricing.yaml`; `budgetcalc models MODEL` shows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC604"
NAME = "price-before-first-period"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning when the day is before the first price, a note when that is not known."""
    period, is_before = context.model.price_period(context.on)
    checked = context.catalogue.sources[period.source].checked
    if context.catalogue.is_out(context.model, context.on) is None and context.on < checked:
        message = (
            f"it is not known whether {context.model.id} was out on {context.on.isoformat()}, nor its price then: "
            f"the price checked on {checked.isoformat()} is taken"
        )
        yield Finding(ID, NAME, "note", message, path="/model", hint="check the date")
    if is_before and period.start is not None:
        message = (
            f"no price of {context.model.id} is known for {context.on.isoformat()}: "
            f"the first one, of {period.start.isoformat()}, applies"
        )
        yield Finding(ID, NAME, "warning", message, path="/model", hint="check the date")
