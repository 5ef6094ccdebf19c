"""A search result is sent back without what makes it readable.

## What it does

Finds `web_search_result` entries of earlier turns without `encrypted_content`.

## Why it matters

The API answers 400: the text of a result is only in that field.

## Example

Over:

    {"type": "web_search_result", "url": "https://example.com", "title": "Example"}

Within: the same with its `encrypted_content`.

## How to fix

Send the assistant's message back whole.

## Source

Web search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ServerTool
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC482"
NAME = "web-search-result-incomplete"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each incomplete result."""
    for _, block in context.request.blocks():
        if not isinstance(block, ServerTool) or block.type != "web_search_tool_result":
            continue
        for index, result in objects(block.raw.get("content")):
            if result.get("type") == "web_search_result" and not result.get("encrypted_content"):
                message = "a web search result has no encrypted_content"
                path = f"{block.path}/content/{index}"
                yield Finding(ID, NAME, "error", message, path=path, hint="send the message back whole")
