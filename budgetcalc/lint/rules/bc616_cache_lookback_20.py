"""The breakpoint is too far from the last one to find it.

## What it does

In a conversation, counts the blocks between the previous request's last breakpoint and the next breakpoint
of this one. A run of neighbouring `tool_use` or `tool_result` blocks counts as one. Says how many cached
tokens are paid as new, and what that costs more.

## Why it matters

The API looks for an entry at most 20 blocks back from a breakpoint.

## Example

Over: 25 blocks of text since the last breakpoint, and one breakpoint at the end. Within: a second breakpoint
in between.

## How to fix

Set an intermediate breakpoint, or leave the earlier one where it was.

## Source

Prompt caching, https://platform.claude.com/docs/en/build-with-claude/prompt-caching (2026-08-22); that runs
of tool blocks count as one was measured by pydantic-ai, and does not hold on Bedrock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.cache_loss import cache_loss, live_breakpoints
from budgetcalc.lint.prefix_changes import content_change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetcalc.conversation import Request
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC616"
NAME = "cache-lookback-20"
SEVERITY: Severity = "warning"

_LOOKBACK = 20


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield a warning where no breakpoint is near enough to the last entry."""
    for index, before, after in context.pairs:
        old, new = live_breakpoints(before.context), live_breakpoints(after.context)
        if not old or not new or content_change(before.context, after.context) is not None:
            continue
        positions = _positions(after.context.request)
        last = _position(positions, old[-1].path)
        following = [p for mark in new if (p := _position(positions, mark.path)) is not None]
        if last is None or any(p == last for p in following):
            continue
        later = [p - last for p in following if p > last]
        if not later or min(later) <= _LOOKBACK:
            continue
        loss = cache_loss(before, after, 0)
        if loss is not None:
            message = (
                f"the next breakpoint is {min(later)} blocks after the last entry, over {_LOOKBACK}: {loss}"
            )
            hint = "set an intermediate breakpoint, or keep the earlier one"
            yield (
                index,
                Finding(
                    ID,
                    NAME,
                    "warning",
                    message,
                    path=new[-1].path,
                    hint=hint,
                    measured=min(later),
                    limit=_LOOKBACK,
                ),
            )


def _positions(request: Request) -> dict[str, int]:
    """Return the position of each tool and block; a run of tool calls or results has one."""
    found: dict[str, int] = {}
    position, run = 0, None
    blocks = [block for message in request.messages for block in message.blocks]
    for path, kind in (
        *((tool.path, None) for tool in request.tools),
        *(
            (block.path, type(block) if isinstance(block, ToolUse | ToolResult) else None)
            for block in (*request.system, *blocks)
        ),
    ):
        if kind is None or kind is not run:
            position += 1
        run = kind
        found[path] = position
    return found


def _position(positions: Mapping[str, int], path: str) -> int | None:
    """Return the position of the block with this path, or of the one that holds it."""
    while path:
        if path in positions:
            return positions[path]
        path = path.rpartition("/")[0]
    return None
