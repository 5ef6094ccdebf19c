"""Prompt files: the whole text is one user message, and what is not literal in it is noted, not filled in."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from budgetcalc.locations import printable
from budgetcalc.patterns import pattern

_SUFFIXES = frozenset(
    {".txt", ".md", ".markdown", ".prompt", ".j2", ".jinja", ".jinja2", ".mustache", ".hbs"}
)

# Each with how it is shown. Bounded, and none within another, so that no text makes a search slow.
_PLACEHOLDERS = (
    ("{{…}}", pattern(r"\{\{[^{}]{0,500}\}\}")),
    ("{%…%}", pattern(r"\{%(?:[^{%]|\{(?!%)|%(?!\})){0,500}+%\}")),
    ("{#…#}", pattern(r"\{#(?:[^{#]|\{(?!#)|#(?!\})){0,500}+#\}")),
    ("${…}", pattern(r"\$\{[A-Za-z_][\w.]{0,80}\}")),
    ("{…}", pattern(r"(?<![{$%#\\])\{[A-Za-z_][\w.]{0,80}\}(?!\})")),
)
_FRONT_MATTER = pattern(r"---[ \t]*\r?\n.{0,20000}?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


def is_prompt_name(path: str) -> bool:
    """Whether the name is that of a prompt text: the tie-break for a text that could also be JSON."""
    return PurePath(path.removesuffix(".gz")).suffix.lower() in _SUFFIXES


def prompt_body(text: str) -> dict[str, Any]:
    """Return the text as a request of one user message."""
    return {"messages": [{"role": "user", "content": text}]}


def prompt_notes(text: str) -> tuple[str, ...]:
    """Return what is worth knowing of a prompt's text: placeholders by number, front matter."""
    notes = list(placeholder_notes(text))
    if _FRONT_MATTER.match(text):
        notes.append("the front matter is counted as it stands; its settings are not applied")
    return tuple(notes)


def plain_text_notes(path: str) -> tuple[str, ...]:
    """Return a note on a text whose name is that of something else, as code is."""
    suffix = PurePath(path.removesuffix(".gz")).suffix
    if is_prompt_name(path) or not suffix[1:].isalpha():
        return ()
    return (
        f"counted as plain text, as one user message: the name ({printable(suffix, limit=20)}) is of no prompt",
    )


def placeholder_notes(text: str, *, only_double: bool = False) -> tuple[str, ...]:
    """Return a note on the placeholders of a text, if it has any.

    Args:
        text: as it stands.
        only_double: look for ``{{…}}`` alone: in conversations the other forms are mostly code.
    """
    kinds = _PLACEHOLDERS[:1] if only_double else _PLACEHOLDERS
    found = [(shown, count) for shown, pattern in kinds if (count := sum(1 for _ in pattern.finditer(text)))]
    if not found:
        return ()
    total = sum(count for _, count in found)
    parts = ", ".join(f"{count} × {shown}" for shown, count in found)
    return (f"{total} placeholder{'s are' if total > 1 else ' is'} counted as written: {parts}",)
