"""A container that nothing can run in.

## What it does

Finds `container` without a tool that runs code, skills without the code execution tool, and an object that
holds only an id, which stands as a plain string.

## Why it matters

The API answers 400: `container: Input should be a valid string`. There is one report only, so it is a
warning.

## Example

Over, without a code execution tool:

    {"container": {"skills": [{"type": "anthropic", "skill_id": "xlsx"}]}}

Within: the same with a `code_execution_…` tool.

## How to fix

Add the code execution tool, or drop the container.

## Source

Skills guide, https://platform.claude.com/docs/en/build-with-claude/skills-guide (2026-08-22);
pydantic-ai-slim 2.68.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.tool_facts import runs_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC472"
NAME = "container-misuse"
SEVERITY: Severity = "warning"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield a warning for a container without use or of a wrong form."""
    container = context.request.body.get("container")
    if isinstance(container, dict) and set(container) == {"id"}:
        message = "container with only an id must be the id itself, a string"
        yield Finding(ID, NAME, "warning", message, path="/container", hint="give the id as a string")
    if container is None or any(runs_code(tool) for tool in context.request.tools):
        return
    has_skills = isinstance(container, dict) and bool(container.get("skills"))
    what = "skills need" if has_skills else "a container needs"
    message = f"{what} a tool that runs code, and none is given"
    yield Finding(ID, NAME, "warning", message, path="/container", hint="add a code execution tool")
