"""Tool calls in the history, and no tools.

## What it does

Finds `tool_use` and `tool_result` blocks in a request to Bedrock whose `tools` are absent or empty.

## Why it matters

Bedrock Converse is reported to answer 400: `The toolConfig field must be defined when using toolUse and
toolResult content blocks`. The Claude API and Google Cloud take such requests.

## Example

Over: a conversation with tool calls, summed up by a last request without `tools`.

Within: the same request with the tools, and `tool_choice: {"type": "none"}`.

## How to fix

Keep sending the tools; `tool_choice` `none` keeps the model from using them, and the cache stays whole.

## Source

Quoted in several public repositories; litellm 1.109.1, which puts in a tool of its own. Reports of a refusal by
the Claude API are contradicted: 52 recordings of Claude 3 to 5 were accepted there and on Google Cloud.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import ToolResult, ToolUse
from budgetcalc.findings import Finding
from budgetcalc.lint.request_facts import is_transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC425"
NAME = "tool-blocks-without-tools"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield one warning, at the first call or result."""
    request = context.request
    if request.tools or context.match.platform != "bedrock" or is_transcript(request):
        return
    for _, block in request.blocks():
        if isinstance(block, ToolUse | ToolResult):
            message = "the history has tool calls, but the request defines no tools"
            hint = "keep sending the tools, with tool_choice none if they are not to be used"
            yield Finding(ID, NAME, "warning", message, block.path, hint)
            return
