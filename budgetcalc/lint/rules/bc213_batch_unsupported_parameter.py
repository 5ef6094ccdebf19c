"""A parameter that no batch item may have.

## What it does

Finds `stream: true`, threads (`store`, `thread`, `previous_thread_event_id`), `cache_hint`, `context_hint`,
`research_preview_2026_02: "active"` and `billing_policy.bill_to: "user_profile"` in the `params` of a batch
item. A request that only the flag `--batch` makes one earns a warning. `speed` is judged by BC461,
`max_tokens: 0` by BC207.

## Why it matters

The item, or the whole batch, is refused, mostly hours later.

## Example

Over:

    {"custom_id": "a", "params": {"stream": true, …}}

Within:

    {"custom_id": "a", "params": {…}}

## How to fix

Leave the parameter out; a batch answers when it is done.

## Source

Batch processing, https://platform.claude.com/docs/en/build-with-claude/batch-processing (2026-08-22);
anthropic 2.12.0, the docstring of `billing_policy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC213"
NAME = "batch-unsupported-parameter"
SEVERITY: Severity = "error"

_ABSENT = ("store", "thread", "previous_thread_event_id", "cache_hint", "context_hint")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each such parameter."""
    if not context.request.batch:
        return
    body = context.request.body
    policy = body.get("billing_policy")
    found = [("stream", "stream: true")] if body.get("stream") is True else []
    found += [(key, key) for key in _ABSENT if body.get(key) is not None]
    if body.get("research_preview_2026_02") == "active":
        found.append(("research_preview_2026_02", "research_preview_2026_02: active"))
    if isinstance(policy, dict) and policy.get("bill_to") == "user_profile":
        found.append(("billing_policy/bill_to", "billing_policy.bill_to: user_profile"))
    severity: Severity = "error" if context.request.form == "batch" else "warning"
    for path, shown in found:
        message = f"{shown} is not supported inside a batch"
        yield Finding(ID, NAME, severity, message, path=f"/{path}", hint="leave it out")
