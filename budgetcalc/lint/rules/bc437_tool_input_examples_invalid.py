"""An example of a tool's input does not fit its schema.

## What it does

Holds each entry of `input_examples` against `input_schema`: types, required and excluded properties, enums,
bounds. Alternatives and patterns are taken to fit. The field on a server tool or a toolset is refused too.

## Why it matters

The API answers 400.

## Example

Over:

    {"input_schema": {"type": "object", "required": ["city"]}, "input_examples": [{"town": "Bern"}]}

Within:

    {"input_schema": {"type": "object", "required": ["city"]}, "input_examples": [{"city": "Bern"}]}

## How to fix

Correct the example, or the schema.

## Source

Define tools, https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.tool_schemas import misfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC437"
NAME = "tool-input-examples-invalid"
SEVERITY: Severity = "error"

_ON_THE_SERVER = ("web_search_", "web_fetch_", "code_execution_", "tool_search_tool_", "advisor_")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each tool with such examples, at the first one."""
    for tool in context.request.tools:
        examples = tool.raw.get("input_examples")
        path = f"{tool.path}/input_examples"
        if examples is None:
            continue
        if not tool.is_custom:
            if tool.type.startswith(_ON_THE_SERVER) or "toolset" in tool.type:
                message = "input_examples is not permitted on this tool"
                yield Finding(ID, NAME, "error", message, path, "leave it out")
        elif not isinstance(examples, list):
            yield Finding(ID, NAME, "error", "input_examples should be a list", path, "give a list")
        else:
            places = ((index, misfit(example, tool.input_schema)) for index, example in enumerate(examples))
            index, place = next((found for found in places if found[1] is not None), (0, None))
            if place is not None:
                message = f"an example does not fit input_schema: entry {index + 1:,} of {len(examples):,}"
                yield Finding(ID, NAME, "error", message, f"{path}/{index}{place}", "correct the example")
