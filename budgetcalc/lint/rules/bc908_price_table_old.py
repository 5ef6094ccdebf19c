"""The price table has not been checked for a long time.

## What it does

Warns when the price table was last checked more than `days` (90) before today; `--on` is taken for today.
`rules: {price-table-old: {days: 30}}` sets another age.

## Why it matters

Prices change, models retire, and an offline tool does not notice.

## Example

Over: checked on 2026-08-01, judged on 2026-11-22.
Within: checked on 2026-11-01.

## How to fix

Update budgetcalc, or give newer prices with `--pricing`.

## Source

Pricing, https://platform.claude.com/docs/en/about-claude/pricing (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RunContext

ID = "BC908"
NAME = "price-table-old"
SEVERITY: Severity = "warning"


def check(context: RunContext) -> Iterator[Finding]:
    """Yield a warning for an old table."""
    age, most = (context.today - context.prices_checked).days, context.options["days"]
    if age > most:
        message = f"{context.prices} was checked {age:,} days ago, on {context.prices_checked.isoformat()}"
        hint = "update budgetcalc, or give newer prices with --pricing"
        file = context.config_file
        yield Finding(ID, NAME, SEVERITY, message, hint=hint, measured=age, limit=most, file=file)
