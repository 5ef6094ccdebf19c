"""A text was cut in the middle of a character.

## What it does

Finds unpaired UTF-16 surrogates, such as the high half of an emoji without the low one. They are counted as
U+FFFD. NaN, Infinity and trailing commas are refused as the file is read.

## Why it matters

The API answers 400: `The request body is not valid JSON: no low surrogate in string`.

## Example

Over: a text that ends with the first six characters of an escaped emoji.

Within: the same without them, or with both halves.

## How to fix

Cut strings between characters, not between UTF-16 units (in JavaScript: `Array.from(text)`).

## Source

Quoted in several public repositories (2024 to 2026).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC232"
NAME = "invalid-unicode"
SEVERITY: Severity = "error"


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield one error, at the first place."""
    places = context.request.unpaired_surrogates
    if places:
        strings = "1 string holds" if len(places) == 1 else f"{len(places):,} strings hold"
        message = f"{strings} an unpaired UTF-16 surrogate, half of a cut emoji: the body is no valid JSON"
        yield Finding(ID, NAME, "error", message, places[0], "cut texts between characters")
