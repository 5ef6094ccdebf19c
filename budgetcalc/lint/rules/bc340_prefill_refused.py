"""The request ends in an assistant message that the model cannot go on with.

## What it does

Finds a last message of the assistant ("prefill") on models that take none (Claude 4.6 and later), and with
manual thinking. A turn that waits for a server tool is resumed and no prefill. A body without `max_tokens`,
or a bare list of messages, asks for no answer and may end with one.

## Why it matters

The API answers 400: `This model does not support assistant message prefill. The conversation must end with
a user message.` With manual thinking: `Expected thinking or redacted_thinking, but found text.`

## Example

Over, on such a model:

    {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "{"}]}

Within:

    {"messages": [{"role": "user", "content": "…"}]}

## How to fix

End with a user message; for a fixed form of the answer use `output_config.format`.

## Source

Errors, https://platform.claude.com/docs/en/api/errors#prefill-not-supported, and Thinking,
https://platform.claude.com/docs/en/build-with-claude/thinking (both 2026-10-08). A final message that starts
with its thinking is only doubted: no report says what the API does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import Turn, is_manual, prefill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC340"
NAME = "prefill-refused"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error when the model cannot go on with the last message."""
    last = prefill(context.request)
    redeems = context.request.body.get("fallback_credit_token") is not None
    # A call without its result is the business of BC420.
    if last is None or redeems or (last.blocks and isinstance(last.blocks[-1], ToolUse)):
        return
    severity: Severity = "error"
    if not context.model.accepts.prefill:
        message = f"{context.model.id} does not support assistant message prefill"
    elif is_manual(context):
        message = "the conversation ends in an assistant message while thinking is enabled"
        if Turn(last.role, last.blocks).starts_with_thinking:
            severity = "warning"
    else:
        return
    hint = "end the conversation with a user message; output_config.format fixes the form of an answer"
    yield Finding(ID, NAME, severity, message, path=last.path, hint=hint)
