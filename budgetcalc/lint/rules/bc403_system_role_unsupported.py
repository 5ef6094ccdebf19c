"""A system message stands inside the conversation on a model that takes none there.

## What it does

Finds `role: "system"` inside `messages` on models without mid-conversation system messages. On models that
think by default it is only a warning: the documentation lists them as unsupported, a measurement saw the
message accepted and ignored.

## Why it matters

The API answers 400: `messages: Unexpected role "system". The Messages API accepts a top-level system
parameter, not "system" as an input message role.`

## Example

Over, on such a model:

    {"messages": [{"role": "system", "content": "…"}, {"role": "user", "content": "…"}]}

Within:

    {"system": "…", "messages": [{"role": "user", "content": "…"}]}

## How to fix

Use the top-level `system`.

## Source

Mid-conversation system messages,
https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC403"
NAME = "system-role-unsupported"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each system message the model does not take."""
    if context.model.accepts.system_messages:
        return
    # Claude Sonnet 5 answered 200 and did not obey (pydantic-ai); everything before it answers 400.
    severity: Severity = "warning" if context.model.thinking.default == "adaptive" else "error"
    for message in context.request.messages:
        if message.role == "system":
            text = f"role 'system' inside messages is not supported on {context.model.id}"
            hint = "use the top-level system parameter"
            yield Finding(ID, NAME, severity, text, path=f"{message.path}/role", hint=hint)
