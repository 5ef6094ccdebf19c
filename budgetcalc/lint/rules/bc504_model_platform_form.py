"""The model's name is another platform's spelling, or another vendor's model.

## What it does

In `lint`, notes names in the form of Bedrock, Google Cloud, a router, the Console or Claude Code (`[1m]`), and models
of other vendors.
Where the request is sent cannot be seen from it, so it is a note.

## Why it matters

The Claude API answers such a name with 404.

## Example

Over, for the Claude API:

    {"model": "anthropic.claude-sonnet-4-5-20250929-v1:0"}

Within:

    {"model": "claude-sonnet-4-5-20250929"}

## How to fix

Name the id of the API that gets the request; if that is the platform's, switch the rule off.

## Source

Model ids and versions, https://platform.claude.com/docs/en/about-claude/models/model-ids-and-versions
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext
from budgetcalc.locations import printable

ID = "BC504"
NAME = "model-platform-form"
SEVERITY: Severity = "note"

_VENDORS = {"openai": "OpenAI", "google": "Google"}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a note for a spelling the Claude API does not take."""
    match = context.match
    form = "Claude Code" if match.requested.endswith("[1m]") else match.platform
    if context.command != "lint" or form == "claude_api":
        return
    name = printable(match.requested)
    message = f"'{name}' is a spelling of {form}; the Claude API does not know it"
    hint = f"for the Claude API name {match.model.id}"
    if match.model.provider != "anthropic":
        message = f"'{name}' is a model of {_VENDORS[match.model.provider]}; the Claude API does not serve it"
        hint = "where the Claude API is meant, name one of `budgetcalc models --provider anthropic`"
    yield Finding(ID, NAME, "note", message, path="/model", hint=hint)
