"""A setting changed in mid-conversation, so its cache is lost.

## What it does

Compares neighbouring requests of a conversation: model, `speed`, output format, citations, web search or
fetch (which change the system part); `tool_choice`, thinking type and budget, effort, task budget (which
change the messages). Stating a default is no change. Says how many cached tokens are paid as new, and what
that costs more. Silent where nothing was cached.

## Why it matters

Such a setting is part of the prompt: what stands after it is not read from the cache.

## Example

Over: `"thinking": {"type": "disabled"}` in the third request of a cached conversation that thought before.
Within: the same `thinking` in all of them.

## How to fix

Hold settings constant within a conversation; effort of a single message keeps the cache.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching; Structured outputs
(2026-08-22). On some models a change of thinking loses tools and system too; the lower figure is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import cache_loss
from budgetcalc.lint.prefix_changes import changed_settings, content_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC614"
NAME = "cache-settings-changed"
SEVERITY: Severity = "warning"


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning with tokens and dollars for each request whose settings lost the cache."""
    for index, before, after in context.pairs:
        changed = changed_settings(before.context, after.context)
        if not changed:
            continue
        unchanged = min(tokens for _, _, tokens in changed)
        content = content_change(before.context, after.context)
        if content is not None and content.unchanged_tokens <= unchanged:
            continue  # BC613 has said what is lost.
        loss = cache_loss(before, after, unchanged)
        if loss is not None:
            names = ", ".join(name for name, _, _ in changed)
            hint = "hold it constant within a conversation"
            yield (
                index,
                Finding(
                    ID,
                    NAME,
                    "warning",
                    f"{names} changed: {loss}",
                    path=changed[0][1],
                    hint=hint,
                    measured=loss.tokens,
                ),
            )
