"""GitHub annotations: workflow commands that a runner turns into marks on the lines of a pull request.

Sources: Workflow commands, https://docs.github.com/actions/reference/workflow-commands-for-github-actions, for
the form and its escapes; https://github.com/orgs/community/discussions/26680 for the limit of 10 annotations of
a kind and step (both as of 2026-08).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.locations import printable
from budgetcalc.render.lint_wording import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.lint_report import LintReport, PlacedFinding
    from budgetcalc.render import Look

SHOWN_OF_A_KIND = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = str.maketrans(_DATA | {":": "%3A", ",": "%2C"})
_MESSAGE = str.maketrans(_DATA)


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield an annotation a finding, as many as GitHub shows; the others are lines of the log."""
    del look
    ranked = sorted(folded(report.findings), key=lambda placed: SEVERITIES.index(placed.finding.severity))
    for severity, group in groupby(ranked, key=lambda placed: placed.finding.severity):
        found = list(group)
        is_cut = len(found) > SHOWN_OF_A_KIND
        shown = SHOWN_OF_A_KIND - 1 if is_cut else len(found)
        yield from map(_annotation, found[:shown])
        if is_cut:
            rest = len(found) - shown
            yield f"::{_COMMANDS[severity]} title=budgetcalc::{rest:,} more of this severity: see the log\n"
            yield from map(_log_line, found[shown:])


def _annotation(placed: PlacedFinding) -> str:
    finding = placed.finding
    properties = {"file": printable(placed.file, limit=4_096), "line": str(placed.line or 1)}
    properties["title"] = f"{finding.rule} {finding.name}"
    given = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {given}::{_sentence(placed).translate(_MESSAGE)}\n"


def _log_line(placed: PlacedFinding) -> str:
    """Return a line that no runner takes for a command: those begin with ``::`` or hold ``##[``."""
    place = f"{placed.file}:{placed.line or 1}"
    shown = printable(place, limit=4_096).replace("##[", "## [")
    return f"{placed.finding.severity} {shown}: {placed.finding.rule} {_sentence(placed)}\n"


def _sentence(placed: PlacedFinding) -> str:
    finding = placed.finding
    place = f" ({printable(finding.path)})" if finding.path else ""
    sentence = f"{finding.message}{place}" + (f". {finding.hint}" if finding.hint else "")
    return printable(sentence, limit=8_192).replace("##[", "## [")
