"""`max_tokens` leaves little room for thinking and answer together.

## What it does

On models that think by default, warns when thinking is on and `max_tokens` is under about 4,096, and notes
an effort of `xhigh` or `max` with less than the 64,000 tokens the documentation advises.

## Why it matters

`max_tokens` caps thinking and answer together. When thinking uses it up, the response stops with
`stop_reason: "max_tokens"` and an answer that is cut or empty, and is billed all the same.

## Example

Over, on a model that thinks by default:

    {"max_tokens": 1024}

Within:

    {"max_tokens": 8192}

## How to fix

Raise `max_tokens`; only what is used is billed. Or lower the effort, or switch thinking off where the model
allows it.

## Source

Effort, https://platform.claude.com/docs/en/build-with-claude/effort (2026-08-22); Thinking troubleshooting,
https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import has_thinking_in_output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC304"
NAME = "thinking-max-tokens-tight"
SEVERITY: Severity = "warning"

_LEAST_TOKENS = 4_096
_TOP_EFFORT_TOKENS = 64_000
_TOP_EFFORTS = frozenset({"xhigh", "max"})


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding when thinking may leave no room for the answer."""
    max_tokens, effort = context.request.max_tokens, context.request.effort
    # 0 is a cache warm-up: nothing is thought or answered.
    by_default = context.model.thinking.default == "adaptive"
    if not max_tokens or not by_default or not has_thinking_in_output(context):
        return
    if max_tokens < _LEAST_TOKENS:
        severity: Severity = "warning"
        advised, why = _LEAST_TOKENS, "thinking, which is on, shares it with the answer"
    elif effort in _TOP_EFFORTS and max_tokens < _TOP_EFFORT_TOKENS:
        severity = "note"
        advised, why = _TOP_EFFORT_TOKENS, f"that is little for effort {effort}"
    else:
        return
    yield Finding(
        ID,
        NAME,
        severity,
        f"max_tokens is {max_tokens:,}, under {advised:,}: {why}",
        path="/max_tokens",
        hint="raise max_tokens (only what is used is billed), or lower the effort",
        measured=max_tokens,
        limit=advised,
    )
