"""Cuts a normalised text into the fewest pieces of a vocabulary, in Python. ``native/words.c`` does it in C.

    blocks ─ words │ gaps between words ─ runs ─ units ─ fewest pieces
             │       └ both counted once per distinct string
             └ hard letters (Han, Hangul, emoji): one by one, for each distinct one

It is linear, because every cut is at a place no piece of the vocabulary crosses: around marked words,
around runs of equal white space, around runs of ASCII digits, around each hard letter, and between two letters
that meet in no piece (tests hold this over both vocabularies). So a count is a sum over distinct strings.
Strings that are new and many are counted together, as one text, instead of one by one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from functools import cache, cached_property
from operator import mul
from typing import TYPE_CHECKING, Final

from budgetcalc.claude_characters import CLASS_OF, SUFFIXES, spell
from budgetcalc.claude_vocabulary import ALL_CAPITALS, CAPITALISED, MARKS, WORD_BEGINS, WORD_ENDS
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from budgetcalc.claude_vocabulary import Vocabulary

# Texts are worked through in blocks of about this many characters, so that memory does not grow with the text.
BLOCK: Final = 1 << 18

# What is remembered, per vocabulary: this many words and gaps, none longer than MEMORABLE characters.
MEMORY: Final = 1 << 16
MEMORABLE: Final = 64

# So many new strings at least are counted together, and not remembered one by one.
TOGETHER: Final = 256
FEW: Final = 200  # look-ups among the pieces before a set is made of them

# Texts of up to so many characters repeat too little for their words to be counted.
SHORT: Final = 512

# The hard letter that stands for a run of them, once their tokens are counted.
HARD: Final = "文"

# Runs of one character are shortened to about this length before they are tiled.
LONG_RUN: Final = 320


_CUT = pattern(r"(?<=\n)(?!\n)|(?<=[A-Za-z]) (?=[A-Za-z])")
_LINES = pattern(r"[^\n]*\n+|[^\n]+")


def _blocks(text: str) -> Iterator[str]:
    """Yield blocks of text whose counts add up, the one the text begins with first.

    They are cut after line ends, or at a free space. Lines in ASCII are counted apart from the others, which
    take longer.
    """
    start = 0
    while start < len(text) or not start:
        cut = _CUT.search(text, start + BLOCK) if start + BLOCK < len(text) else None
        block = text[start : cut.start() if cut else len(text)]
        start = cut.end() if cut else len(text) + 1
        if block.isascii():
            yield block
        else:
            lines = _LINES.findall(block)
            in_ascii = [line for line in lines if line.isascii()]
            others = [line for line in lines if not line.isascii()]
            yield from map("".join, (in_ascii, others) if lines[0].isascii() else (others, in_ascii))


# ---- words and the gaps between them -----------------------------------------------------------------

# Letters that words are made of, the marks that go on with one, and characters that can stand beside a word
# without changing it. What is in none of these takes the general way, with the words it touches.
_LETTERS: Final = (
    "A-Za-zÀ-ÖØ-öø-ʯ"
    "\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u03ff"
    "\u0400-\u0481\u048a-\u052f\u0531-\u0556\u0561-\u0587"
    "\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u06d5\u06fa-\u06fc"
    "\u0900-\u093b\u093d-\u094c\u094e-\u0950\u0955-\u0963\u0971-\u097f"
    "\u0980-\u0983\u0985-\u098c\u0993-\u09a8\u09aa-\u09b0\u09b6-\u09b9\u09bd-\u09c4\u09c7\u09c8\u09cb\u09cc\u09ce"
    "\u0b85-\u0b8a\u0b8e-\u0b90\u0b92-\u0b95\u0bae-\u0bb9\u0bbe-\u0bc2\u0bc6-\u0bc8\u0bca-\u0bcc"
    "\u0c05-\u0c0c\u0c0e-\u0c10\u0c12-\u0c28\u0c2a-\u0c39\u0c3d-\u0c44\u0c46-\u0c48\u0c4a-\u0c4c"
    "\u0e01-\u0e37\u0e40-\u0e46\u1000-\u1036\u1038\u103b-\u103f\u10d0-\u10fa\u1780-\u17b3\u17b6-\u17c8"
    "\u1e00-\u1eff\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
)
_GOING_ON: Final = (
    "\u05b0-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u0657\u0659-\u065f\u0670"
    "\u06d6-\u06dc\u06e1-\u06e4\u06e7\u06e8\u06ed\u0c55\u0c56\u0e38-\u0e3a"
)
_BESIDE: Final = (
    "\\x00-@\\[-`{-\\x7f\xa1-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf×÷"
    "\u060c\u061b\u061f\u0660-\u066d\u06d4\u06f0-\u06f9\u093c\u094d\u0964-\u0970\u09bc\u09cd\u09e6-\u09ef\u0bcd\u0c4d"
    "\u0e3f\u0e47-\u0e4c\u0e4e-\u0e5b\u1037\u1039\u103a\u1040-\u1049\u17d2\u200b-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u249b"
    f"\u2500-\u2bff\u3000-\u3030\u30fb{HARD}\ufe00-\ufe0f\uff01-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_SUFFIX: Final = f"'(?:{'|'.join(sorted(SUFFIXES))})"

# An apostrophe after a letter opens the suffix of a contraction. After anything else that depends on more,
# so a word as short as a suffix with an apostrophe before it goes the general way too.
# This pattern begins with its letters, which is how `re` finds words at speed.
_ASCII_WORDS = pattern(rf"([A-Za-z]++(?<!'[a-z])(?<!'[a-z]{{2}})(?:{_SUFFIX}(?![A-Za-z]))*+)")

# The rules for runs (below) in short, for what stands between two words and is ASCII without a letter.
_SIGNS: Final = r"[!-/:-@\[-`{-~]"
_ASCII_MARKS: Final = (
    (pattern(rf"(?<= )(?={_SIGNS})(?!'a)"), WORD_BEGINS),
    (pattern(rf"(?<={_SIGNS})(?= (?! ))"), WORD_ENDS),
    (pattern(f"(?<=[a{WORD_ENDS}]) (?=[a{WORD_BEGINS}])"), ""),
)
_ASCII_UNITS = pattern(rf"{WORD_BEGINS}?{_SIGNS}+{WORD_ENDS}?| +|\t+|\n+|0+")


def _is_plain(gap: str) -> bool:
    """Whether the short rules hold for a gap."""
    return gap.isascii() and gap.upper() == gap.lower()


_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_ASCII_ZEROS: Final = str.maketrans("123456789", "000000000")


def _all_digits_zero(text: str) -> str:
    """Return the text with every ASCII digit a zero: they all cost the same."""
    # `str.translate` is fast on ASCII only.
    return text.translate(_ASCII_ZEROS) if text.isascii() else text.encode().translate(_ZEROS).decode()


@cache
def _all_words() -> re.Pattern[str]:
    letter, unsafe = f"[{_LETTERS}]", f"[^{_BESIDE}]"
    stem = f"{letter}(?<!{unsafe}{letter})[{_LETTERS}{_GOING_ON}]*+(?<!'[a-z])(?<!'[a-z]{{2}})"
    return re.compile(f"({stem}(?:{_SUFFIX}(?!{unsafe}))*+)(?!{unsafe})")


def _chain_pattern(links: dict[str, str]) -> re.Pattern[str]:
    """Return a pattern that finds chains of characters that can meet in a piece, two of them at least."""
    # Where a pattern begins with alternatives of one literal each, `re` finds it at speed.
    linked = "|".join(f"{_one_of(firsts)}(?={_one_of(seconds)})" for firsts, seconds in links.items())
    return re.compile(f"(?:{linked})(?:{linked})*+.", re.DOTALL)


def _one_of(characters: str) -> str:
    escaped = re.escape(characters)
    return escaped if len(characters) == 1 else f"[{escaped}]"


# What may follow a beginning of pieces, letter by letter; "" says that a piece ends there.
type _Node = dict[str, _Node]


class _Memo[V](dict[str, V]):
    """A function of a string that remembers short ones: all it has met, until there are too many."""

    def __init__(self, function: Callable[[str], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> V:
        value = self._function(key)
        if len(key) <= MEMORABLE:
            if len(self) >= MEMORY:
                self.clear()
            self[key] = value
        return value


def _total(costs: _Memo[int], times: Counter[str]) -> int:
    return sum(map(mul, times.values(), map(costs.__getitem__, times)))


def _total_by_count(costs: _Memo[int], times: Counter[str], together: Callable[[list[str]], int]) -> int:
    """Return the total, where many strings that are new and equally frequent are counted together."""
    tokens = 0
    new: dict[int, list[str]] = {}
    known = costs.get
    for string, count in times.items():
        cost = known(string)
        if cost is None:
            new.setdefault(count, []).append(string)
        else:
            tokens += cost * count
    for count, strings in new.items():
        if len(strings) < TOGETHER:
            tokens += count * sum(map(costs.__getitem__, strings))
        else:
            tokens += count * together(strings)
    return tokens


class PythonTiler:
    """Counts text with one vocabulary, remembering the strings it has met."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.units = _Memo(self._fewest)
        self._words = _Memo(self._word)
        self._gaps = _Memo(self._gap)
        self._alone = _Memo(self._without_hard)
        self._tails = _Memo(self._tail)
        self._between = _Memo(self._hard_gap)
        self._savings = _Memo(self._saving)
        self._characters = _Memo(self._character)
        self._nodes = _Memo(self._node)
        self._longest = _Memo(self._longest_run)
        self._patterns: dict[int, re.Pattern[str]] = {}
        self._is_piece: Callable[[str], bool] = self._seek
        self._sought = 0
        self._longest_marked = max(
            map(len, vocabulary.ordered[: bisect_left(vocabulary.ordered, "\t")]), default=1
        )

    def count(self, text: str, after_mark: bool, /) -> int:
        """Return the tokens of a normalised text with nothing, or the begin mark of a frame, before it."""
        if len(text) <= SHORT and text.isascii():
            parts = _ASCII_WORDS.split(text.translate(_ASCII_ZEROS))
            tokens = self._ends(parts, after_mark=after_mark) + sum(map(self._words.__getitem__, parts[1::2]))
            return tokens + sum(map(self._gaps.__getitem__, parts[2:-1:2]))
        tokens = 0
        words: Counter[str] = Counter()
        gaps: Counter[str] = Counter()
        for block in _blocks(_all_digits_zero(text)):
            if block.isascii():
                parts = _ASCII_WORDS.split(block)
            else:
                if hard := _HARD_LETTERS_RUN.findall(block):
                    tokens += _total(self._characters, Counter("".join(hard)))
                    block = _HARD_LETTERS_RUN.sub(HARD, block)  # noqa: PLW2901
                parts = _all_words().split(block)
            tokens += self._ends(parts, after_mark=after_mark)
            words.update(parts[1::2])
            gaps.update(parts[2:-1:2])
            if len(words) + len(gaps) > MEMORY:
                tokens += self._words_and_gaps(words, gaps)
                words.clear()
                gaps.clear()
            after_mark = False
        return tokens + self._words_and_gaps(words, gaps)

    def _ends(self, parts: list[str], *, after_mark: bool) -> int:
        """Return the tokens of what stands before the first word and after the last one."""
        head, tail = parts[0], parts[-1]
        if len(parts) == 1:
            return self._without_hard(head, after_mark=True) if after_mark else self._alone[head]
        tokens = self._tails[tail] if tail else 0
        if head:
            tokens += self._without_hard(f"{head}a", after_mark=after_mark) - self._words["a"]
        return tokens

    def _tail(self, tail: str) -> int:
        return self._without_hard(f"a{tail}") - self._words["a"]

    def _words_and_gaps(self, words: Counter[str], gaps: Counter[str]) -> int:
        return _total_by_count(self._words, words, self._words_together) + _total_by_count(
            self._gaps, gaps, self._gaps_together
        )

    # ---- words

    def _word(self, word: str) -> int:
        """Return the tokens of a word between its marks, and of the contraction suffixes after it."""
        stem, *suffixes = word.split("'")
        tokens = self._fewest(spell(stem, self.vocabulary.capitals_from))
        return tokens + sum(self.units[f"'{suffix}{WORD_ENDS}"] for suffix in suffixes)

    def _words_together(self, words: list[str]) -> int:
        """Return the tokens of many words, each met once.

        Every character is a token to begin with. What pieces save, they save in chains of characters that
        can meet in a piece; most chains are short, and many are alike where the words are not.
        """
        from_letters = self.vocabulary.capitals_from
        tokens = sum(self._words[word] for word in words if "'" in word)
        small = [word for word in words if word[0].islower() and "'" not in word]
        others = [spell(word, from_letters) for word in words if not (word[0].islower() or "'" in word)]
        units = "".join(others)
        if small:
            units += f"{WORD_BEGINS}{f'{WORD_ENDS}{WORD_BEGINS}'.join(small)}{WORD_ENDS}"
        tokens += len(units) if units.isascii() else _total(self._characters, Counter(units))
        for chain in self._chains(units):
            tokens -= _total(self._savings, Counter(chain.findall(units)))
        return tokens

    def _chains(self, units: str) -> list[re.Pattern[str]]:
        """Return a pattern for each script that is in the text, which finds the chains of its characters."""
        if units.isascii():
            return [self._ascii_chain]
        present = {*units}
        return [
            self._script_chain(script)
            for script, letters in enumerate(self._letters)
            if not present.isdisjoint(letters)
        ]

    @cached_property
    def _letters(self) -> list[set[str]]:
        """The letters of each script of the vocabulary."""
        return [{*"".join((*links, *links.values()))} - {*MARKS} for links in self.vocabulary.chains]

    @cached_property
    def _ascii_chain(self) -> re.Pattern[str]:
        """The chains of the Latin letters, where there are others than those in ASCII."""
        links = next(links for links in self.vocabulary.chains if "e" in links)
        kept = {
            first: "".join(filter(str.isascii, seconds))
            for first, seconds in links.items()
            if first.isascii()
        }
        return _chain_pattern({first: seconds for first, seconds in kept.items() if seconds})

    def _script_chain(self, script: int) -> re.Pattern[str]:
        if script not in self._patterns:
            self._patterns[script] = _chain_pattern(self.vocabulary.chains[script])
        return self._patterns[script]

    def _saving(self, chain: str) -> int:
        alone = len(chain) if chain.isascii() else sum(map(self._characters.__getitem__, chain))
        return alone - self._fewest(chain)

    # ---- gaps

    def _gap(self, gap: str) -> int:
        """Return the tokens of what stands between two words."""
        if _is_plain(gap):
            return self._plain_gaps(gap)
        return self._without_hard(f"a{gap}a") - 2 * self._words["a"]

    def _gaps_together(self, gaps: list[str]) -> int:
        """Return the tokens of many gaps, each met once."""
        plain = "a".join(gap for gap in gaps if _is_plain(gap))
        others = [gap for gap in gaps if not _is_plain(gap)]
        tokens = self._plain_gaps(plain)
        if others:
            tokens += self._without_hard(f"a{'a'.join(others)}a") - (len(others) + 1) * self._words["a"]
        return tokens

    def _plain_gaps(self, gaps: str) -> int:
        """Return the tokens of plain gaps; an `a` stands for each word between them."""
        between = f"a{gaps}a"
        for place, mark in _ASCII_MARKS:
            between = place.sub(mark, between)
        return _total(self.units, Counter(_ASCII_UNITS.findall(between)))

    # ---- anything

    def _without_hard(self, text: str, *, after_mark: bool = False) -> int:
        """Return the tokens of any text, without those of the hard letters in it.

        Nothing in the text depends on what is beyond a hard letter.
        """
        first, *between = text.split(HARD)
        if not between:
            return self._runs(text, after_mark=after_mark)
        last = between.pop()
        one = self._characters[HARD]
        tokens = self._runs(first + HARD, after_mark=after_mark) - one if first or after_mark else 0
        tokens += self._runs(HARD + last) - one if last else 0
        return tokens + _total(self._between, Counter(between))

    def _hard_gap(self, gap: str) -> int:
        """Return the tokens of what stands between two hard letters."""
        return self._runs(f"{HARD}{gap}{HARD}") - 2 * self._characters[HARD]

    def _runs(self, text: str, *, after_mark: bool = False) -> int:
        """Return the tokens of any text, run by run."""
        tokens = 0
        words: list[str] = []
        units: list[str] = []
        hard: list[str] = []
        joins = False  # the last unit may go on: no mark closed it
        ended = False  # the run before closed with a mark
        free = False  # a lone space waits: nothing to pay if the next run opens with a mark
        runs = _marked_runs(text, after_space=after_mark)
        if after_mark and not (runs and (runs[0][2] or text.startswith(" "))):
            # Nothing takes the mark: it stands, except that an apostrophe leaves a space.
            units.append(WORD_BEGINS)
            joins = not text.startswith("'")
        for kind, body, begins, ends in runs:
            if free and not begins:
                tokens += 1
            free = ended and body == " "
            if kind == "space":
                units += () if free else _EQUAL_SPACES.findall(body)
            elif kind == "digits":
                tokens += (len(body) + 2) // 3  # every group of one to three digits is a piece
            elif kind == "hard":
                hard.append(body)
            elif kind == "word" and begins:
                words.append(body)
            else:
                unit = f"{WORD_BEGINS if begins else ''}{body}{WORD_ENDS if ends else ''}"
                if joins and not begins:
                    units[-1] += unit
                else:
                    units.append(unit)
            joins = kind in _JOINING and not ends
            ended = ends
        tokens += free + sum(map(self._words.__getitem__, words)) + sum(map(self.units.__getitem__, units))
        return tokens + _total(self._characters, Counter("".join(hard))) if hard else tokens

    # ---- pieces

    def _seek(self, text: str) -> bool:
        """Return whether a text is a piece. For a few, a search is quicker than a set of all pieces."""
        self._sought += 1
        if self._sought > FEW:
            self._is_piece = self.vocabulary.pieces.__contains__
        ordered = self.vocabulary.ordered
        at = bisect_left(ordered, text)
        return at < len(ordered) and ordered[at] == text

    def _fewest(self, unit: str) -> int:
        """Return the fewest pieces that make up a stretch of marked text."""
        if self._is_piece(unit):
            return 1
        saved = 0
        if len(unit) > LONG_RUN:
            unit, saved = self._shortened(unit)
        return saved + self._tiled(unit)

    def _tiled(self, unit: str) -> int:
        """Return the fewest pieces, found for the last 1, 2, 3 … characters in turn."""
        is_piece, nodes = self._is_piece, self._nodes
        length = len(unit)
        head = length - len(unit.lstrip(_HEAD_MARKS))
        fewest = [0]
        least = 0
        for start in range(length - 1, head - 1, -1):
            cost, root = nodes[unit[start : start + 2]]
            node: _Node | None = root
            least += cost
            left = length - start - 2  # characters after the piece that ends here
            while node:
                if "" in node and fewest[left] < least - 1:
                    least = fewest[left] + 1
                if not left:
                    break
                node = node.get(unit[-left])
                left -= 1
            fewest.append(least)
        # Most pieces begin with a mark: a tree of them takes longer to make than a few look-ups.
        for start in range(head - 1, -1, -1):
            least += 1
            for stop in range(min(length, start + self._longest_marked), start + 1, -1):
                if fewest[length - stop] < least - 1 and is_piece(unit[start:stop]):
                    least = fewest[length - stop] + 1
            fewest.append(least)
        return least

    def _character(self, character: str) -> int:
        """Return the tokens of a character that no longer piece takes in."""
        if self._is_piece(character):
            return 1
        # Its UTF-8 bytes, of which the longest known beginning is one token.
        code = character.encode()
        known = (end for end in range(len(code), 1, -1) if code[:end] in self.vocabulary.byte_prefixes)
        return len(code) + 1 - next(known, 1)

    def _node(self, pair: str) -> tuple[int, _Node]:
        """Return the tokens of a character alone, and the pieces it begins with the next one, as a tree."""
        root: _Node = {}
        if len(pair) == 2:
            ordered = self.vocabulary.ordered
            first = bisect_left(ordered, pair)
            last = bisect_left(ordered, f"{pair}\U0010ffff", first)
            for piece in ordered[first:last]:
                node = root
                for character in piece[2:]:
                    node = node.setdefault(character, {})
                node[""] = {}
        return self._characters[pair[0]], root

    def _shortened(self, unit: str) -> tuple[str, int]:
        """Return the unit with its long runs of one character made shorter, and the tokens that saved.

        Inside a long enough run every further longest piece of that character adds one token.
        """
        saved = 0

        def shorten(run: re.Match[str]) -> str:
            nonlocal saved
            character = run[1]
            step = self._longest[character]
            dropped = (len(run[0]) - LONG_RUN) // step
            saved += dropped * (1 if step > 1 else self._characters[character])
            return character * (len(run[0]) - dropped * step)

        return _LONG_RUNS.sub(shorten, unit), saved

    def _longest_run(self, character: str) -> int:
        """Return the length of the longest piece of one character alone."""
        runs = (piece for piece in self.vocabulary.pieces if piece.count(character) == len(piece))
        return max(map(len, runs), default=1)


_HEAD_MARKS: Final = WORD_BEGINS + CAPITALISED + ALL_CAPITALS

# ---- runs --------------------------------------------------------------------------------------------

# The runs the tokenizers make of characters, by their classes (`claude_characters.CLASSES`).
_RUNS = pattern(
    r"(?P<word>w[wm]*+)|(?P<stray>m++)|(?P<space>[ s]++)|(?P<digits>0++(?!d))|(?P<hard>h++(?!v))"
    r"|(?P<uniform>n++(?![ov])|o++(?![nv]))|(?P<mixed>['p]++|q[qv]*+|[no][nov]*+|[hv]++|[0d]++)"
)
_JOINING: Final = frozenset({"stray", "uniform", "mixed"})
_EQUAL_SPACES = pattern(r" +|\t+|\n+|[^ \t\n]")
_LONG_RUNS = pattern(rf"(.)\1{{{LONG_RUN},}}", re.DOTALL)


type _Run = tuple[str, str, bool, bool]


def _marked_runs(text: str, *, after_space: bool) -> list[_Run]:
    """Return the kind and text of each run, and whether a mark goes before it and after it."""
    runs: list[_Run] = []
    classes = text.translate(CLASS_OF)
    # What stands after the text, and, as index -1, before it.
    beside = f"{classes}$ " if after_space else f"{classes}$$"
    borders = bordered = False  # the run before, and the one before that, could take a mark on the right
    for run in _RUNS.finditer(classes):
        start, stop = run.span()
        kind = run.lastgroup or ""
        body = text[start:stop]
        before, after = beside[start - 1], beside[stop]
        begins = ends = could_end = False
        if kind == "word":
            # A stray mark or the apostrophe of a contraction has opened the word already.
            contracted = body in SUFFIXES and before == "'" and beside[start - 2] not in "'p" and not bordered
            begins, ends = before != "m" and not contracted, True
            # ctok asks the last character alone: a circled letter is a symbol too.
            could_end = after == "'" and unicodedata.category(body[-1]) in {"So", "Cn"}
        elif kind == "stray":
            begins, ends = True, after != "w"
        elif kind in _JOINING:
            # Which border takes a mark, the character there decides: on its left where it borders a
            # space, on its right where the space is alone. An apostrophe that opens a word takes none.
            marked = "'pqvdno" if kind == "uniform" else "'pqvd"
            opens_word = body == "'" and after in "wm"
            could_end = beside[stop - 1] in marked
            begins = before == " " and beside[start] in marked and not opens_word
            ends = could_end and after == " " != beside[stop + 1]
        bordered, borders = borders, could_end
        runs.append((kind, body, begins, ends))
    return runs


# Said by what it is not: `re` is slow with sets that go beyond the basic plane.
_HARD_LETTERS_RUN = pattern(
    "[^\x00-\u3004\u3007-\u3030\u3036-\u303a\u303d-\u33ff\u4dc0-\u4dff\ua000-\uabff\ud7a4-\uf8ff\ufa6e\ufa6f\ufada-\uffff]+"
)
