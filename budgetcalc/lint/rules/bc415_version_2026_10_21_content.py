"""Content that version 2026-10-21 of the API refuses.

## What it does

With `anthropic-version: 2026-10-21`, where what is around the body says it, finds `document` blocks directly
in assistant messages, and citations on texts of the user (or in a `search_result`).

## Why it matters

The API answers 400. Typical when the text of an answer is sent back as part of a question.

## Example

Over, with anthropic-version 2026-10-21:

    {"role": "user", "content": [{"type": "text", "text": "…", "citations": [{…}]}]}

Within: the same with anthropic-version: 2023-06-01, or without the citations.

## How to fix

Strip `citations` when text of the model is used again, move documents to the user; or stay on 2023-06-01.

## Source

Migration guide, https://platform.claude.com/docs/en/api/migration-2026-10-21.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, SearchResult, Text, walk
from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Block
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC415"
NAME = "version-2026-10-21-content"
SEVERITY: Severity = "error"

_VERSION = "2026-10-21"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each block that the version no longer takes."""
    request = context.request
    if request.api_version != _VERSION:
        return
    for message in request.messages:
        for block in message.blocks:
            if message.role == "assistant" and isinstance(block, Document):
                text = f"a document cannot stand in an assistant message with version {_VERSION}"
                yield Finding(ID, NAME, "error", text, block.path, "move it to a message of the user")
            if message.role == "user":
                for cited in _cited_texts(block):
                    text = f"citations are not permitted on this text with version {_VERSION}"
                    yield Finding(ID, NAME, "error", text, f"{cited.path}/citations", "strip them")


def _cited_texts(block: Block) -> Iterator[Text]:
    """Yield the texts with citations: the block itself, or those of search results in it."""
    results = [inner for inner in walk(block) if isinstance(inner, SearchResult)]
    texts = chain((block,), chain.from_iterable(result.content for result in results))
    return (text for text in texts if isinstance(text, Text) and text.citations)
