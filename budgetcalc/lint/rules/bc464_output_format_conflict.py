"""Structured output together with what excludes it.

## What it does

Finds `output_config.format` beside citations (a document, a search result or web fetch with
`citations.enabled`), and beside a final assistant message on models that still take one.

## Why it matters

The API answers 400.

## Example

Over:

    {"output_config": {"format": …}, "messages": [… {"type": "document", "citations": {"enabled": true}, …}]}

Within: one of both.

## How to fix

Drop the citations or the format; end with a user turn.

## Source

Structured outputs, feature compatibility,
https://platform.claude.com/docs/en/build-with-claude/structured-outputs (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, SearchResult
from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import nested
from budgetcalc.lint.request_facts import prefill
from budgetcalc.lint.strict_schemas import output_formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC464"
NAME = "output-format-conflict"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for the first citing part, and one for a prefill."""
    request = context.request
    where = next((path for path, _ in output_formats(request)), None)
    if where is None:
        return
    citing = next(_citing(request), None)
    if citing is not None:
        message = "structured output cannot go with citations"
        yield Finding(ID, NAME, "error", message, path=citing, hint="drop the citations or the output format")
    if context.model.accepts.prefill and prefill(request) is not None:
        message = "structured output cannot go with a final assistant message"
        hint = "end with a user turn"
        yield Finding(ID, NAME, "error", message, path=request.messages[-1].path, hint=hint)


def _citing(request: Request) -> Iterator[str]:
    for _, block in request.blocks():
        if isinstance(block, Document | SearchResult) and block.citations:
            yield block.path
    for tool in request.tools:
        if nested(tool.raw, "citations", "enabled") is True:
            yield tool.path
