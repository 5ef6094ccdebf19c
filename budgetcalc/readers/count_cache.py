"""Counts of the API that were asked for before: hashes and numbers on disk, never a word of a conversation."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "api_counts.sqlite3"
WAIT_SECONDS = 5.0
"""How long another process may hold the file."""


def cache_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return where counts are kept: ``BUDGETCALC_CACHE_DIR``, else the platform's place for caches."""
    named = environ.get("BUDGETCALC_CACHE_DIR")
    if named:
        return Path(named).expanduser()
    root = environ.get("LOCALAPPDATA") if os.name == "nt" else environ.get("XDG_CACHE_HOME")
    return Path(root or home / ".cache") / "budgetcalc"


def question_hash(*question: Any) -> bytes:
    """Return what stands for a question in the cache: nobody can read it back."""
    return sha256(json.dumps(question, ensure_ascii=True, separators=(",", ":")).encode()).digest()


class CountCache:
    """Counts by the hash of what was asked. A cache that cannot be used is as good as an empty one.

    The file is open only while it is asked: next to a question to the API that takes no time, and several
    processes may share it.

    Attributes:
        problem: why it cannot be used; ``""`` while it can.
    """

    def __init__(self, folder: Path) -> None:
        self.problem = ""
        self._file = folder / FILE
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            self._give_up(error)
        self._run("CREATE TABLE IF NOT EXISTS counts (hash BLOB PRIMARY KEY, tokens INTEGER NOT NULL)")

    def get(self, hash_: bytes) -> int | None:
        """Return the count of a question; ``None`` when it was never answered."""
        rows = self._run("SELECT tokens FROM counts WHERE hash = ?", hash_)
        return rows[0][0] if rows and isinstance(rows[0][0], int) else None

    def put(self, hash_: bytes, tokens: int) -> None:
        """Keep an answer."""
        self._run("INSERT OR REPLACE INTO counts VALUES (?, ?)", hash_, tokens)

    def _run(self, statement: str, *values: bytes | int) -> list[tuple[Any, ...]]:
        if self.problem:
            return []
        try:
            with closing(sqlite3.connect(self._file, timeout=WAIT_SECONDS)) as connection, connection:
                return connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def _give_up(self, error: OSError | sqlite3.Error) -> None:
        reason = error.strerror if isinstance(error, OSError) else "the cache file cannot be used"
        self.problem = f"counts of the API are not kept: {reason}"
