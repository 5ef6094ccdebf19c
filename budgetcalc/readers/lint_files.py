"""Which files globs and paths stand for: in a stable order, without going round in circles."""

from __future__ import annotations

import os
import stat
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


def expand_glob(root: Path, glob: str, unlisted: dict[str, str] | None = None) -> list[str]:
    """Return the files under a folder that a glob stands for, relative, with forward slashes, sorted.

    ``**`` does not follow links to folders, so that no link leads in a circle; it and every other pattern pass
    over names with a leading dot and over ``SKIPPED_FOLDERS`` unless the glob names them.

    Args:
        root: the folder.
        glob: relative to it.
        unlisted: takes the folders that are there and cannot be looked into, and why.
    """
    parts = segments(glob)
    base = f"{root}/"
    unlisted = {} if unlisted is None else unlisted
    files: set[str] = set()
    # Several `**` lead to a folder in many ways: each is looked into once for each part of the glob.
    seen = {("", 0)}
    waiting = list(seen)
    while waiting:
        folder, index = waiting.pop()
        if parts[index] == ANY_FOLDERS:
            below = _folders_in(base, folder, unlisted)
            reached = {(folder, index + 1), *((each, index) for each in below)}
        elif index + 1 < len(parts):
            found = _named(base, folder, parts[index], SKIPPED_FOLDERS, unlisted)
            reached = {(f"{name}/", index + 1) for name, is_folder in found if is_folder}
        else:
            found = _named(base, folder, parts[index], frozenset(), unlisted)
            files.update(name for name, is_folder in found if is_folder is False)
            continue
        waiting += reached - seen
        seen |= reached
    return sorted(files)


def _named(
    base: str, folder: str, part: str, skipped: frozenset[str], unlisted: dict[str, str]
) -> list[tuple[str, bool | None]]:
    """Return the names in a folder that a part of a glob stands for, and whether each is a folder."""
    if not is_pattern(part):
        name = f"{folder}{part}"
        return [(name, _is_folder(base + name))]
    matcher = segment_matcher(part)
    return [
        (f"{folder}{entry.name}", _entry_is_folder(entry))
        for entry in _entries(base, folder, unlisted)
        if matcher.match(entry.name) and entry.name not in skipped
    ]


def _folders_below(base: str, folder: str, unlisted: dict[str, str]) -> Iterator[str]:
    """Yield a folder and all below it, however deep, each with its slash."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += _folders_in(base, current, unlisted)


def _folders_in(base: str, folder: str, unlisted: dict[str, str]) -> list[str]:
    """Return the folders that a ``**`` goes on into, each with its slash."""
    return [
        f"{folder}{entry.name}/"
        for entry in _entries(base, folder, unlisted)
        if _is_own_folder(entry) and not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS
    ]


def _entries(base: str, folder: str, unlisted: dict[str, str]) -> list[os.DirEntry[str]]:
    """Return what is in a folder, sorted; nothing when it vanished or is none; one that may not be read is noted."""
    try:
        with os.scandir(base + folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        unlisted[folder] = error.strerror or type(error).__name__
        return []


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _entry_is_folder(entry: os.DirEntry[str]) -> bool | None:
    """Return whether an entry is a folder, ``False`` for a file; most need no look at the disk."""
    if entry.is_file(follow_symlinks=False):
        return False
    return _is_folder(entry.path)


def _is_folder(path: str) -> bool | None:
    """Return whether there is a folder, ``False`` for a file, ``None`` for nothing, a pipe or a device.

    What may not be looked at counts as a file: it is read, and then it is said why it cannot be.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - thousands of them
    except PermissionError:
        return False
    except (OSError, ValueError):
        return None
    return True if stat.S_ISDIR(mode) else False if stat.S_ISREG(mode) else None


def search_folder(folder: Path, unlisted: dict[str, str] | None = None) -> list[Path]:
    """Return the files below a folder whose names are those of requests, sorted.

    Args:
        folder: to be searched.
        unlisted: takes the folders that are there and cannot be looked into, and why.
    """
    base = f"{folder}/"
    unlisted = {} if unlisted is None else unlisted
    found = [
        entry.path
        for below in _folders_below(base, "", unlisted)
        for entry in _entries(base, below, unlisted)
        if not entry.name.startswith(".") and name_says_json(entry.name) and _entry_is_folder(entry) is False
    ]
    return sorted(map(Path, found))


def name_says_json(name: str) -> bool:
    """Return whether a file is called JSON or lines of it, packed or not."""
    return name.lower().removesuffix(".gz").endswith(REQUEST_SUFFIXES)


def relative_name(path: Path, root: Path) -> str:
    """Return a file as findings name it: relative to the root, with forward slashes; absolute elsewhere."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
