"""A tool of a type this model does not take.

## What it does

Looks up the types of Anthropic's tools among those the model refuses on that platform and day
(`refused_tools` of the catalogue). Where the documentation may be out of date it is a warning.

## Why it matters

The API answers 400: `'claude-opus-5-5' does not support tool types: computer_20251124. Did you mean one of
…`.

## Example

Over, on Claude Opus 5.5:

    {"tools": [{"type": "computer_20251124", "name": "computer", …}]}

Within: the same on Claude Opus 4.8.

## How to fix

Take the version of the tool that the model knows.

## Source

Errors, https://platform.claude.com/docs/en/api/errors#computer-use-tool-version-not-supported (2026-10-08).
The documentation refuses `text_editor_20250124` from Claude 4 on; a recording of January 2026 has Sonnet 4
accept it, so it is a warning from 4.5 on. Web fetch, which
the documentation of August 2026 refuses on Opus 5, was accepted in a recording and is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC438"
NAME = "tool-type-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each tool the model does not take."""
    model = context.model
    for tool in context.request.tools:
        refused = model.refused_tool(tool.type, context.match.platform, context.on)
        if refused is not None:
            severity: Severity = "error" if refused.confirmed else "warning"
            message = f"{model.id} does not support tools of type {printable(tool.type, limit=60)}"
            hint = "take the version of the tool that the model knows"
            yield Finding(ID, NAME, severity, message, f"{tool.path}/type", hint)
