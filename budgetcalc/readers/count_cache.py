"""Counts of the API that were asked for before: hashes and numbers on disk, never a word of a conversation."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
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

    Attributes:
        problem: why it cannot be used; ``""`` while it can.
    """

    def __init__(self, folder: Path) -> None:
        self.problem = ""
        self._connection: sqlite3.Connection | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection = sqlite3.connect(folder / FILE, timeout=WAIT_SECONDS, isolation_level=None)
            connection.execute(
                "CREATE TABLE IF NOT EXISTS counts (hash BLOB PRIMARY KEY, tokens INTEGER NOT NULL)"
            )
            self._connection = connection
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def get(self, hash_: bytes) -> int | None:
        """Return the count of a question; ``None`` when it was never answered."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT tokens FROM counts WHERE hash = ?", (hash_,)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        return row[0] if row is not None and isinstance(row[0], int) else None

    def put(self, hash_: bytes, tokens: int) -> None:
        """Keep an answer."""
        if self._connection is None:
            return
        try:
            self._connection.execute("INSERT OR REPLACE INTO counts VALUES (?, ?)", (hash_, tokens))
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _give_up(self, error: OSError | sqlite3.Error) -> None:
        reason = error.strerror if isinstance(error, OSError) else "the cache file cannot be used"
        self.problem = f"counts of the API are not kept: {reason}"
        self.close()
