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
        yield from _expand_below(root, folder, rest)
        return
    if not is_pattern(part):
        yield from _entered(root, f"{folder}{part}", rest)
        return
    matcher = segment_matcher(part)
    for entry in _entries(root / folder):
        if matcher.match(entry.name) and not (rest and entry.name in SKIPPED_FOLDERS):
            yield from _entered(root, f"{folder}{entry.name}", rest)


def _expand_below(root: Path, folder: str, rest: tuple[str, ...]) -> Iterator[str]:
    yield from _expand(root, folder, rest)
    for entry in _entries(root / folder):
        if _is_own_folder(entry) and not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS:
            yield from _expand_below(root, f"{folder}{entry.name}/", rest)


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


def search_folder(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder whose names are those of requests, in a stable order."""
    for entry in _entries(folder):
        if entry.name.startswith(".") or entry.name in SKIPPED_FOLDERS:
            continue
        if _is_own_folder(entry):
            yield from search_folder(folder / entry.name)
        elif entry.name.removesuffix(".gz").lower().endswith(REQUEST_SUFFIXES) and entry.is_file():
            yield folder / entry.name


def relative_name(path: Path, root: Path) -> str:
    """Return a file as findings name it: relative to the root, with forward slashes; absolute elsewhere."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
