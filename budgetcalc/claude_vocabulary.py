"""The vocabularies of Claude's tokenizers, as ``hatch_build.py`` wrote them from the ``ctok`` wheel.

Pieces are written with one control character for each mark.
"""

from __future__ import annotations

import json
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal

from budgetcalc.errors import BudgetcalcError

type Family = Literal["v3", "v4.7"]

FILE: Final = Path(__file__).parent / "_built" / "claude_vocabulary.bin"
MAGIC: Final = b"budgetcalc claude vocabulary 3\n"

# The tokenizers strip these characters from text, so they can only be marks.
WORD_BEGINS: Final = "\x01"
WORD_ENDS: Final = "\x02"
CAPITALISED: Final = "\x03"
ALL_CAPITALS: Final = "\x04"
MARKS: Final = WORD_BEGINS + WORD_ENDS + CAPITALISED + ALL_CAPITALS


class Vocabulary:
    """What one tokenizer knows. Its tables are read when they are first asked for.

    Attributes:
        fold_quotes: whether the four curly quotes are read as ASCII ones.
        capitals_from: the letters a word in capitals needs to be written as a mark and lower case;
            ``None`` when that is never done.
    """

    def __init__(self, known: dict[str, Any], start: int) -> None:
        self.fold_quotes: bool = known["fold_quotes"]
        self.capitals_from: int | None = known["capitals_from"]
        self._known = known
        self._start = start  # of the first part in the file

    @cached_property
    def trie(self) -> bytes:
        """The pieces and the byte prefixes as the loops in C read them."""
        return self._part("trie")

    @cached_property
    def ordered(self) -> list[str]:
        """Every string that is one token, marks included, sorted by code point."""
        return self._part("pieces").decode().split("\0")

    @cached_property
    def pieces(self) -> frozenset[str]:
        """The pieces as a set."""
        return frozenset(self.ordered)

    @cached_property
    def byte_prefixes(self) -> frozenset[bytes]:
        """Beginnings of a character's UTF-8 bytes that are one token."""
        return frozenset(bytes.fromhex(prefix) for prefix in self._tables["byte_prefixes"])

    @cached_property
    def chains(self) -> list[dict[str, str]]:
        """For each set of connected letters, which characters (of the value) follow which (of the key).

        That is inside a piece that is made of letters and marks. No piece crosses from a character to one
        that does not follow it.
        """
        return self._tables["chains"]  # type: ignore[no-any-return]

    @cached_property
    def _tables(self) -> dict[str, Any]:
        return json.loads(self._part("tables"))  # type: ignore[no-any-return]

    def _part(self, name: str) -> bytes:
        offset, size = self._known[name]
        with FILE.open("rb") as file:
            file.seek(self._start + offset)
            return file.read(size)


@cache
def load_vocabulary(family: Family) -> Vocabulary:
    """Return the vocabulary of a family: ``v3`` (Claude 3 to 4.6) or ``v4.7`` (Opus 4.7 and later).

    Raises:
        BudgetcalcError: the file the build writes is missing or was written by another version.
    """
    try:
        with FILE.open("rb") as file:
            if file.readline(len(MAGIC)) != MAGIC:
                raise _not_built("the vocabulary of Claude's tokenizers was written by another version")
            head = file.readline()
    except FileNotFoundError:
        raise _not_built("the vocabulary of Claude's tokenizers is missing") from None
    return Vocabulary(json.loads(head)[family], len(MAGIC) + len(head))


def _not_built(message: str) -> BudgetcalcError:
    return BudgetcalcError(
        message, hint="`pip install -e .` in the checkout writes it; a wheel always has it"
    )
