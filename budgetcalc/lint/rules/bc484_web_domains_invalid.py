"""The domains of web search or web fetch cannot be used.

## What it does

Finds `allowed_domains` together with `blocked_domains`, entries with a scheme (`https://…`) or a `*` in the
host, and warns of an entry with a path for web fetch, which never matches.

## Why it matters

The API answers 400, or the entry does nothing.

## Example

Over:

    {"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["https://example.com"]}

Within:

    {"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["example.com"]}

## How to fix

Write bare domains, in one of both lists.

## Source

Server tools, https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC484"
NAME = "web-domains-invalid"
SEVERITY: Severity = "error"

_LISTS = ("allowed_domains", "blocked_domains")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a finding for each list or entry that is wrong."""
    for tool in context.request.tools:
        if not tool.type.startswith(("web_search_", "web_fetch_")):
            continue
        if all(tool.raw.get(name) for name in _LISTS):
            message = "allowed_domains and blocked_domains cannot both be given"
            yield Finding(ID, NAME, "error", message, path=tool.path, hint="keep one of them")
        for name in _LISTS:
            for index, domain in enumerate(texts(tool.raw.get(name))):
                path = f"{tool.path}/{name}/{index}"
                host, _, rest = domain.partition("/")
                if "://" in domain:
                    message = "a domain is given with its scheme"
                    yield Finding(ID, NAME, "error", message, path=path, hint="leave https:// out")
                elif "*" in host:
                    message = "a domain has a * in its host"
                    yield Finding(
                        ID, NAME, "error", message, path=path, hint="a domain includes its subdomains"
                    )
                elif rest and tool.type.startswith("web_fetch_"):
                    message = "a domain with a path never matches in web fetch"
                    yield Finding(ID, NAME, "warning", message, path=path, hint="give the domain alone")
