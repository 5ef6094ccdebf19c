"""The vocabularies of Claude's tokenizers, as ``hatch_build.py`` wrote them from the ``ctok`` wheel.

Each is read when first asked for. Pieces are written with one control character for each mark.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal

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


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What one tokenizer knows.

    Attributes:
        pieces: every string that is one token, marks included.
        ordered: the same, sorted by code point.
        chains: for each set of connected letters, which characters (of the value) follow which (of the key)
            inside a piece that is made of letters and marks. No piece crosses from a character to one that
            does not follow it.
        byte_prefixes: beginnings of a character's UTF-8 bytes that are one token.
        fold_quotes: whether the four curly quotes are read as ASCII ones.
        capitals_from: the letters a word in capitals needs to be written as a mark and lower case;
            ``None`` when that is never done.
    """

    pieces: frozenset[str]
    ordered: list[str]
    chains: list[dict[str, str]]
    byte_prefixes: frozenset[bytes]
    fold_quotes: bool
    capitals_from: int | None


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
    document = json.loads(block)
    ordered = pieces.decode().split("\0")
    return Vocabulary(
        pieces=frozenset(ordered),
        ordered=ordered,
        chains=document["chains"],
        byte_prefixes=frozenset(bytes.fromhex(prefix) for prefix in document["byte_prefixes"]),
        fold_quotes=document["fold_quotes"],
        capitals_from=document["capitals_from"],
    )


def _not_built(message: str) -> BudgetcalcError:
    return BudgetcalcError(
        message, hint="`pip install -e .` in the checkout writes it; a wheel always has it"
    )
