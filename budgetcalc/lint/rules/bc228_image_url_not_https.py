"""An image or document by a URL that the API may not fetch.

## What it does

Finds `url` sources with another scheme than `https`, and hosts that only your network knows.

## Why it matters

The API fetches the URL while it answers; where it cannot, it answers 400. Not confirmed for today's API, so
off unless it is selected.

## Example

Over:

    {"type": "url", "url": "http://localhost:8080/a.png"}

Within:

    {"type": "url", "url": "https://example.com/a.png"}

## How to fix

Serve it over https on a public host, or send the bytes.

## Source

Reported in public repositories (2025 to 2026).
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import block_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC228"
NAME = "image-url-not-https"
SEVERITY: Severity = "warning"

_PRIVATE_NAMES = ("localhost", ".local", ".localhost", ".internal", ".lan")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for each URL that is doubtful."""
    for path, block in block_objects(context.request.body):
        source = block.get("source")
        if block.get("type") not in ("image", "document") or not isinstance(source, dict):
            continue
        url = source.get("url")
        if source.get("type") != "url" or not isinstance(url, str):
            continue
        message = _doubt(url)
        if message:
            hint = "serve it over https on a public host, or send the bytes"
            yield Finding(ID, NAME, "warning", message, path=f"{path}/source/url", hint=hint)


def _doubt(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return "the URL cannot be read"
    if parts.scheme.lower() != "https":
        return "the URL is not https"
    return "the host is known in a private network only" if _is_private(host) else ""


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_NAMES)
