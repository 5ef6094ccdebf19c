"""A sampling parameter is outside its range.

## What it does

Checks that `temperature` and `top_p` are numbers from 0 to 1 and `top_k` is a whole number from 0. A `top_p`
or `top_k` of -1, as some clients send for "unset", is accepted.

## Why it matters

The API answers 400: `temperature: range: 0..1`, or `Input should be less than or equal to 1`. Values up to 2
come from other vendors' APIs.

## Example

Over:

    {"temperature": 1.5}

Within:

    {"temperature": 1.0}

## How to fix

Scale the value, or leave it out.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21). Measured: ten
recordings of one client, of June 2025, with -1 for both were accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import sampling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC450"
NAME = "sampling-out-of-range"
SEVERITY: Severity = "error"

_RANGES: tuple[tuple[Literal["temperature", "top_p", "top_k"], str, float], ...] = (
    ("temperature", "a number from 0 to 1", 1),
    ("top_p", "a number from 0 to 1", 1),
    ("top_k", "a whole number from 0", float("inf")),
)

_UNSET = -1


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each parameter that is no number of its range."""
    for name, wanted, most in _RANGES:
        if context.request.body.get(name) is None:
            continue
        value = sampling(context.request.body, name)
        if value == _UNSET and name != "temperature":
            continue
        is_whole = isinstance(value, int) or name != "top_k"
        if value is None or not 0 <= value <= most or not is_whole:
            found = "" if value is None else f", not {value:g}"
            message = f"{name} should be {wanted}{found}"
            yield Finding(ID, NAME, "error", message, path=f"/{name}", hint="leave it out, or scale it")
