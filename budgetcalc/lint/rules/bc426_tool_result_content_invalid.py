"""A tool result holds what it may not.

## What it does

Looks at lists inside `tool_result.content`: they should not be empty, hold text, image, document,
search_result and tool_reference blocks only (browser_state for the browser), and not mix search results with
others.

## Why it matters

Reported to be answered 400: `Input tag … does not match any of the expected tags`. One source each, so a
warning.

## Example

Over:

    {"type": "tool_result", "tool_use_id": "…", "content": []}

Within:

    {"type": "tool_result", "tool_use_id": "…"}

## How to fix

Leave `content` out when there is nothing to say; send other things as text.

## Source

Create a Message, https://platform.claude.com/docs/en/api/messages/create (2026-08-21); Search results,
https://platform.claude.com/docs/en/build-with-claude/search-results (2026-08-22); pydantic-ai 2.68.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import as_text
from budgetcalc.lint.request_facts import block_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC426"
NAME = "tool-result-content-invalid"
SEVERITY: Severity = "warning"

_TYPES = ("text", "image", "document", "search_result", "tool_reference", "browser_state")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each result with such content."""
    for path, block in block_objects(context.request.body):
        content = block.get("content")
        if block.get("type") != "tool_result" or not isinstance(content, list):
            continue
        kinds = {as_text(entry.get("type", "text")) for entry in content if isinstance(entry, dict)}
        if not content:
            message, hint = "the content of a tool_result is an empty list", "leave content out"
        elif not kinds <= set(_TYPES):
            message, hint = f"a tool_result takes blocks of type {', '.join(_TYPES)}", "send it as text"
        elif "search_result" in kinds and len(kinds) > 1:
            message, hint = "a tool_result mixes search_result blocks with others", "send them apart"
        else:
            continue
        yield Finding(ID, NAME, "warning", message, f"{path}/content", hint)
