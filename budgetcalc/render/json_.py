"""JSON and JSON lines: the contract's keys in its order, in ASCII, so that any stream carries them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.answers import Report
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.render import Look
    from budgetcalc.topics import Explanation


def render_estimates(report: Report, look: Look) -> Iterator[str]:
    """Yield the document of ``estimate``."""
    del look
    yield _document(report.to_dict())


def render_estimate_lines(report: Report, look: Look) -> Iterator[str]:
    """Yield one line a request as soon as it is answered."""
    del look
    from budgetcalc.answers import Failure

    for outcome in report.outcomes:
        entry = outcome.to_dict(message_key="error") if isinstance(outcome, Failure) else outcome.to_dict()
        yield json.dumps(entry) + "\n"


def render_models(report: ModelsReport, look: Look) -> Iterator[str]:
    """Yield the document of ``models``."""
    del look
    yield _document(report.to_dict())


def render_explanation(explanation: Explanation, look: Look) -> Iterator[str]:
    """Yield the document of ``explain``."""
    del look
    yield _document(explanation.to_dict())


def _document(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"
