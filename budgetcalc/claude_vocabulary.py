"""The vocabularies of Claude's tokenizers, as ``hatch_build.py`` wrote them from the ``ctok`` wheel.

Each is read when first asked for. Pieces are written with one control character for each mark.
"""

from __future__ import annotations

import json
import zlib
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Literal

from budgetcalc.errors import BudgetcalcError

type Family = Literal["v3", "v4.7"]

FILE: Final = Path(__file__).parent / "_built" / "claude_vocabulary.bin"
MAGIC: Final = b"budgetcalc claude vocabulary 2\n"

# The tokenizers strip these characters from text, so they can only be marks.
WORD_BEGINS: Final = "\x01"
WORD_ENDS: Final = "\x02"
CAPITALISED: Final = "\x03"
ALL_CAPITALS: Final = "\x04"
MARKS: Final = WORD_BEGINS + WORD_ENDS + CAPITALISED + ALL_CAPITALS


class Vocabulary:
    """What one tokenizer knows.

    Attributes:
        ordered: every string that is one token, marks included, sorted by code point.
        chains: for each set of connected letters, which characters (of the value) follow which (of the key)
            inside a piece that is made of letters and marks. No piece crosses from a character to one that
            does not follow it.
        byte_prefixes: beginnings of a character's UTF-8 bytes that are one token.
        fold_quotes: whether the four curly quotes are read as ASCII ones.
        capitals_from: the letters a word in capitals needs to be written as a mark and lower case;
            ``None`` when that is never done.
    """

    def __init__(self, ordered: list[str], known: dict[str, Any]) -> None:
        self.ordered = ordered
        self.chains: list[dict[str, str]] = known["chains"]
        self.byte_prefixes = frozenset(bytes.fromhex(prefix) for prefix in known["byte_prefixes"])
        self.fold_quotes: bool = known["fold_quotes"]
        self.capitals_from: int | None = known["capitals_from"]

    @cached_property
    def pieces(self) -> frozenset[str]:
        """The pieces as a set."""
        return frozenset(self.ordered)


@cache
def load_vocabulary(family: Family) -> Vocabulary:
    """Return the vocabulary of a family: ``v3`` (Claude 3 to 4.6) or ``v4.7`` (Opus 4.7 and later).

    Raises:
        BudgetcalcError: the file the build writes is missing or was written by another version.
    """
    try:
        content = FILE.read_bytes()
    except FileNotFoundError:
        raise _not_built("the vocabulary of Claude's tokenizers is missing") from None
    if not content.startswith(MAGIC):
        raise _not_built("the vocabulary of Claude's tokenizers was written by another version")
    head, _, blocks = content[len(MAGIC) :].partition(b"\n")
    sizes: dict[str, int] = json.loads(head)
    start = sum(size for _, size in takewhile(lambda item: item[0] != family, sizes.items()))
    block, _, pieces = zlib.decompress(blocks[start : start + sizes[family]]).partition(b"\n")
    return Vocabulary(pieces.decode().split("\0"), json.loads(block))


def _not_built(message: str) -> BudgetcalcError:
    return BudgetcalcError(
        message, hint="`pip install -e .` in the checkout writes it; a wheel always has it"
    )
