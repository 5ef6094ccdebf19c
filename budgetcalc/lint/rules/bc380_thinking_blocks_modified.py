"""Thinking of the latest turn is not what the API returned.

## What it does

Where the same file holds the recorded answer, compares its `thinking` and `redacted_thinking` blocks with
those the next request sends back in its latest assistant turn: edited text or signature, another order, some
left out. All of them left out is not judged here, nor is an answer that may be that of another run (no id or
signature in common), nor is text put into a block that came back empty.

## Why it matters

The API answers 400: ```thinking` or `redacted_thinking` blocks in the latest assistant message cannot be
modified``. Typical of code that filters blocks by type.

## Example

Over: an answer with `thinking` and `redacted_thinking`, sent back with the first only. Within: the answer's
`content` appended unchanged.

## How to fix

Append the response's content whole.

## Source

Errors, https://platform.claude.com/docs/en/api/errors (2026-10-08);
https://github.com/anthropics/claude-code/issues/63267.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import is_masked
from budgetcalc.lint.prefixes import THINKING, block_type, blocks_of, is_same_answer, messages_of
from budgetcalc.lint.request_facts import thinks
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC380"
NAME = "thinking-blocks-modified"
SEVERITY: Severity = "error"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield an error where the latest turn's thinking differs from the recorded answer."""
    for index, before, after in context.pairs:
        at = len(messages_of(before.context.request))
        messages = messages_of(after.context.request)
        latest = max((i for i, turn in enumerate(messages) if turn.get("role") == "assistant"), default=-1)
        if before.response is None or latest != at or not thinks(after.context):
            continue
        returned, replayed = _thinking(before.response.get("content")), _thinking(messages[at].get("content"))
        is_its_answer = is_same_answer(before.response.get("content"), messages[at].get("content"))
        if replayed and is_its_answer and not _is_same(returned, replayed):
            message = (
                f"the latest turn's thinking is not as it was returned: {plural(len(replayed), 'block')} sent back,"
                f" {len(returned)} recorded"
            )
            hint = "append the response's content unchanged"
            path = f"/messages/{at}/content"
            yield (
                index,
                Finding(
                    ID,
                    NAME,
                    "error",
                    message,
                    path=path,
                    hint=hint,
                    measured=len(replayed),
                    limit=len(returned),
                ),
            )


def _thinking(content: Any) -> list[Any]:
    return [block for block in blocks_of(content) if block_type(block) in THINKING]


def _is_same(returned: list[Any], replayed: list[Any]) -> bool:
    return len(returned) == len(replayed) and all(
        one.get(key) == other.get(key)
        for one, other in zip(returned, replayed, strict=True)
        for key in ("type", "signature", "data", "thinking")
        if not _says_nothing(key, one, other)
    )


def _says_nothing(key: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether a difference is none: a masked recording, or text put into a block that came without."""
    return is_masked(one.get(key)) or is_masked(other.get(key)) or (key == "thinking" and not one.get(key))
