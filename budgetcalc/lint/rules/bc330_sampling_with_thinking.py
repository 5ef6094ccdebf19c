"""Sampling parameters that cannot go with thinking.

## What it does

While the model thinks, `temperature` may only be 1, `top_k` must be unset and `top_p` must be at least 0.95
(until 2025-05-22 it had to be unset). Models that take no sampling parameters at all are the business of
BC451.

## Why it matters

The API answers 400: `temperature may only be set to 1 when thinking is enabled or in adaptive mode`, `top_k
must be unset …`, `top_p must be greater than or equal to 0.95 or unset …`.

## Example

Over:

    {"temperature": 0.2, "thinking": {"type": "enabled", "budget_tokens": 2048}}

Within:

    {"temperature": 1, "thinking": {"type": "enabled", "budget_tokens": 2048}}

## How to fix

Leave the parameter out.

## Source

Thinking, https://platform.claude.com/docs/en/build-with-claude/thinking (2026-10-08); release notes of
2025-05-22. Measured: 42 recordings with thinking and temperature 1 and 24 with top_p from 0.95 were accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import sampling, thinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC330"
NAME = "sampling-with-thinking"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each sampling parameter that thinking does not allow."""
    if not context.model.accepts.sampling or not thinks(context):
        return
    body = context.request.body
    temperature, top_p, top_k = (sampling(body, name) for name in ("temperature", "top_p", "top_k"))
    if temperature is not None and temperature != 1:
        yield _finding("temperature", f"may only be set to 1 when thinking is on, and is {temperature:g}")
    if top_k is not None:
        yield _finding("top_k", f"must be unset when thinking is on, and is {top_k:g}")
    limit = context.model.sampling_limit(context.on)
    if top_p is None or limit is None:
        return
    if limit.top_p_min is None:
        yield _finding("top_p", f"must be unset when thinking is on before {limit.end}, and is {top_p:g}")
    elif top_p < float(limit.top_p_min):
        least = limit.top_p_min
        yield _finding("top_p", f"must be at least {least} or unset when thinking is on, and is {top_p:g}")


def _finding(parameter: str, rest: str) -> Finding:
    hint = f"leave {parameter} out, or switch thinking off"
    return Finding(ID, NAME, "error", f"{parameter} {rest}", path=f"/{parameter}", hint=hint)
