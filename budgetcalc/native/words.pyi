from collections.abc import Callable
from typing import Self

TABLES: int

class Tiler:
    # trie: hatch_build.byte_trie. marks: begin and end of word, capital, all capitals, a character each.
    # capitals_from: -1 when capitals are never written small. suffixes: a space before and after each.
    # facts_of: claude_characters.facts, called once for each code point that is met.
    # A ValueError says that these are not what the loops expect.
    def __new__(
        cls, trie: bytes, marks: str, capitals_from: int, suffixes: str, facts_of: Callable[[int], int], /
    ) -> Self: ...
    # As claude_tiling.PythonTiler.count. A lone surrogate is a UnicodeEncodeError.
    def count(self, text: str, after_mark: bool, /) -> int: ...
