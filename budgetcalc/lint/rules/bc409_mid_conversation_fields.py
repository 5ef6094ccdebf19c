"""A system message has a field without its beta header, or with a wrong value.

## What it does

`clear_at` needs `mid-conversation-system-clear-at-2026-08-21` and is `never` or `next_user_message`; such a
message takes no `cache_control`. `output_config` on a message needs
`mid-conversation-output-config-2026-07-01`. Headers are judged only where they are known.

## Why it matters

The API answers 400: `messages.2.output_config: Extra inputs are not permitted`. For `clear_at` there is one
source only, so a warning.

## Example

Over, without the header:

    {"role": "system", "output_config": {"effort": "low"}}

Within: the same with the header.

## How to fix

Send the header, or leave the field out.

## Source

pydantic-ai 2.68.0 and the list of betas of anthropic 2.12.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import message_objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC409"
NAME = "mid-conversation-fields"
SEVERITY: Severity = "error"

EFFORT_BETA = "mid-conversation-output-config-2026-07-01"
CLEAR_BETA = "mid-conversation-system-clear-at-2026-08-21"
_CLEAR_AT = ("never", "next_user_message")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each such field."""
    request = context.request

    def is_missing(beta: str) -> bool:
        return request.betas_known and beta not in context.betas

    for path, message in message_objects(request.body):
        if message.get("role") != "system":
            continue
        if message.get("output_config") is not None and is_missing(EFFORT_BETA):
            text = f"output_config: Extra inputs are not permitted in a message without {EFFORT_BETA}"
            yield Finding(ID, NAME, "error", text, f"{path}/output_config", "send the beta header")
        clear_at = message.get("clear_at")
        if clear_at is None:
            continue
        if is_missing(CLEAR_BETA):
            text = f"clear_at: Extra inputs are not permitted without {CLEAR_BETA}"
            yield Finding(ID, NAME, "warning", text, f"{path}/clear_at", "send the beta header")
        if clear_at not in _CLEAR_AT:
            text = f"clear_at should be one of {', '.join(_CLEAR_AT)}"
            yield Finding(ID, NAME, "warning", text, f"{path}/clear_at", "use one of them")
        marked = next(_marked(message), None)
        if marked is not None:
            text = "a system message with clear_at takes no cache_control"
            yield Finding(ID, NAME, "warning", text, f"{path}{marked}/cache_control", "mark another block")


def _marked(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield where in the message a breakpoint is."""
    content = message.get("content")
    if message.get("cache_control") is not None:
        yield ""
    for index, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, dict) and block.get("cache_control") is not None:
            yield f"/content/{index}"
