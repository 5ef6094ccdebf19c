"""How ``lint`` says its figures: rows of the table of budgets, and the sentences that close a report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.limits import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.lint.limits import Figure
    from budgetcalc.lint_report import BudgetLine, LintReport
    from budgetcalc.render import Columns

BUDGETS: Columns = (
    ("budget", "left"),
    ("limit", "left"),
    ("measured", "right"),
    ("of", "right"),
    ("full", "right"),
    ("", "left"),
    ("fullest in", "left"),
)
VERDICTS = {"within": "ok", "near": "near", "undecided": "uncertain", "over": "OVER"}


def budget_row(line: BudgetLine) -> tuple[str, ...]:
    """Return a limit as cells."""
    held = line.held
    of = f"least {figure(held.limit)}" if held.is_least else figure(held.limit)
    verdict = VERDICTS[held.verdict]
    if line.over > 1:
        verdict += f" ({line.over:,} of {line.figures:,})"
    place = held.file if held.line is None else f"{held.file}:{held.line}"
    return held.budget, held.key, figure(held.measured), of, percent(held.full), verdict, place


def figure(value: Figure) -> str:
    """Return tokens with separators, or dollars in full."""
    return f"${money.plain(value)}" if isinstance(value, Decimal) else f"{value:,}"


def summary(report: LintReport) -> str:
    """Return what was checked and found, in one sentence."""
    checked = report.checked
    what = ", ".join(
        plural(checked[key], key[:-1]) for key in ("files", "requests", "budgets") if checked.get(key)
    )
    counts = [plural(report.count(each), each) for each in SEVERITIES if report.count(each)]
    suppressed = checked.get("suppressed", 0)
    ignored = f", {suppressed:,} ignored" if suppressed else ""
    return f"{what or 'nothing'} checked: {', '.join(counts) or 'no findings'}{ignored}"


def verdict(report: LintReport) -> str:
    """Return the answer in a word, and why it is no answer when it is none."""
    if not report.is_measured:
        return "not everything could be measured"
    return "passed" if report.passed else "failed"


def plural(number: int, noun: str) -> str:
    """Return ``1 file`` or ``2 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def fullest_first(lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    """Return the limits, the fullest first, each budget's order kept among equals."""
    return sorted(lines, key=lambda line: line.held.full or 0, reverse=True)
