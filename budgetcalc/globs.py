"""Globs of files: ``*`` and ``?`` stop at a slash, ``**`` is any number of folders, a dot is matched by a dot."""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache

ANY_FOLDERS = "**"


def segments(glob: str) -> tuple[str, ...]:
    """Return the parts of a glob between slashes, without ``.`` and doubled ``**``; a last ``**`` is any file."""
    parts: list[str] = []
    for part in glob.split("/"):
        if part not in {"", "."} and not (part == ANY_FOLDERS and parts[-1:] == [ANY_FOLDERS]):
            parts.append(part)
    return (*parts, "*") if parts[-1:] == [ANY_FOLDERS] else tuple(parts)


def is_pattern(segment: str) -> bool:
    """Whether a segment stands for more than one name."""
    return any(char in segment for char in "*?[")


@cache
def segment_matcher(segment: str) -> re.Pattern[str]:
    """Return what matches one name; case counts on every system."""
    body = translate(segment)
    return re.compile(body if segment.startswith(".") or not is_pattern(segment) else rf"(?!\.){body}")


@cache
def _matcher(glob: str) -> tuple[re.Pattern[str] | None, ...]:
    return tuple(None if part == ANY_FOLDERS else segment_matcher(part) for part in segments(glob))


def matches(glob: str, file: str) -> bool:
    """Return whether a file, relative and with forward slashes, is one that the glob stands for.

    Linear in names times segments: every name is looked at once for each state of the glob.
    """
    parts = _matcher(glob)
    states = {0}
    for name in file.split("/"):
        following: set[int] = set()
        for state in _with_skips(states, parts) - {len(parts)}:
            part = parts[state]
            if part is None and not name.startswith("."):
                following.add(state)
            if part is not None and part.match(name):
                following.add(state + 1)
        states = following
    return len(parts) in states


def _with_skips(states: set[int], parts: tuple[re.Pattern[str] | None, ...]) -> set[int]:
    """Return the states with those behind a ``**`` that stands for no folder at all."""
    skips = {state + 1 for state in states if state < len(parts) and parts[state] is None}
    return states | skips


def matches_any(globs: tuple[str, ...], file: str) -> bool:
    """Return whether a file is meant by globs of which those with ``!`` take files out again."""
    wanted = any(matches(glob, file) for glob in globs if not glob.startswith("!"))
    return wanted and not any(matches(glob[1:], file) for glob in globs if glob.startswith("!"))
