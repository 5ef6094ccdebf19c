"""``price`` begins to read a large folder before its arguments are parsed: the parser takes as long to load as 30 MB.

What is begun is a guess from the words of the command line, and changes no answer: rows are taken by whoever asks for
that folder, read as it was guessed, and a guess that nobody asks for is ended.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.errors import BudgetcalcError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgetcalc.readers.usage.two_processes import RowsInTwo

_begun: dict[str, RowsInTwo] = {}


def begin(words: Sequence[str]) -> None:
    """Begin to read the first folder that a command line of ``price`` names.

    Args:
        words: what follows the program's name.
    """
    if words[:1] != ["price"]:
        return
    try:
        folder = next((word for word in words[1:] if not word.startswith("-") and Path(word).is_dir()), "")
        if not folder and "--claude-code" in words:
            folder = _claude_code_folder()
        rows = _rows(folder) if folder else None
    except (BudgetcalcError, OSError, ValueError, RuntimeError):  # said when its turn comes
        return
    if rows is not None:
        _begun[folder] = rows


def _claude_code_folder() -> str:
    from budgetcalc.readers.usage import find_claude_code_folders

    return str(next(iter(find_claude_code_folders(os.environ, Path.home())), ""))


def _rows(folder: str) -> RowsInTwo | None:
    """Return the rows of a folder if another process has begun to read them."""
    from budgetcalc.readers.usage import read_usage
    from budgetcalc.readers.usage.two_processes import RowsInTwo

    rows = read_usage(folder, packs=True)
    return rows if isinstance(rows, RowsInTwo) and rows.fork is not None else None


def take(folder: str) -> RowsInTwo | None:
    """Return the rows of a folder if they were begun; the caller closes them."""
    return _begun.pop(folder, None)


def end() -> None:
    """End what nobody asked for."""
    while _begun:
        _begun.popitem()[1].close()
