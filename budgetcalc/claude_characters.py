"""What a character is to Claude's tokenizers: its class, which says what runs it goes into, and its capitals.

These rules and tables are those that ctok (MIT, Sander Land) measured with Anthropic's ``count_tokens``. They are
written once, for the loops in Python (``claude_tiling``) and for those in C (``native/words.c``), which ask
:func:`facts` about every character they meet for the first time.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from budgetcalc.claude_vocabulary import ALL_CAPITALS, CAPITALISED, WORD_BEGINS, WORD_ENDS

# ---- classes -----------------------------------------------------------------------------------------

# One letter for each class of characters. ctok calls the first two wordy; `'` and `p` punct; `0` and `d` digit;
# ` ` and `s` space; the rest hard.
#   w  letters of words, and the alphabetic marks that can open one
#   m  the other alphabetic marks; without a letter before them they open a word of their own
#   '  the apostrophe          p  other punctuation and symbols that tile together
#   0  ASCII digits            d  Arabic-Indic digits       n  other decimal digits     o  other numbers
#   q  punctuation, symbols, format characters and non-alphabetic marks outside `p`
#   v  variation selectors     h  hard letters: ideographs, Hangul syllables, everything astral
#      the space               s  the tab, the line end and every other white space
CLASSES: Final = "wm'p0dnoqvh s"  # in the order of native/words.c

_CASE_PAIRS: Final = {"\u1c89": "\u1c8a", "\ua7cb": "\u0264"}  # of Unicode 16, which Python may not know
_NEW_CASED: Final = frozenset({*_CASE_PAIRS, *_CASE_PAIRS.values()})
_SYMBOL_LETTERS: Final = ((0x16EE, 0x16F0), (0x2160, 0x2188), (0x24B6, 0x24E9), (0xA6E6, 0xA6EF))
_HARD_LETTERS: Final = (
    (0x3005, 0x3006), (0x3031, 0x3035), (0x303B, 0x303C), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
)  # fmt: skip
_ARABIC_INDIC: Final = ((0x0660, 0x0669), (0x06F0, 0x06F9))
_SELECTORS: Final = ((0xFE00, 0xFE0F),)
_SYRIAC_VOWELS: Final = ((0x0711, 0x0711), (0x0730, 0x073F))
_IDEOGRAPHIC: Final = ((0x3001, 0x303F),)
_IDEOGRAPHIC_SYMBOLS: Final = frozenset("〄〒〓〠〶〷〾〿")
_PUNCTUATION: Final = frozenset("—»«•°„–−£§€…√†→（№└│།·─═█")


class _Classes(dict[int, str]):
    """The class of each character, found when first met."""

    def __missing__(self, code: int) -> str:
        if code > 0xFFFF:
            return "h"
        is_common = 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3  # many in a text, each met once
        found = self[code] = "h" if is_common else _class(chr(code))
        return found


CLASS_OF: Final = _Classes()


def _class(character: str) -> str:
    """Return the class of a character of the basic plane, as ctok's tables and Unicode have it."""
    code = ord(character)
    category = unicodedata.category(character)
    if character in _NEW_CASED or _within(code, _SYMBOL_LETTERS):
        return "w"
    if category[0] == "Z" or character in "\t\n":
        return " " if character == " " else "s"
    if category == "Nd" and (character.isascii() or _within(code, _ARABIC_INDIC)):
        return "0" if character.isascii() else "d"
    if character in _PUNCTUATION or (character.isascii() and category[0] in "PS"):
        return "'" if character == "'" else "p"
    if _within(code, _SELECTORS):
        return "v"
    # `regex` may know marks this Python does not.
    if category[0] == "M" or category == "Cn":
        mark = _mark_class(character, code)
        if mark:
            return mark
    if category[0] == "L" and not _within(code, _HARD_LETTERS):
        return "w"
    if (category[0] in "PS" or category in {"Cf", "Cn"}) and not (
        _within(code, _IDEOGRAPHIC) and (category[0] == "P" or character in _IDEOGRAPHIC_SYMBOLS)
    ):
        return "q"
    return {"Nd": "n", "No": "o"}.get(category, "h")


def _mark_class(character: str, code: int) -> str:
    """Return the class of a combining mark; ``""`` for what is none."""
    import regex  # ~20 ms, and few texts have marks

    if not regex.match(r"\p{M}", character):
        return ""
    if not regex.match(r"\p{Alphabetic}", character):
        return "q"
    return "m" if unicodedata.combining(character) and not _within(code, _SYRIAC_VOWELS) else "w"


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


# What an apostrophe makes no word of its own of, but the end of the one before.
SUFFIXES: Final = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})

# ---- capitals ----------------------------------------------------------------------------------------


_NEVER_SMALL: Final = "ẞ"  # a word with it stays as it is


def spell(word: str, capitals_from: int | None) -> str:
    """Return the word between its marks, with capitals written as a mark and small letters.

    That is done for a word with a capital at its head only, and, where ``capitals_from`` is not ``None``,
    for one in capitals of at least that many letters. Any other word stays as it is.
    """
    mark, body = "", word
    if word[0].islower():
        pass
    elif word.isascii():
        if word.istitle():
            mark, body = CAPITALISED, word.lower()
        elif capitals_from is not None and len(word) >= capitals_from and word.isupper():
            mark, body = ALL_CAPITALS, word.lower()
    elif word.lower() == word and _CASE_PAIRS.keys().isdisjoint(word):
        pass
    elif _NEVER_SMALL not in word:
        mark = _case_mark(word, capitals_from)
        if mark:
            body = "".join(map(_small, word))
    return f"{mark}{WORD_BEGINS}{body}{WORD_ENDS}"


def _case_mark(word: str, capitals_from: int | None) -> str:
    # İ keeps its form: it hinders neither a capital at the head nor, there, is one.
    head, rest = word[0], word[1:].replace("İ", "")
    if capitals_from is not None and len(word) >= capitals_from and _in_capitals(word):
        return ALL_CAPITALS
    return CAPITALISED if _is_capital(head) and not any(map(_is_capital, rest)) else ""


def _in_capitals(word: str) -> bool:
    """Whether every letter and mark of the word is a capital; symbols without case do not count."""
    capitals = [letter for letter in word if _is_capital(letter)]
    return bool(capitals) and not any(map(_stops_capitals, {*word}.difference(capitals)))


def _stops_capitals(letter: str) -> bool:
    """Whether a word with this letter, which is no capital, is not all in capitals."""
    return letter.islower() or letter in _NEW_CASED or unicodedata.category(letter)[0] in "LM"


def _is_capital(letter: str) -> bool:
    """Whether making the letter small makes it another."""
    return _small(letter) != letter and (letter.isupper() or letter in _CASE_PAIRS)


def _small(letter: str) -> str:
    # The tokenizers leave these two as they are.
    return letter if letter in "İϴ" else _CASE_PAIRS.get(letter, letter.lower())


# ---- for the loops in C --------------------------------------------------------------------------------

_CAPITAL, _STOPS_CAPITALS, _NEVER_SPELLED, _SYMBOL = (1 << bit for bit in range(4, 8))


def facts(code: int) -> int:
    """Return all that counting needs to know of a character, as the bits that native/words.c names."""
    kind = CLASS_OF[code]
    known = CLASSES.index(kind) + 1
    if kind not in "wm":
        return known
    character = chr(code)
    category = unicodedata.category(character)
    capital = _is_capital(character)
    return (
        known
        | _CAPITAL * capital
        | _STOPS_CAPITALS * (not capital and _stops_capitals(character))
        | _NEVER_SPELLED * (character == _NEVER_SMALL)
        | _SYMBOL * (category in {"So", "Cn"})
        | ord(_small(character)) << 16
    )
