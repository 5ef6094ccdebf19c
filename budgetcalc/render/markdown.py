"""GitHub-flavoured Markdown for comments and job summaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.locations import printable
from budgetcalc.render import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budgetcalc.answers import Answer, Failure, Report
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.render import Columns, Look

PARTS: Columns = (
    ("where", "left"),
    ("kind", "left"),
    ("path", "left"),
    ("tokens", "right"),
    ("band", "right"),
    ("method", "left"),
)
_SPECIAL = str.maketrans(
    {**{char: f"\\{char}" for char in "\\`*_[]|#~!@$"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"}
)


def render_estimates(report: Report, look: Look) -> Iterator[str]:
    """Yield a summary, then findings, parts and cost of each request (of several only with ``-v``)."""
    from budgetcalc.answers import Answer

    outcomes = tuple(report.outcomes)
    answers = [each for each in outcomes if isinstance(each, Answer)]
    yield "## Token and cost estimate\n\n"
    if answers:
        yield table(wording.SUMMARY, wording.aligned_money([*map(wording.summary_row, answers)], answers))
    if len(answers) > 1 and not wording.is_comparison(answers):
        yield f"\n**{escape(wording.totals_line(answers))}**\n"
        if shared := wording.shared_cache_line(answers):
            yield f"\n{escape(shared)}\n"
    for answer in answers:
        yield from _findings(answer)
        if len(answers) == 1 or look.verbose:
            yield from _details(answer, report)
    yield from _failures([each for each in outcomes if not isinstance(each, Answer)])
    yield f"\n<sub>{escape(wording.table_line(report, [each.estimate for each in answers]))}</sub>\n"


def render_models(report: ModelsReport, look: Look) -> Iterator[str]:
    """Yield the catalogue as a table."""
    del look
    from budgetcalc.render.models_text import TITLES

    rows = ([f"{c:,}" if isinstance(c, int) else c for c in report.row(model)] for model in report.entries)
    yield table(TITLES, rows)
    yield (
        f"\n<sub>US dollars per million tokens of {report.on.isoformat()}: "
        f"{escape(report.catalogue.origin)}, checked {report.catalogue.checked.isoformat()}</sub>\n"
    )


def escape(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no mentions, one line."""
    return printable(text, limit=1_000_000).translate(_SPECIAL)


def table(columns: Columns, rows: Iterable[Sequence[str]]) -> str:
    """Return a table, its cells escaped."""
    head = f"| {' | '.join(title for title, _ in columns)} |"
    rule = f"|{'|'.join('---:' if side == 'right' else '---' for _, side in columns)}|"
    body = (f"| {' | '.join(escape(cell) for cell in row)} |" for row in rows)
    return "".join(f"{row}\n" for row in (head, rule, *body))


def _findings(answer: Answer) -> Iterator[str]:
    lines = [
        f"- **{check.severity}** {escape(check.message)}{f'<br>{escape(check.hint)}' if check.hint else ''}"
        for check in answer.limits
        if check.message
    ]
    for severity in SEVERITIES:
        for finding in answer.estimate.findings:
            if finding.severity == severity:
                place = f" (at {escape(finding.path)})" if finding.path else ""
                hint = f"<br>{escape(finding.hint)}" if finding.hint else ""
                name = f"{finding.rule} {escape(finding.name)}"
                lines.append(f"- **{severity}** {name}: {escape(finding.message)}{place}{hint}")
    if lines:
        yield f"\n### Findings: {escape(_title(answer))}\n\n" + "\n".join(lines) + "\n"


def _details(answer: Answer, report: Report) -> Iterator[str]:
    estimate = answer.estimate
    yield f"\n### Input: {escape(_title(answer))}\n\n"
    rows = []
    for group in wording.group_parts(estimate):
        for part in group.parts:
            count = part.count
            figures = (f"{count.tokens:,}", wording.band(count), count.method)
            rows.append((group.label, part.kind, part.path, *figures))
    yield table(PARTS, rows)
    sentences = [*wording.thinking_lines(estimate), wording.formula_line(estimate), *estimate.counted.notes]
    yield "\n" + "".join(f"- {escape(sentence)}\n" for sentence in sentences)
    yield f"\n**{escape(wording.verdict_line(estimate))}**\n\n"
    yield table((("cost", "left"), ("", "left")), wording.cost_lines(estimate))
    yield f"\n{escape(wording.prices_line(estimate, report))}\n"


def _failures(failures: Sequence[Failure]) -> Iterator[str]:
    if failures:
        yield "\n### Not answered\n\n"
    for failure in failures:
        hint = f"<br>{escape(failure.hint)}" if failure.hint else ""
        where = failure.location or wording.source_name(failure.source)
        yield f"- {escape(where)}: {escape(failure.message)}{hint}\n"


def _title(answer: Answer) -> str:
    return f"{wording.source_name(answer.estimate.source)}, {answer.estimate.match.model.id}"
