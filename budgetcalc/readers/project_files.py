"""The files of a repository that look like prompts, requests or tools, found by name and measured."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.readers.lint_files import REQUEST_SUFFIXES, SKIPPED_FOLDERS, relative_name
from budgetcalc.readers.measuring import measure_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def candidates(root: Path) -> Iterator[Path]:
    """Yield files whose names say that they may hold requests, prompts, instructions or tools."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS and (not name.startswith(".") or name in _HIDDEN_FOLDERS)
        )
        in_prompts = not _TEXT_FOLDERS.isdisjoint(Path(os.path.relpath(folder, root)).parts)
        for name in sorted(files):
            path = Path(folder, name)
            lower = name.lower()
            is_text = lower.endswith(".prompt") or (in_prompts and lower.endswith(_TEXTS))
            is_candidate = name in _INSTRUCTIONS or is_text or lower.endswith(REQUEST_SUFFIXES)
            if is_candidate and _is_readable(path):
                yield path


def _is_readable(path: Path) -> bool:
    try:
        return path.is_file() and 0 < path.stat().st_size <= LARGEST_BYTES
    except OSError:
        return False
