"""A sampling parameter on a model that takes none.

## What it does

Finds `temperature` other than 1, any `top_k`, and `top_p` under 0.99 on models that no longer sample by
parameter (Claude Opus 4.7 and later). A `top_p` of 0.99 or more is only doubted.

## Why it matters

The API answers 400: `temperature is deprecated for this model.` Typical of defaults that are kept when the
model changes.

## Example

Over, on such a model:

    {"temperature": 0}

Within: none of the three.

## How to fix

Leave all three out.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21), and the migration
guide. For `top_p` near 1 the reference says accepted, a probe of Claude Opus 4.8 on 2026-08-17 was refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import sampling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC451"
NAME = "sampling-removed-model"
SEVERITY: Severity = "error"

_ACCEPTED_TOP_P = 0.99


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each sampling parameter the model does not take."""
    if context.model.accepts.sampling:
        return
    body, model = context.request.body, context.model.id
    temperature, top_p, top_k = (sampling(body, name) for name in ("temperature", "top_p", "top_k"))
    if temperature is not None and temperature != 1:
        yield _finding("error", "temperature", f"is deprecated for {model}: {temperature:g} instead of 1")
    if top_k is not None:
        yield _finding("error", "top_k", f"is deprecated for {model} and is {top_k:g}")
    if top_p is not None and top_p < _ACCEPTED_TOP_P:
        yield _finding("error", "top_p", f"is deprecated for {model}: {top_p:g} instead of {_ACCEPTED_TOP_P}")
    elif top_p is not None:
        yield _finding("warning", "top_p", f"is deprecated for {model}: {top_p:g} may be refused too")


def _finding(severity: Severity, parameter: str, rest: str) -> Finding:
    return Finding(
        ID, NAME, severity, f"{parameter} {rest}", path=f"/{parameter}", hint=f"leave {parameter} out"
    )
