"""GitLab code quality: the part of the Code Climate form that GitLab reads.

Source: Code Quality, https://docs.gitlab.com/ci/testing/code_quality/ (as of 2026-08): an array of objects with
``description``, ``check_name``, a ``fingerprint`` that is unique in the report, ``severity`` and ``location``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.lint_report import LintReport
    from budgetcalc.render import Look

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield the array; without findings it is empty, which GitLab shows as no change."""
    del look
    issues = [
        {
            "description": placed.finding.message,
            "check_name": f"{placed.finding.rule} {placed.finding.name}",
            "fingerprint": placed.fingerprint,
            "severity": _SEVERITIES[placed.finding.severity],
            "location": {"path": placed.file, "lines": {"begin": placed.line or 1}},
        }
        for placed in report.findings
    ]
    yield json.dumps(issues, indent=2) + "\n"
