"""A search result is not sent back as it was returned.

## What it does

Where the same file holds the recorded answer, compares the web search results in it with those the next
request sends back: `encrypted_content` of the results, `encrypted_index` of citations.

## Why it matters

The API answers 400: these fields are verified.

## Example

Over: a result whose `encrypted_content` was shortened for a log. Within: the answer's `content` appended
unchanged.

## How to fix

Append the response's content whole.

## Source

Web search tool, https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool (2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding
from budgetcalc.lint.body_values import is_masked, objects
from budgetcalc.lint.prefixes import is_same_answer, messages_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import SequenceContext

ID = "BC483"
NAME = "web-search-result-altered"
SEVERITY: Severity = "error"

_SEALED = ("encrypted_content", "encrypted_index")


def check(context: SequenceContext) -> Iterator[tuple[int, Finding]]:
    """Yield an error where sealed values differ from the recorded answer's."""
    for index, before, after in context.pairs:
        at = len(messages_of(before.context.request))
        messages = messages_of(after.context.request)
        if before.response is None or at >= len(messages) or messages[at].get("role") != "assistant":
            continue
        returned = _sealed(before.response.get("content"))
        altered = [v for v in _sealed(messages[at].get("content")) if v not in returned and not is_masked(v)]
        is_its_answer = is_same_answer(before.response.get("content"), messages[at].get("content"))
        if is_its_answer and returned and altered and not any(map(is_masked, returned)):
            message = (
                f"{len(altered)} sealed values of web search results are not those of the recorded answer"
            )
            path = f"/messages/{at}/content"
            hint = "append the response's content unchanged"
            yield index, Finding(ID, NAME, "error", message, path=path, hint=hint)


def _sealed(content: Any) -> set[str]:
    """Return the sealed values of the search results and citations of a turn."""
    found = set()
    for _, block in objects(content):
        for key in ("content", "citations"):
            for _, entry in objects(block.get(key)):
                found |= {value for name in _SEALED if isinstance(value := entry.get(name), str)}
    return found
