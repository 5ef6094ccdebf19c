"""A server tool may run as often as the model likes.

## What it does

Finds web search without `max_uses`, web fetch without `max_uses` and `max_content_tokens`, and the advisor
without `max_uses` and `max_tokens`.

## Why it matters

Searches cost 10 USD per 1,000, and what they find is billed as input, in later turns too. A fetched page can
be 125,000 tokens; each advice reads the whole conversation at the advisor's price.

## Example

Over:

    {"type": "web_search_20250305", "name": "web_search"}

Within:

    {"type": "web_search_20250305", "name": "web_search", "max_uses": 5}

## How to fix

Set a limit.

## Source

Web search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool, and the pages
of web fetch and the advisor (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC603"
NAME = "server-tool-uncapped"
SEVERITY: Severity = "warning"

_CAPS = {
    "web_search_": ("max_uses",),
    "web_fetch_": ("max_uses", "max_content_tokens"),
    "advisor_": ("max_uses", "max_tokens"),
}


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each server tool without any of its limits."""
    for tool in context.request.tools:
        caps = next((caps for prefix, caps in _CAPS.items() if tool.type.startswith(prefix)), None)
        if caps is not None and all(tool.raw.get(cap) is None for cap in caps):
            choice = " or ".join(caps)
            message = f"the server tool {printable(tool.type, limit=40)} has no {choice}"
            yield Finding(ID, NAME, "warning", message, path=tool.path, hint=f"set {choice}")
