"""Two beta features exclude each other.

## What it does

Finds `fine-grained-tool-streaming` with a computer or browser toolset, `agent-memory` with `managed-agents`,
and top-level `compaction` with a `compact_20260112` edit.

## Why it matters

The API answers 400.

## Example

Over: `anthropic-beta: agent-memory-2026-07-22, managed-agents-2026-04-01`. Within: one of both.

## How to fix

Drop one of them.

## Source

Tool reference, https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference; Beta headers,
https://platform.claude.com/docs/en/api/beta-headers (2026-08-22); pydantic-ai-slim 2.68.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.tool_facts import is_screen_toolset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC515"
NAME = "beta-conflict"
SEVERITY: Severity = "error"

_STREAMING = "fine-grained-tool-streaming-2025-05-14"
_MEMORY, _AGENTS = "agent-memory-2026-07-22", "managed-agents-2026-04-01"
_COMPACTION = "compact-2026-09-04"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each pair that excludes each other."""
    request, betas = context.request, context.betas
    toolset = next((tool for tool in request.tools if is_screen_toolset(tool)), None)
    if _STREAMING in betas and toolset is not None:
        message = f"the beta {_STREAMING} cannot go with a computer or browser toolset"
        yield Finding(ID, NAME, "error", message, path=toolset.path, hint="drop the header")
    if {_MEMORY, _AGENTS} <= betas:
        message = f"the betas {_MEMORY} and {_AGENTS} exclude each other"
        yield Finding(ID, NAME, "error", message, hint="drop one of them")
    if _COMPACTION in betas and request.body.get("compaction") is not None and request.compacts:
        message = "top-level compaction and a compaction edit exclude each other"
        yield Finding(ID, NAME, "error", message, path="/compaction", hint="drop one of them")
