"""`thinking.block_binding` where it is not taken.

## What it does

The field needs the beta header `thinking-binding-controls-2026-08-01` (judged only where the headers are
known) and thinking that is on; its `prefix_mismatch_behavior` is `error` or `drop_block`.

## Why it matters

The API answers 400: `block_binding: Extra inputs are not permitted`.

## Example

Over:

    {"thinking": {"type": "disabled", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}}

Within:

    {"thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}}

## How to fix

Send the header, or leave the field out.

## Source

Preserved thinking, https://platform.claude.com/docs/en/build-with-claude/preserved-thinking, and Errors,
https://platform.claude.com/docs/en/api/errors (both 2026-10-08).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC318"
NAME = "thinking-block-binding"
SEVERITY: Severity = "error"

BETA = "thinking-binding-controls-2026-08-01"
_BEHAVIOURS = (None, "error", "drop_block")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each reason why the field is refused."""
    request = context.request
    given = request.body.get("thinking")
    binding = given.get("block_binding") if isinstance(given, dict) else None
    if binding is None or request.thinking is None:
        return
    path = "/thinking/block_binding"
    if request.betas_known and BETA not in context.betas:
        message = f"thinking.block_binding: Extra inputs are not permitted without {BETA}"
        yield Finding(ID, NAME, "error", message, path, "send the beta header, or leave the field out")
    if request.thinking.type in ("disabled", "between_tools"):
        message = f"block_binding cannot go with thinking.type {request.thinking.type}"
        yield Finding(ID, NAME, "error", message, path, "leave it out")
    if not isinstance(binding, dict):
        yield Finding(ID, NAME, "error", "block_binding should be an object", path, "leave it out")
    elif binding.get("prefix_mismatch_behavior") not in _BEHAVIOURS:
        message = "prefix_mismatch_behavior should be 'error' or 'drop_block'"
        yield Finding(ID, NAME, "error", message, f"{path}/prefix_mismatch_behavior", "use one of them")
