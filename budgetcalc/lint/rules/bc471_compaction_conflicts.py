"""Compaction is asked for together with what it excludes.

## What it does

Finds top-level `compaction` beside `context_management`, `stop_sequences`, an output format,
`task_budget.remaining`, a forced `tool_choice`, or with a conversation that ends in an unanswered
`tool_use`.

## Why it matters

The API answers 400: a compaction request returns the summary and nothing else.

## Example

Over:

    {"compaction": {"type": "summarize"}, "stop_sequences": ["END"]}

Within:

    {"compaction": {"type": "summarize"}}

## How to fix

Send the compaction as a request of its own.

## Source

anthropic 2.12.0 (Python SDK), BetaCompactionConfigParam; pydantic-ai-slim 2.68.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested
from budgetcalc.lint.request_facts import forces_tool
from budgetcalc.lint.strict_schemas import output_formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC471"
NAME = "compaction-conflicts"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each thing a compaction request cannot have."""
    request = context.request
    body = request.body
    if body.get("compaction") is None:
        return
    last = request.messages[-1] if request.messages else None
    waits = last is not None and any(isinstance(block, ToolUse) for block in last.blocks)
    excluded = (
        ("context_management", "/context_management", body.get("context_management") is not None),
        ("stop_sequences", "/stop_sequences", bool(body.get("stop_sequences"))),
        ("an output format", "/output_config/format", any(True for _ in output_formats(request))),
        (
            "task_budget.remaining",
            "/output_config/task_budget/remaining",
            nested(body, "output_config", "task_budget", "remaining") is not None,
        ),
        ("a forced tool_choice", "/tool_choice", forces_tool(request)),
        ("an unanswered tool_use", last.path if last else "", waits),
    )
    for what, path, holds in excluded:
        if holds:
            message = f"compaction cannot go with {what}"
            yield Finding(ID, NAME, "error", message, path=path, hint="compact in a request of its own")
