"""Counts the tokens Claude's tokenizers make of a text. Exact: equal to ``ctok`` on every text.

The tokenizers do not merge pairs. They write a text as words between marks (begin and end of word,
capital, all capitals), where a lone space between two marked runs is part of the marks, and cut the
result into the fewest pieces of their vocabulary. The rules here are those that ctok (MIT, Sander Land) measured
with Anthropic's ``count_tokens``; the engine is this package's own:

    text ─ normalise ─ runs of characters of a class ─ marks around them ─ fewest pieces
                       claude_characters               └ claude_tiling, or native/words.c where it was built ┘
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Protocol

from budgetcalc import native
from budgetcalc.claude_characters import SUFFIXES, facts
from budgetcalc.claude_vocabulary import MARKS, load_vocabulary
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from types import ModuleType

    from budgetcalc.claude_vocabulary import Family, Vocabulary


def count_claude_text(text: str, vocabulary: Family, *, after_mark: bool = False, closes: bool = True) -> int:
    """Return the tokens of ``text`` as a part of a request.

    Args:
        text: any string.
        vocabulary: ``v3`` for Claude 3 to 4.6, ``v4.7`` for Opus 4.7 and everything later.
        after_mark: the text follows a begin-of-word mark of its frame, as a message does up to Opus 4.7.
            The mark stands for one leading space, and is a token of its own where nothing takes it.
        closes: the text ends its message; line ends at its end are read together with the two of the
            frame. Otherwise they count like any others.

    Returns:
        Tokens, without those of the frame. With ``after_mark`` this is ctok's count less 7 (version 3.0)
        or 11 (4.7); without it and for ``v4.7``, ctok's count less 6 (4.8).
    """
    tiler = _tiler(vocabulary)
    normal = normalise(text, fold_quotes=load_vocabulary(vocabulary).fold_quotes)
    tokens = 0
    if closes:
        body = normal.rstrip("\n")
        if line_ends := len(normal) - len(body):
            tokens = tiler.count("\n" * (line_ends + 2), False) - 1
        normal = body
    # The mark takes one space the author wrote, not one that normalising made or laid bare.
    if after_mark and text.startswith(" ") and normal.startswith(" ") and not normal.startswith("  "):
        normal = normal[1:]
    return tokens + tiler.count(normal, after_mark)


class Tiler(Protocol):
    """Counts normalised texts with one vocabulary."""

    def count(self, text: str, after_mark: bool, /) -> int:
        """Return the tokens of a normalised text with nothing, or the begin mark of a frame, before it."""


@cache
def _tiler(family: Family) -> Tiler:
    if words := native.load("words"):
        return _native_tiler(words, load_vocabulary(family))
    from budgetcalc.claude_tiling import PythonTiler

    return PythonTiler(load_vocabulary(family))


def _native_tiler(words: ModuleType, vocabulary: Vocabulary) -> Tiler:
    from_letters = -1 if vocabulary.capitals_from is None else vocabulary.capitals_from
    tiler: Tiler = words.Tiler(vocabulary.trie, MARKS, from_letters, f" {' '.join(sorted(SUFFIXES))} ", facts)
    return tiler


# ---- normalising -------------------------------------------------------------------------------------

_CONTROLS = pattern("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_PRIVATE = pattern("[\ue000-\uf8ff]")
_SURROGATES = pattern("[\ud800-\udfff]")
_SPACES = pattern("[\x00\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_NORMALISED = pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\u0e4d\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\ud800-\uf8ff]"
)
_ASCII_NORMAL = dict.fromkeys((*range(1, 9), *range(11, 32), 127)) | {0: " "}
_CURLY_QUOTES = {"‘": "'", "’": "'", "“": '"', "”": '"'}
_FAR_FROM_LATIN = pattern("[^\x00-\u02ff]{32,}")
_LONG_MARKS = pattern(r"[^\w\x00-\u02ff]{32,}")


def normalise(text: str, *, fold_quotes: bool) -> str:
    """Return the text the tokenizer sees.

    Canonical composition; control and private-use characters gone; every space but the ideographic one,
    and NUL, a plain space; Thai SARA AM composed; ``fold_quotes`` (Claude 3 to 4.6) makes curly quotes
    ASCII. Lone surrogates become U+FFFD.
    """
    if text.isascii():
        return text.translate(_ASCII_NORMAL)
    if not unicodedata.is_normalized("NFC", text):
        # Python's composition is quadratic in unordered combining marks.
        text = _FAR_FROM_LATIN.sub(lambda run: _LONG_MARKS.sub(_order_marks, run[0]), text)
        text = unicodedata.normalize("NFC", text)
    if _NORMALISED.search(text):
        # In this order: what one step removes must not stop or start another.
        text = _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))
        text = text.replace("\u0e4d\u0e32", "\u0e33")
        text = _SPACES.sub(" ", _PRIVATE.sub("", text))
    if fold_quotes:
        for curly, plain in _CURLY_QUOTES.items():
            text = text.replace(curly, plain)
    return text


def _order_marks(run: re.Match[str]) -> str:
    """Return the characters in canonical order, by a sort where the standard library inserts."""
    characters = _decomposed(run[0])
    ordered: list[str] = []
    marks: list[str] = []
    for character in characters:
        if unicodedata.combining(character):
            marks.append(character)
        else:
            ordered += sorted(marks, key=unicodedata.combining)
            ordered.append(character)
            marks.clear()
    return "".join(ordered + sorted(marks, key=unicodedata.combining))


def _decomposed(text: str) -> str:
    """Return every character decomposed by itself, in the order of the text."""
    return "".join(unicodedata.normalize("NFD", character) for character in text)
