r"""A stop sequence is empty or only white space.

## What it does

Looks at each entry of `stop_sequences`.

## Why it matters

The API answers 400: `stop_sequences: each stop sequence must contain non-whitespace`.

## Example

Over:

    {"stop_sequences": ["\n\n"]}

Within:

    {"stop_sequences": ["\n\nHuman:"]}

## How to fix

Drop the entry, or stop at a text that can be seen.

## Source

litellm 1.109.1; reported live on 2026-10-04.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC453"
NAME = "stop-sequence-blank"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each blank stop sequence."""
    sequences = context.request.body.get("stop_sequences")
    for index, sequence in enumerate(sequences if isinstance(sequences, list) else ()):
        if isinstance(sequence, str) and not sequence.strip():
            message = "each stop sequence must contain non-whitespace"
            yield Finding(ID, NAME, "error", message, path=f"/stop_sequences/{index}", hint="drop it")
