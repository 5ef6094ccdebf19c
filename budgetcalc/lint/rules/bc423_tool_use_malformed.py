r"""A tool call in the history has an id or input of the wrong form.

## What it does

Checks that `tool_use.input` is an object, that ids of calls and results hold letters, digits, `_` and `-` only, and
that the tool's name has 1 to 200 characters. Ids of calls that the server makes begin with `srvtoolu_`.

## Why it matters

The API answers 400: `tool_use.input: Input should be a valid dictionary`, or `tool_use.id: String should match
pattern '^[a-zA-Z0-9_-]+$'`. Ids of other vendors often hold `:` or `.`.

## Example

Over:

    {"type": "tool_use", "id": "call:1", "name": "search", "input": "{\"q\": 1}"}

Within:

    {"type": "tool_use", "id": "call_1", "name": "search", "input": {"q": 1}}

## How to fix

Parse the arguments into an object; rewrite the ids, the same way in calls and results.

## Source

Messages API reference, https://platform.claude.com/docs/en/api/messages/create (2026-08-21).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ServerTool, ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC423"
NAME = "tool-use-malformed"
SEVERITY: Severity = "error"

LONGEST_NAME = 200
_ID = pattern(r"[a-zA-Z0-9_-]+")
_SERVER_ID = pattern(r"srvtoolu_[a-zA-Z0-9_]+")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each call or result the API would not read."""
    for _, block in context.request.blocks():
        if isinstance(block, ToolUse):
            if not isinstance(block.input, dict):
                message = "the input of a tool call is no object"
                yield Finding(ID, NAME, "error", message, f"{block.path}/input", "parse the arguments")
            if not _ID.fullmatch(block.id):
                yield _bad_id(f"{block.path}/id")
            if not 1 <= len(block.name) <= LONGEST_NAME:
                message = (
                    f"the name of a tool call has {len(block.name):,} characters, not 1 to {LONGEST_NAME}"
                )
                yield Finding(
                    ID, NAME, "error", message, f"{block.path}/name", "", len(block.name), LONGEST_NAME
                )
        elif isinstance(block, ServerTool) and block.type == "server_tool_use":
            given = block.raw.get("id")
            if not isinstance(given, str) or not _SERVER_ID.fullmatch(given):
                message = "the id of a server tool's call should match '^srvtoolu_[a-zA-Z0-9_]+$'"
                yield Finding(ID, NAME, "error", message, f"{block.path}/id", "send the block as it came")
        elif isinstance(block, ToolResult) and not _ID.fullmatch(block.tool_use_id):
            yield _bad_id(f"{block.path}/tool_use_id")


def _bad_id(path: str) -> Finding:
    message = "the id of a tool call is empty or holds something else than letters, digits, _ and -"
    return Finding(ID, NAME, "error", message, path, "rewrite it, the same way in the call and its result")
