"""`speed` without its beta header, or with an unknown value.

## What it does

Finds `speed` (also `standard`) without the beta header that the model's fast mode needs on that day, and
values other than `standard` and `fast`. Fast mode in a batch or on models without it is BC461.

## Why it matters

The API answers 400: `speed: Extra inputs are not permitted`. Where the headers are not known it is only a
note.

## Example

Over, with no beta header on Claude Opus 5:

    {"speed": "fast"}

Within: the same with `anthropic-beta: fast-mode-2026-02-01`, or on Claude Opus 5.5 since 2026-10-15.

## How to fix

Send the header.

## Source

Fast mode, https://platform.claude.com/docs/en/build-with-claude/fast-mode (2026-10-08); release notes of
2026-10-15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC462"
NAME = "speed-misused"
SEVERITY: Severity = "error"

_SPEEDS = ("standard", "fast")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding when the header is missing or the value is unknown."""
    request = context.request
    speed = request.body.get("speed")
    if speed is None or request.batch:
        return
    if speed not in _SPEEDS:
        message = f"speed '{printable(str(speed), limit=30)}' is none of {', '.join(_SPEEDS)}"
        yield Finding(ID, NAME, "error", message, path="/speed", hint="use fast, or leave it out")
        return
    fast = context.model.fast_period(context.on)
    if fast is None or fast.beta is None or fast.beta in context.betas:
        return
    severity: Severity = "error" if request.betas_known else "note"
    message = f"speed needs the beta header {fast.beta} for {context.model.id}"
    yield Finding(ID, NAME, severity, message, path="/speed", hint=f"send anthropic-beta: {fast.beta}")
