"""A newer web tool with callers that the model does not have.

## What it does

Finds web search and web fetch of 20260209 and later, whose results are filtered by code, on models without
programmatic tool calling unless `allowed_callers` is `["direct"]`; an empty `allowed_callers`; and
`code_execution_20250825` as their caller.

## Why it matters

The API answers 400.

## Example

Over, on Claude Haiku 4.5:

    {"type": "web_search_20260209", "name": "web_search"}

Within:

    {"type": "web_search_20260209", "name": "web_search", "allowed_callers": ["direct"]}

## How to fix

Set `allowed_callers` to `["direct"]`, or use the earlier version of the tool.

## Source

Server tools, https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools (2026-08-22);
pydantic-ai-slim 2.68.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.tool_facts import DIRECT, callers
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC486"
NAME = "web-tools-callers"
SEVERITY: Severity = "error"

_DATED = pattern(r"web_(?:search|fetch)_([0-9]{8})")
_FIRST_WITH_CODE = "20260209"
_TOO_OLD = "code_execution_20250825"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each web tool whose callers are refused."""
    for tool in context.request.tools:
        dated = _DATED.match(tool.type)
        if dated is None or dated.group(1) < _FIRST_WITH_CODE:
            continue
        named = callers(tool)
        if tool.raw.get("allowed_callers") == []:
            message = "allowed_callers is empty"
        elif _TOO_OLD in named:
            message = f"{_TOO_OLD} cannot call this version of the tool"
        elif not context.model.accepts.programmatic_calling and named != [DIRECT]:
            message = f"{context.model.id} cannot call this version of the tool from code"
        else:
            continue
        hint = 'set allowed_callers to ["direct"], or use an earlier version of the tool'
        yield Finding(ID, NAME, "error", message, path=tool.path, hint=hint)
