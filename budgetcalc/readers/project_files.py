"""The files of a repository that look like prompts, requests or tools, found by name and measured."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.locations import printable
from budgetcalc.readers.lint_files import REQUEST_SUFFIXES, SKIPPED_FOLDERS, relative_name
from budgetcalc.readers.measuring import measure_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from budgetcalc.measurements import MeasuredFile
    from budgetcalc.readers.measuring import LintQuestion

MOST_FILES = 20_000
"""Files of a repository that are looked at; one with more is told so, and can write its configuration by hand."""
LARGEST_BYTES = 20_000_000
_INSTRUCTIONS = frozenset({"CLAUDE.md", "AGENTS.md", "SKILL.md"})
_TEXTS = (".md", ".txt", ".j2", ".jinja", ".jinja2", ".tmpl", ".mustache", ".prompt")
_TEXT_FOLDERS = frozenset({"prompt", "prompts"})
_HIDDEN_FOLDERS = frozenset({".claude", ".github"})


def measure_project(question: LintQuestion, root: Path, paths: Iterable[Path]) -> list[MeasuredFile]:
    """Return the files that hold requests, prompts or tools, in the order of their names, measured or with why not."""
    found: list[MeasuredFile] = []
    for path in paths:
        measured = measure_file(question, str(path), relative_name(path, root), searched=True)
        if measured is not None and (measured.requests or measured.failures):
            found.append(measured)
    return sorted(found, key=lambda each: each.file)


def candidates(root: Path, unseen: dict[str, None]) -> Iterator[Path]:
    """Yield files whose names say that they may hold requests, prompts, instructions or tools.

    Args:
        root: the folder of the project.
        unseen: takes sentences on what was not looked at, each once.
    """

    def shown(path: Path) -> str:
        return printable(relative_name(path, root), limit=400)

    def note(error: OSError) -> None:
        unseen[f"{shown(Path(str(error.filename)))}: the folder cannot be read: {error.strerror}"] = None

    for number, path in enumerate(_named_so(root, note)):
        if number == MOST_FILES:
            unseen[f"only the first {MOST_FILES:,} files that may hold something were looked at"] = None
            return
        size = _size(path)
        if size > LARGEST_BYTES:
            unseen[f"{shown(path)}: larger than {LARGEST_BYTES:,} bytes, so it was not looked at"] = None
        elif size:
            yield path


def _named_so(root: Path, note: Callable[[OSError], None]) -> Iterator[Path]:
    """Yield the files that have such a name."""
    for folder, folders, files in os.walk(root, onerror=note):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS and (not name.startswith(".") or name in _HIDDEN_FOLDERS)
        )
        in_prompts = not _TEXT_FOLDERS.isdisjoint(Path(os.path.relpath(folder, root)).parts)
        for name in sorted(files):
            lower = name.lower()
            is_text = lower.endswith(".prompt") or (in_prompts and lower.endswith(_TEXTS))
            if name in _INSTRUCTIONS or is_text or lower.endswith(REQUEST_SUFFIXES):
                yield Path(folder, name)


def _size(path: Path) -> int:
    """Return the bytes of a file; 0 for what is none, or cannot be looked at."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
