"""Which files globs and paths stand for: in a stable order, without going round in circles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.globs import ANY_FOLDERS, is_pattern, segment_matcher, segments

if TYPE_CHECKING:
    from collections.abc import Iterator

SKIPPED_FOLDERS = frozenset(
    {".git", "node_modules", "venv", ".venv", "__pycache__", "site-packages", "dist-packages"}
)
"""Folders that hold other people's files; a glob that names one goes in."""

REQUEST_SUFFIXES = (".json", ".jsonl", ".ndjson")


def expand_glob(root: Path, glob: str) -> list[str]:
    """Return the files under a folder that a glob stands for, relative, with forward slashes, sorted.

    ``**`` does not follow links to folders, so that no link leads in a circle; it and every other pattern pass
    over names with a leading dot and over ``SKIPPED_FOLDERS`` unless the glob names them.
    """
    parts = segments(glob)
    files: set[str] = set()
    # Several `**` lead to a folder in many ways: each is looked into once for each part of the glob.
    seen = {("", 0)}
    waiting = list(seen)
    while waiting:
        folder, index = waiting.pop()
        if parts[index] == ANY_FOLDERS:
            reached = {(folder, index + 1), *((below, index) for below in _folders_in(root, folder))}
        elif index + 1 < len(parts):
            names = _named(root, folder, parts[index], SKIPPED_FOLDERS)
            reached = {(f"{name}/", index + 1) for name in names if (root / name).is_dir()}
        else:
            names = _named(root, folder, parts[index], frozenset())
            files.update(name for name in names if (root / name).is_file())
            continue
        waiting += reached - seen
        seen |= reached
    return sorted(files)


def _named(root: Path, folder: str, part: str, skipped: frozenset[str]) -> list[str]:
    """Return the names in a folder that a part of a glob stands for; a plain one whether it is there or not."""
    if not is_pattern(part):
        return [f"{folder}{part}"]
    matcher = segment_matcher(part)
    entries = _entries(root / folder)
    return [
        f"{folder}{each.name}" for each in entries if matcher.match(each.name) and each.name not in skipped
    ]


def _folders_below(root: Path, folder: str) -> Iterator[str]:
    """Yield a folder and all below it, however deep, each with its slash."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += _folders_in(root, current)


def _folders_in(root: Path, folder: str) -> list[str]:
    """Return the folders that a ``**`` goes on into, each with its slash."""
    return [
        f"{folder}{entry.name}/"
        for entry in _entries(root / folder)
        if _is_own_folder(entry) and not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS
    ]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder, sorted; nothing when it vanished, is none or may not be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def search_folder(folder: Path) -> list[Path]:
    """Return the files below a folder whose names are those of requests, sorted."""
    found = [
        path
        for below in _folders_below(folder, "")
        for entry in _entries(folder / below)
        if not entry.name.startswith(".")
        and name_says_json(entry.name)
        and (path := folder / below / entry.name).is_file()
    ]
    return sorted(found)


def name_says_json(name: str) -> bool:
    """Return whether a file is called JSON or lines of it, packed or not."""
    return name.lower().removesuffix(".gz").endswith(REQUEST_SUFFIXES)


def relative_name(path: Path, root: Path) -> str:
    """Return a file as findings name it: relative to the root, with forward slashes; absolute elsewhere."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
