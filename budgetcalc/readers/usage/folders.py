"""Folders of usage reports, and where Claude Code keeps its own."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENDINGS = (".jsonl", ".jsonl.out", ".json", ".csv", ".sse", ".txt")
_NOT_REPORTS = ("journal.jsonl", ".meta.json")
"""Beside the transcripts of subagents stand their journals and descriptions (formats.md §5.1)."""


def report_files(folder: str) -> Iterator[str | InvalidRow]:
    """Yield the files of a folder that can be reports, in the order of their names, or why one cannot be looked at.

    A link to a folder is followed once: every real folder is read one time, whatever leads there.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            state = Path(here).stat()
            if (state.st_dev, state.st_ino) in seen:
                continue
            seen.add((state.st_dev, state.st_ino))
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield InvalidRow(here, None, f"the folder cannot be read: {error.strerror}")
            continue
        for entry in found:
            if _can_be_report(entry.name) and not _is_folder(entry) and not _is_pipe(entry):
                yield entry.path
        waiting.extend(entry.path for entry in reversed(found) if _is_folder(entry))


def find_claude_code_folders(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders with Claude Code's transcripts that exist.

    ``CLAUDE_CONFIG_DIR`` may name several, with commas, and then replaces the defaults.
    """
    named = [name.strip() for name in environ.get("CLAUDE_CONFIG_DIR", "").split(",") if name.strip()]
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    roots = [Path(name).expanduser() for name in named] or [home / ".claude", config / "claude"]
    folders = (root if root.name == "projects" else root / "projects" for root in roots)
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def _can_be_report(name: str) -> bool:
    return name.removesuffix(".gz").endswith(_ENDINGS) and not name.removesuffix(".gz").endswith(_NOT_REPORTS)


def _is_pipe(entry: os.DirEntry[str]) -> bool:
    """Whether reading it would wait for somebody to write; nobody named it."""
    try:
        mode = entry.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
