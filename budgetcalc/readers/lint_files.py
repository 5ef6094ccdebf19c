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
    return sorted(set(_expand(root, "", segments(glob))))


def _expand(root: Path, folder: str, parts: tuple[str, ...]) -> Iterator[str]:
    part, rest = parts[0], parts[1:]
    if part == ANY_FOLDERS:
        for below in _folders_below(root, folder):
            yield from _expand(root, below, rest)
        return
    if not is_pattern(part):
        yield from _entered(root, f"{folder}{part}", rest)
        return
    matcher = segment_matcher(part)
    for entry in _entries(root / folder):
        if matcher.match(entry.name) and not (rest and entry.name in SKIPPED_FOLDERS):
            yield from _entered(root, f"{folder}{entry.name}", rest)


def _folders_below(root: Path, folder: str) -> Iterator[str]:
    """Yield a folder and all below it, however deep, each with its slash."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += [
            f"{current}{entry.name}/"
            for entry in _entries(root / current)
            if _is_own_folder(entry) and not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS
        ]


def _entered(root: Path, name: str, rest: tuple[str, ...]) -> Iterator[str]:
    path = root / name
    if rest:
        if path.is_dir():
            yield from _expand(root, f"{name}/", rest)
    elif path.is_file():
        yield name


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
