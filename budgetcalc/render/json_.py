"""JSON and JSON lines: the contract's keys in its order, in ASCII, so that any stream carries them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.answers import Report
    from budgetcalc.explanations import Explanation
    from budgetcalc.lint_report import LintReport
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.pipelines import PlanReport
    from budgetcalc.render import Look
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.verification import VerifyReport


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


def render_usage(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield the document of ``price``."""
    del look
    yield _document(report.to_dict())


def render_usage_lines(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield one line a group, then the document without its groups: a line with ``schema`` is the last one."""
    del look
    document = report.to_dict()
    for group in document.pop("groups"):
        yield json.dumps(group) + "\n"
    yield json.dumps(document) + "\n"


def render_verification(report: VerifyReport, look: Look) -> Iterator[str]:
    """Yield the document of ``verify``."""
    del look
    yield _document(report.to_dict())


def render_plans(report: PlanReport, look: Look) -> Iterator[str]:
    """Yield the document of ``plan``."""
    del look
    yield _document(report.to_dict())


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield the document of ``lint``."""
    del look
    yield _document(report.to_dict())


def render_lint_lines(report: LintReport, look: Look) -> Iterator[str]:
    """Yield one line a finding, then the document without them: a line with ``schema`` is the last one."""
    del look
    document = report.to_dict()
    for finding in document.pop("findings"):
        yield json.dumps(finding) + "\n"
    yield json.dumps(document) + "\n"


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
