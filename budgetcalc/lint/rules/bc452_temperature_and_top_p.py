"""`temperature` and `top_p` together.

## What it does

Finds both parameters on models that take only one of them (Claude Opus 4.1 and 4.5 to 4.6).

## Why it matters

The API answers 400: `temperature and top_p cannot both be specified for this model. Please use only one.`

## Example

Over, on such a model:

    {"temperature": 0.2, "top_p": 0.9}

Within:

    {"temperature": 0.2}

## How to fix

Keep `temperature`.

## Source

https://github.com/BerriAI/litellm/issues/15097, https://github.com/gptme/gptme/issues/1110.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC452"
NAME = "temperature-and-top-p"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for both parameters where only one is taken; where none is, BC451 says it."""
    accepts, body = context.model.accepts, context.request.body
    if not accepts.sampling or accepts.temperature_with_top_p:
        return
    if body.get("temperature") is not None and body.get("top_p") is not None:
        message = f"temperature and top_p cannot both be specified for {context.model.id}"
        yield Finding(ID, NAME, "error", message, path="/top_p", hint="leave top_p out")
