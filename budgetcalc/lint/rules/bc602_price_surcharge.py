"""An option of the request makes every token dearer.

## What it does

Notes `speed: "fast"` and `inference_geo: "us"` where the model charges for them on that day.

## Why it matters

Fast mode has rates of its own, US-only inference a factor on all tokens, and they add up. The estimate holds
both.

## Example

Over:

    {"inference_geo": "us"}

Within: no `inference_geo`.

## How to fix

Nothing is broken. Leave the option out where it is not needed.

## Source

Data residency, https://platform.claude.com/docs/en/manage-claude/data-residency, and Fast mode,
https://platform.claude.com/docs/en/build-with-claude/fast-mode (both 2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.catalogue import holds_on
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC602"
NAME = "price-surcharge"
SEVERITY: Severity = "note"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for each surcharge the request asks for."""
    body, model, on = context.request.body, context.model, context.on
    fast, usual = model.fast_period(on), model.price_period(on)[0].rates
    if body.get("speed") == "fast" and fast is not None and fast.rates != usual:
        message = f"fast mode: {fast.rates.output} instead of {usual.output} USD per million output tokens"
        yield Finding(ID, NAME, "note", message, path="/speed", hint="leave speed out for the usual price")
    if body.get("inference_geo") == "us" and model.us_only is not None and holds_on(model.us_only, on):
        message = f"US-only inference: {model.us_only.factor} times the price of every token"
        hint = "leave inference_geo out for the usual price"
        yield Finding(ID, NAME, "note", message, path="/inference_geo", hint=hint)
