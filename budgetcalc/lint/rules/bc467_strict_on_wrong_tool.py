"""`strict` on a tool that cannot have it.

## What it does

Finds `strict` on an MCP toolset and on a computer or browser toolset, and `strict: true` on a tool that code
execution may call (`allowed_callers`).

## Why it matters

The API answers 400.

## Example

Over:

    {"name": "search", "strict": true, "allowed_callers": ["code_execution_20250825"], …}

Within: the same without `strict`.

## How to fix

Drop `strict` there.

## Source

Tool reference, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference, and
Programmatic tool calling (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.tool_facts import is_called_by_code, is_toolset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC467"
NAME = "strict-on-wrong-tool"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each tool that cannot be strict."""
    for tool in context.request.tools:
        strict = tool.raw.get("strict")
        if strict is None:
            continue
        if is_toolset(tool):
            message = "strict is not permitted on a toolset"
        elif strict is True and is_called_by_code(tool):
            message = "strict cannot go with a caller that is code execution"
        else:
            continue
        yield Finding(ID, NAME, "error", message, path=f"{tool.path}/strict", hint="drop strict")
