"""``explain`` for a terminal: each answer with its heading, or everything there is as a list."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc.render.text import EMPTY, Line, Span, line, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.explanations import Explanation
    from budgetcalc.render import Look


def render_explanation(explanation: Explanation, look: Look) -> Iterator[str]:
    """Yield the explanation, or the list of topics."""
    lines = _list(explanation) if explanation.topic is None else _answers(explanation)
    yield page(lines, look)


def _answers(explanation: Explanation) -> Iterator[Line]:
    for index, entry in enumerate(explanation.entries):
        if index:
            yield EMPTY
        if not entry.text.startswith("#"):
            yield line(Span(entry.name, "bold"), f" ({entry.group})")
            yield EMPTY
        for row in entry.text.strip("\n").split("\n"):
            is_heading = bool(row) and not row.startswith((" ", "-")) and not row.endswith((".", ":"))
            yield line(Span(row, "bold" if is_heading else ""))


def _list(explanation: Explanation) -> Iterator[Line]:
    width = max(len(entry.name) for entry in explanation.entries)
    for index, (group, entries) in enumerate(groupby(explanation.entries, key=lambda entry: entry.group)):
        if index:
            yield EMPTY
        yield line(Span(f"{group}s", "bold"))
        for entry in entries:
            yield line(f"  {entry.name:<{width}}  {entry.summary}")
