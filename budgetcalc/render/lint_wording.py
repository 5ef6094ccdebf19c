"""How ``lint`` says its figures: rows of the table of budgets, and the sentences that close a report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.limits import percent
from budgetcalc.locations import printable
from budgetcalc.plurals import plural
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budgetcalc.comparison import Comparison, FileChange
    from budgetcalc.findings import Finding
    from budgetcalc.lint.limits import Figure
    from budgetcalc.lint_report import BudgetLine, LintReport, PlacedFinding
    from budgetcalc.measurements import MeasuredFile
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
CHANGES: Columns = (
    ("file", "left"),
    ("tokens before", "right"),
    ("now", "right"),
    ("change", "right"),
    ("at most before", "right"),
    ("now", "right"),
    ("change", "right"),
)
MOST_LEFT_OUT = 10
"""Files that a configuration leaves out and that are named; the others are counted."""

VERDICTS = {"within": "ok", "near": "near", "undecided": "uncertain", "over": "OVER"}


def left_out_sentences(files: Sequence[MeasuredFile]) -> Iterator[str]:
    """Yield why files get no budget in a first configuration, and how many have errors that ``lint`` will show."""
    left_out = [file for file in files if file.failures]
    for file in left_out[:MOST_LEFT_OUT]:
        failure = file.failures[0]
        place = file.file if failure.line is None else f"{file.file}:{failure.line}"
        yield f"no budget for {printable(place)}: {printable(failure.message, limit=200)}"
    if len(left_out) > MOST_LEFT_OUT:
        yield f"no budget for {plural(len(left_out) - MOST_LEFT_OUT, 'more file')} that cannot be measured"
    refused = sum(any(found.severity == "error" for found in file.findings) for file in files)
    if refused:
        breaks = "breaks" if refused == 1 else "break"
        yield f"{plural(refused, 'file')} {breaks} a rule of the API: `budgetcalc lint` will fail until that is mended"


def folded(findings: Iterable[PlacedFinding]) -> list[PlacedFinding]:
    """Return the findings with notes that say the same of several requests of a file as one, which says of how many."""
    same: dict[object, list[PlacedFinding]] = {}
    for number, placed in enumerate(findings):
        finding = placed.finding
        key: object = number
        if finding.severity == "note":
            key = (placed.file, finding.rule, _of_no_request(finding), finding.hint)
        same.setdefault(key, []).append(placed)
    return [_as_one(each) if len(each) > 1 else each[0] for each in same.values()]


def _as_one(same: Sequence[PlacedFinding]) -> PlacedFinding:
    first = same[0].finding
    message = f"{_of_no_request(first)} ({len(same):,} times in this file)"
    return replace(same[0], finding=replace(first, message=message))


def _of_no_request(finding: Finding) -> str:
    """Return what a finding says, without the id of the request it says it of."""
    return finding.message.removeprefix(f"{finding.request_id}: ") if finding.request_id else finding.message


def budget_rows(report: LintReport, lines: Iterable[BudgetLine]) -> list[tuple[str, ...]]:
    """Return limits as cells; one that is over and has no finding says why."""
    said: set[tuple[object, ...]] = {
        (each.file, each.finding.measured, each.finding.limit) for each in report.findings
    }
    reasons = ("accepted", "accepted"), ("ignored", "suppressed")
    why = " or ".join(word for word, key in reasons if report.checked.get(key)) or "not asked"
    return [_budget_row(line, said, why) for line in lines]


def _budget_row(line: BudgetLine, said: set[tuple[object, ...]], why: str) -> tuple[str, ...]:
    held = line.held
    of = f"least {figure(held.limit)}" if held.is_least else figure(held.limit)
    if held.base:
        of = f"{figure(held.base)} + {figure(held.limit - held.base)}"
    verdict = VERDICTS[held.verdict]
    if line.over > 1:
        verdict += f" ({line.over:,} of {line.figures:,})"
    if held.verdict == "over" and (held.file, held.measured, held.limit) not in said:
        verdict += f", {why}"
    place = held.file if held.line is None else f"{held.file}:{held.line}"
    return held.budget, held.key, figure(held.measured), of, percent(held.full), verdict, place


def change_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Return a row a file, then the total where there are several."""
    rows = [_change_row(change) for change in comparison.changes]
    if len(rows) > 1:
        cost = comparison.cost_change_usd
        rows.append(("all", "", "", f"{comparison.token_change:+,}", "", "", _signed_usd(cost)))
    return rows


def _change_row(change: FileChange) -> tuple[str, ...]:
    (before, now), (usd, usd_now) = change.tokens, change.cost_usd
    share = f" ({change.token_change * 100 / before:+.1f}%)" if before and change.token_change else ""
    name = change.file if change.state == "changed" else f"{change.file} ({change.state})"
    return (
        name,
        "" if change.before is None else f"{before:,}",
        "" if change.after is None else f"{now:,}",
        f"{change.token_change:+,}{share}",
        "" if change.before is None else _usd(usd),
        "" if change.after is None else _usd(usd_now),
        _signed_usd(change.cost_change_usd),
    )


def comparison_summary(comparison: Comparison) -> str:
    """Return the change in one sentence."""
    since = f"since {comparison.ref} ({comparison.commit[:10]})"
    unmeasured = len(comparison.unmeasured)
    unknown = f"; {plural(unmeasured, 'file')} could not be measured there" if unmeasured else ""
    if not comparison.changes:
        return f"no change of tokens or cost {since}{unknown}"
    usd = comparison.cost_change_usd
    cost = "cost not known: a request has no max_tokens" if usd is None else f"{_signed_usd(usd)} at most"
    files = plural(len(comparison.changes), "file")
    return f"{comparison.token_change:+,} input tokens, {cost}, in {files} {since}{unknown}"


def _usd(amount: Decimal | None) -> str:
    return "?" if amount is None else money.for_people(amount)


def _signed_usd(amount: Decimal | None) -> str:
    if amount is None:
        return "?"
    return f"{'-' if amount < 0 else '+'}{money.for_people(abs(amount))}" if amount else "0"


def figure(value: Figure) -> str:
    """Return tokens with separators, or dollars in full."""
    return f"${money.plain(value)}" if isinstance(value, Decimal) else f"{value:,}"


def summary(report: LintReport) -> str:
    """Return what was checked and found, in one sentence."""
    checked = report.checked
    what = ", ".join(
        plural(checked[key], key[:-1])
        for key in ("files", "requests", "budgets", "pipelines")
        if checked.get(key)
    )
    counts = [plural(report.count(each), each) for each in SEVERITIES if report.count(each)]
    suppressed = checked.get("suppressed", 0)
    ignored = f", {suppressed:,} ignored" if suppressed else ""
    accepted = f", {checked['accepted']:,} in the baseline" if checked.get("accepted") else ""
    others = checked.get("passed_over", 0)
    passed_over = f"; {plural(others, 'file')} passed over: no requests" if others else ""
    return (
        f"{what or 'nothing'} checked: {', '.join(counts) or 'no findings'}{ignored}{accepted}{passed_over}"
    )


def verdict(report: LintReport) -> str:
    """Return the answer in a word, and why it is no answer when it is none."""
    if not report.is_measured:
        return "not everything could be measured"
    return "passed" if report.passed else "failed"


def fullest_first(lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    """Return the limits, the fullest first, each budget's order kept among equals."""
    return sorted(lines, key=lambda line: line.held.full or 0, reverse=True)
