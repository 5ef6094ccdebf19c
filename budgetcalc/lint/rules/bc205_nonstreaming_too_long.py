"""A request with a large `max_tokens` is not streamed.

## What it does

Warns when `stream` is not `true` and `max_tokens` is above the largest value Anthropic's client libraries
send without streaming: 21,333, and 8,192 for some spellings of Claude Opus 4 and 4.1.

## Why it matters

The Python and TypeScript libraries refuse to send it: `Streaming is required for operations that may take
longer than 10 minutes`. The limit is the client's, not the API's: plain HTTP requests pass, at the risk of a
connection that is cut. An explicit `timeout` switches the check off.

## Example

Over:

    {"max_tokens": 32000}

Within:

    {"max_tokens": 32000, "stream": true}

## How to fix

Stream and take the final message (`messages.stream(…).get_final_message()`), use a batch, or ask for less.

## Source

Errors, https://platform.claude.com/docs/en/api/errors#long-requests (2026-10-08); Python library 2.12.0,
`_calculate_nonstreaming_timeout`. 338 recordings above the limit without streaming were accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC205"
NAME = "nonstreaming-too-long"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for a long answer that is not streamed; batches and counts have nothing to stream."""
    request, limit = context.request, context.model.accepts.non_streaming_max_tokens
    if context.model.provider != "anthropic" or request.form != "messages" or request.batch:
        return
    if request.max_tokens is None or request.max_tokens <= limit or request.body.get("stream") is True:
        return
    yield Finding(
        ID,
        NAME,
        "warning",
        f"max_tokens is {request.max_tokens:,} without streaming; client libraries refuse above {limit:,}",
        path="/max_tokens",
        hint="set stream to true, use a batch, or lower max_tokens",
        measured=request.max_tokens,
        limit=limit,
    )
