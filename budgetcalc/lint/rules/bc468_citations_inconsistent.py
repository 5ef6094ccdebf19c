"""Citations are on for some sources and off for others.

## What it does

Finds documents, or search results, that differ in `citations.enabled`; search results without text; a tool
result that mixes search results with other blocks; and search results without citations beside web search,
which always cites.

## Why it matters

The API answers 400.

## Example

Over: two documents, one with `"citations": {"enabled": true}`. Within: both with it.

## How to fix

Switch citations on for all or for none.

## Source

Citations, https://platform.claude.com/docs/en/build-with-claude/citations; Search results,
https://platform.claude.com/docs/en/build-with-claude/search-results (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, SearchResult, Text, ToolResult
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC468"
NAME = "citations-inconsistent"
SEVERITY: Severity = "error"

_HINT = "switch citations on for all or for none"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each kind of source that differs, and for each search result of a wrong form."""
    request = context.request
    blocks = [block for _, block in request.blocks()]
    documents = [block for block in blocks if isinstance(block, Document)]
    results = [block for block in blocks if isinstance(block, SearchResult)]
    for name, cited in (
        ("documents", [(block.path, block.citations) for block in documents]),
        ("search results", [(block.path, block.citations) for block in results]),
    ):
        on = sum(enabled for _, enabled in cited)
        if 0 < on < len(cited):
            path = next(path for path, enabled in cited if not enabled)
            message = f"citations are enabled on {on} of {len(cited)} {name}: all or none"
            yield Finding(ID, NAME, "error", message, path=path, hint=_HINT, measured=on, limit=len(cited))
    for result in results:
        if not result.content or not all(isinstance(inner, Text) for inner in result.content):
            message = "a search result needs content, and text only"
            yield Finding(ID, NAME, "error", message, path=result.path, hint="give its text blocks")
    for answer in blocks:
        if isinstance(answer, ToolResult):
            found = sum(isinstance(inner, SearchResult) for inner in answer.content)
            if 0 < found < len(answer.content):
                message = "a tool result may not mix search results with other blocks"
                yield Finding(ID, NAME, "error", message, path=answer.path, hint="give search results only")
    searches = any(tool.type.startswith("web_search_") for tool in request.tools)
    silent = next((result for result in results if not result.citations), None)
    if searches and silent is not None:
        message = "search results must have citations enabled beside web search"
        yield Finding(ID, NAME, "error", message, path=silent.path, hint="enable citations")
