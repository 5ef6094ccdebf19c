"""A feature in beta is used without its header.

## What it does

Finds fields, edits and tools that need a beta header on that day, with none of the headers that open them.
`pricing.yaml` says which these are.

## Why it matters

The API answers 400: `Extra inputs are not permitted`, or an unknown tool tag. A bare body does not say which
headers go with it: then it is only a note.

## Example

Over, with `anthropic-beta: context-management-2025-06-27`:

    {"mcp_servers": [{"type": "url", "url": "https://example.com/mcp", "name": "shop"}]}

Within: the same with `anthropic-beta: mcp-client-2025-11-20`.

## How to fix

Send the header. `--beta NAME` says it for a body that stands alone.

## Source

Beta headers, https://platform.claude.com/docs/en/api/beta-headers (2026-08-22), and the pages of the
features.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.beta_features import gated_features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC513"
NAME = "beta-missing"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each feature without its header."""
    severity: Severity = "error" if context.request.betas_known else "note"
    for feature, path, betas in gated_features(context):
        names = [beta.name for beta in betas]
        if context.betas.isdisjoint(names):
            newest = max(names, key=_date)
            message = f"{feature} needs the beta header {' or '.join(sorted(names, key=_date))}"
            yield Finding(ID, NAME, severity, message, path=path, hint=f"send anthropic-beta: {newest}")


def _date(beta: str) -> str:
    """Return the date at the end of a header's name."""
    return beta[-len("2026-01-01") :]
