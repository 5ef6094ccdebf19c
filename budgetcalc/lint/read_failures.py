"""What could not be measured, as findings: three rules differ only in the kind of failure they speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RunContext
    from budgetcalc.measurements import FailureKind


def failure_findings(
    context: RunContext, kind: FailureKind, rule: str, name: str, severity: Severity
) -> Iterator[Finding]:
    """Yield a finding at the place of every failure of a kind."""
    for each in context.failures:
        if each.kind == kind:
            yield Finding(
                rule,
                name,
                severity,
                each.message,
                path=each.path,
                hint=each.hint,
                file=each.file,
                line=each.line,
            )
