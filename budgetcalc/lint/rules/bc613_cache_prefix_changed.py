"""A conversation goes on with another beginning, so its cache is lost.

## What it does

Compares tools, system prompt and earlier messages of neighbouring requests of a conversation: added,
removed, edited or reordered tools, reordered keys in a schema or in the input of a call, an edited system
prompt, an edited message. Says how many cached tokens are paid as new, and what that costs more. Silent
where nothing was cached.

## Why it matters

The cache is read up to the first difference. Languages whose maps have no order (Go, Swift) reorder keys by
themselves.

## Example

Over: a tool added in the second request of a conversation with `cache_control`. Within: the same tools in
the same order.

## How to fix

Keep the prefix as it is; sort keys; add tools by `defer_loading` and tool search.

## Source

Prompt caching, troubleshooting, https://platform.claude.com/docs/en/build-with-claude/prompt-caching
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import cache_loss
from budgetcalc.lint.prefix_changes import content_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC613"
NAME = "cache-prefix-changed"
SEVERITY: Severity = "warning"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning with tokens and dollars for each request that lost its prefix."""
    for index, before, after in context.pairs:
        change = content_change(before.context, after.context)
        if change is None or before.context.model.id != after.context.model.id:
            continue
        loss = cache_loss(before, after, change.unchanged_tokens)
        if loss is not None:
            hint = "keep what is cached as it was, and append only"
            yield (
                index,
                Finding(
                    ID,
                    NAME,
                    "warning",
                    f"{change.what}: {loss}",
                    path=change.path,
                    hint=hint,
                    measured=loss.tokens,
                ),
            )
