"""`user_location` of web search is not usable.

## What it does

Finds a `type` other than `approximate`, and a location without city, region, country or timezone, or whose
country is no two letters.

## Why it matters

The API answers 400. The list of supported countries is not published, so a country is judged by its form
only.

## Example

Over:

    {"type": "web_search_20250305", "name": "web_search", "user_location": {"type": "approximate"}}

Within: the same with `"country": "DE"`.

## How to fix

Give `"type": "approximate"` and at least one place.

## Source

Web search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC485"
NAME = "web-user-location"
SEVERITY: Severity = "error"

_PLACES = ("city", "region", "country", "timezone")
_COUNTRY = pattern(r"[A-Za-z]{2}")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each location that is refused."""
    for tool in context.request.tools:
        location = tool.raw.get("user_location")
        if not tool.type.startswith("web_search_") or not isinstance(location, dict):
            continue
        path = f"{tool.path}/user_location"
        if location.get("type") != "approximate":
            message = "the type of user_location is not approximate"
            yield Finding(ID, NAME, "error", message, path=path, hint="use approximate")
        if not any(location.get(place) for place in _PLACES):
            message = f"user_location has none of {', '.join(_PLACES)}"
            yield Finding(ID, NAME, "error", message, path=path, hint="give at least one")
        country = location.get("country")
        if country is not None and not (isinstance(country, str) and _COUNTRY.fullmatch(country)):
            message = "the country of user_location is no code of two letters"
            yield Finding(ID, NAME, "error", message, path=f"{path}/country", hint="write DE, US, …")
