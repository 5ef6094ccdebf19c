"""A system message stands where none may stand.

## What it does

On models that take system messages inside `messages`: one must follow a user turn, or an assistant turn that
ends in a server tool's result, and be followed by an assistant turn or the end. Neighbouring system messages
count as one; entries that only set the effort may stand anywhere. In a bare list of messages, which is no
request yet, it is only a warning.

## Why it matters

The API answers 400.

## Example

Over:

    {"messages": [{"role": "system", "content": "…"}, {"role": "user", "content": "…"}]}

Within:

    {"messages": [{"role": "user", "content": "…"}, {"role": "system", "content": "…"}]}

## How to fix

Put it behind a user turn; what holds from the start belongs into the top-level `system`.

## Source

Mid-conversation system messages,
https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages (2026-08-22).
Recordings have it accepted behind a user turn and behind the result of a web search.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_effort_only, is_transcript, message_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Message
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC408"
NAME = "system-role-placement"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each run of system messages in a wrong place."""
    request = context.request
    if not context.model.accepts.system_messages:
        return
    severity: Severity = "warning" if is_transcript(request) else "error"
    said = [
        message
        for message, (_, raw) in zip(request.messages, message_objects(request.body), strict=True)
        if not is_effort_only(raw)
    ]
    runs = [(role, list(same)) for role, same in groupby(said, key=lambda message: message.role)]
    for index, (role, messages) in enumerate(runs):
        if role != "system":
            continue
        before = runs[index - 1] if index else None
        after = runs[index + 1] if index + 1 < len(runs) else None
        problem = _problem(before, after)
        if problem:
            hint = "put it behind a user turn, or into the top-level system"
            yield Finding(ID, NAME, severity, problem, messages[0].path, hint)


def _problem(before: tuple[str, list[Message]] | None, after: tuple[str, list[Message]] | None) -> str:
    if before is None:
        return "a system message is the first entry of messages"
    role, messages = before
    last = messages[-1].blocks[-1:]
    ends_in_result = bool(last) and getattr(last[0], "type", "").endswith("_tool_result")
    if role != "user" and not (role == "assistant" and ends_in_result):
        return "a system message does not follow a user turn"
    if after is not None and after[0] != "assistant":
        return "a system message is followed by something else than an assistant turn"
    return ""
