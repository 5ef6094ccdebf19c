"""What stood before a kept thinking block has changed.

## What it does

On models that bind thinking to its prefix, compares `system`, the set of `tools` and the messages before a
kept thinking block with those of the request that produced it. `cache_control`, effort, `max_tokens`,
`tool_choice` and `metadata` do not count.

## Why it matters

The API answers 400: ``Invalid `signature` in `thinking` block. The block is bound to a different
conversation.`` From Claude Fable 5.2 on for everybody, on the other models for accounts created from
2026-08-31 and where `prefix_mismatch_behavior` is `error`: without it only a warning. With `drop_block`, and
in batches, the block is dropped.

## Example

Over: a tool added between two requests while the thinking of the first is kept. Within: the same history,
only appended to.

## How to fix

Only append to the history; give later instructions in a mid-conversation system message.

## Source

Preserved thinking, https://platform.claude.com/docs/en/build-with-claude/preserved-thinking; Errors,
https://platform.claude.com/docs/en/api/errors (2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested
from budgetcalc.lint.prefixes import (
    THINKING,
    block_type,
    blocks_of,
    difference,
    first_changed_message,
    messages_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext, Step

ID = "BC382"
NAME = "thinking-prefix-changed"
SEVERITY: Severity = "error"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a finding where a kept block's prefix is no longer what it was."""
    for index, before, after in context.pairs:
        binding = after.context.model.thinking.prefix_binding
        if binding == "none" or before.context.model.id != after.context.model.id:
            continue
        place = _kept_block(before, after)
        changed = _changed(before, after)
        if place is None or not changed:
            continue
        behavior = nested(after.context.request.body, "thinking", "block_binding", "prefix_mismatch_behavior")
        is_dropped = behavior == "drop_block" or (after.context.request.batch and behavior != "error")
        is_refused = not is_dropped and (binding == "always" or behavior == "error")
        outcome = "is dropped" if is_dropped else "is refused" if is_refused else "may be refused"
        message = f"a kept thinking block {outcome}: {changed} before it changed"
        hint = "only append to the history, or drop the block"
        severity: Severity = "error" if is_refused else "warning"
        yield index, Finding(ID, NAME, severity, message, path=place, hint=hint)


def _kept_block(before: Step, after: Step) -> str | None:
    """Return the place of a thinking block that answered the earlier request and is sent back."""
    start = len(messages_of(before.context.request))
    for at, message in enumerate(messages_of(after.context.request)):
        if at < start or message.get("role") != "assistant":
            continue
        for number, block in enumerate(blocks_of(message.get("content"))):
            if block_type(block) in THINKING:
                return f"/messages/{at}/content/{number}"
    return None


def _changed(before: Step, after: Step) -> str:
    one, other = before.context.request, after.context.request
    if difference(one, other, "system") is not None:
        return "the system prompt"
    if difference(one, other, "tools") == "content":
        return "the set of tools"
    changed = first_changed_message(one, other)
    return "" if changed is None else f"message {changed[0]}"
