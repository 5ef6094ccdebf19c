"""JSON with comments and trailing commas, as tools read their own settings (``tsconfig.json``)."""

from __future__ import annotations

import json
import re
from typing import Any

from budgetcalc.patterns import pattern

# What is never closed goes on to the end, so that no text is looked at twice.
_STRING = r'("(?:\\.|[^"\\])*(?:"|\\?\Z))'
_COMMENT = pattern(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_TRAILING_COMMA = pattern(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)


def decode_commented(text: str) -> Any:
    """Return the value of JSON that may hold comments and trailing commas.

    Raises:
        ValueError: it is broken beyond that, or nested too deeply.
    """
    bare = text.removeprefix("\ufeff")
    for extra in (_COMMENT, _TRAILING_COMMA):
        bare = extra.sub(lambda found: found[1] or " ", bare)
    try:
        return json.loads(bare)
    except RecursionError as error:
        raise ValueError(str(error)) from None
