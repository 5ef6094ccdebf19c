"""``estimate`` for a terminal: one request as a page, several as a table; verdict and cost come last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.render import wording
from budgetcalc.render.text import EMPTY, Grid, Line, Span, fits, line, page, transposed, window_bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from budgetcalc.answers import Answer, Report
    from budgetcalc.counts import Count
    from budgetcalc.estimates import Estimate
    from budgetcalc.render import Columns, Look

SEVERITY_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
VERDICT_STYLES = {"fits": "bold green", "rejected": "bold red", "over_window": "bold red"}
PARTS: Columns = (
    ("where", "left"),
    ("kind", "left"),
    ("path", "left"),
    ("tokens", "right"),
    ("running", "right"),
    ("band", "right"),
    ("method", "left"),
)
COST_LINES: Columns = (
    ("scenario", "left"),
    ("bucket", "left"),
    ("tokens", "right"),
    ("$/mtok", "right"),
    ("times", "right"),
    ("usd", "right"),
    ("rule", "left"),
    ("period", "left"),
    ("source", "left"),
)
MOST_PARTS = 40
"""Beyond as many parts the table has a row for each message, unless every detail is asked for."""


def render_estimates(report: Report, look: Look) -> Iterator[str]:
    """Yield the page of one estimate, or the table of several."""
    from budgetcalc.answers import Answer

    outcomes = tuple(report.outcomes)
    answers = [each for each in outcomes if isinstance(each, Answer)]
    if len(answers) == 1 or look.verbose:
        for index, answer in enumerate(answers):
            yield page([*([EMPTY] if index else []), *_page_of(answer, report, look)], look)
    if len(answers) > 1:
        yield page(_table_of(answers, report, look), look)
    failed = len(outcomes) - len(answers)
    if failed and answers:
        yield page([line(Span(f"{failed:,} not answered, see the errors", "bold red"))], look)


def _table_of(answers: list[Answer], report: Report, look: Look) -> Iterator[Line | Grid]:
    several_sources = len({wording.source_name(answer.estimate.source) for answer in answers}) > 1
    if look.verbose:
        yield EMPTY
    if not several_sources:
        yield line(Span(wording.source_name(answers[0].estimate.source), "bold"))
    yield from _prices_of(answers, report)
    first = 0 if several_sources else 1
    rows = wording.aligned_money([_summary_row(answer) for answer in answers], answers)
    grid = Grid(wording.SUMMARY[first:], [row[first:] for row in rows])
    comparison = wording.is_comparison(answers)
    yield transposed(grid) if comparison and not fits(grid, look) else grid
    if not look.verbose:
        yield from _section("findings (-v shows each)", wording.finding_lines(answers))
    if not comparison:
        yield EMPTY
        yield line(Span(wording.totals_line(answers), "bold"))
        if shared := wording.shared_cache_line(answers):
            yield line(shared)


def _summary_row(answer: Answer) -> list[Span | str]:
    verdict = wording.verdict_word(answer.estimate)
    style = VERDICT_STYLES.get(verdict, "bold yellow")
    return [Span(cell, style) if cell == verdict else cell for cell in wording.summary_row(answer)]


def _prices_of(answers: list[Answer], report: Report) -> Iterator[Line]:
    """Yield which prices apply when all requests have one day; else each row has its own."""
    days = {answer.estimate.on for answer in answers}
    day = f"of {days.pop().isoformat()}" if len(days) == 1 else "of each request's own day"
    yield line(
        Span(f"prices {day}: {wording.table_line(report, [each.estimate for each in answers])}", "dim")
    )


def _page_of(answer: Answer, report: Report, look: Look) -> Iterator[Line | Grid]:
    estimate = answer.estimate
    yield line(
        Span(wording.source_name(estimate.source), "bold"), "  ", Span(wording.model_name(estimate), "bold")
    )
    yield line(Span(wording.prices_line(estimate, report), "dim"))
    yield EMPTY
    yield from _window(estimate, look)
    yield EMPTY
    yield _parts(estimate, look)
    yield line(
        Span(f"input {wording.with_band(estimate.counted.total)} tokens", "bold"),
        f", {estimate.counted.total.method}",
    )
    yield from _section("thinking", wording.thinking_lines(estimate))
    yield from _section("formula", [wording.formula_line(estimate)])
    yield from _section("tokens that count against per-minute limits", [wording.rate_limits_line(estimate)])
    yield from _findings(answer)
    yield from _section("notes", estimate.counted.notes)
    if look.verbose:
        yield from _cost_details(estimate)
    yield EMPTY
    style = VERDICT_STYLES.get(wording.verdict_word(estimate), "bold yellow")
    yield line(Span(wording.verdict_line(estimate), style))
    costs = list(wording.cost_lines(estimate))
    width = max(len(name) for name, _ in costs)
    for name, sentence in costs:
        yield line(f"  {name:<{width}}  ", Span(sentence, "bold"))


def _window(estimate: Estimate, look: Look) -> Iterator[Line]:
    """Yield the window as a bar: input, max_tokens, what is free or what does not fit."""
    budget, total = estimate.budget, estimate.counted.total
    glyphs = "█▓░!" if look.unicode else "#+.!"
    output = min(budget.max_tokens or 0, max(0, budget.context_window - total.tokens))
    # The bar ends where the window does, and then shows what does not fit; the figures are the real ones.
    segments = [
        ("input", total.tokens, min(total.tokens, budget.context_window), Span(glyphs[0], "blue")),
        ("max_tokens", budget.max_tokens or 0, output, Span(glyphs[1], "magenta")),
        ("free", max(0, budget.headroom), max(0, budget.headroom), Span(glyphs[2], "dim")),
        ("does not fit", max(0, -budget.headroom), max(0, -budget.headroom), Span(glyphs[3], "bold red")),
    ]
    size = max(20, min(72, (look.width or 80) - 24))
    bar = window_bar([(drawn, glyph) for _, _, drawn, glyph in segments], size)
    yield line("window [", *bar, f"] {budget.context_window:,}")
    legend: list[Span | str] = ["       "]
    for name, amount, _, glyph in segments:
        if amount:
            legend += [" ", glyph, f" {name} {amount:,} ({wording.share(amount, budget.context_window)}) "]
    yield line(*legend)
    stripped = estimate.counted.stripped.count
    by_kind = [f"{kind} {tokens:,}" for kind, tokens in wording.kinds(estimate).items() if tokens]
    if stripped.high:
        by_kind.append(f"(stripped thinking {wording.with_band(stripped)}, outside the window)")
    yield line(f"input  {', '.join(by_kind) or '0'}")


def _parts(estimate: Estimate, look: Look) -> Grid:
    """Return the parts with a running total; one row a message when there are many."""
    detailed = look.verbose or len(estimate.counted.parts) <= MOST_PARTS
    rows: list[list[Span | str]] = []
    running = 0

    def add(where: str, kind: str, path: str, count: Count) -> None:
        nonlocal running
        running += count.tokens
        figures = (f"{count.tokens:,}", f"{running:,}", wording.band(count), count.method)
        rows.append([Span(where, "bold"), kind, path, *figures])

    for group in wording.group_parts(estimate):
        if detailed:
            for index, part in enumerate(group.parts):
                add("" if index else group.label, part.kind, part.path, part.count)
        else:
            add(group.label, ", ".join(dict.fromkeys(part.kind for part in group.parts)), "", group.count)
    stripped = estimate.counted.stripped
    if stripped.blocks:
        path = stripped.paths[0] if stripped.blocks == 1 else f"{stripped.blocks:,} blocks"
        figures = (f"({stripped.count.tokens:,})", "", wording.band(stripped.count), "not billed")
        rows.append([Span("stripped", "dim"), "thinking", path, *figures])
    return Grid(PARTS, rows)


def _findings(answer: Answer) -> Iterator[Line]:
    """Yield findings and limits, errors first, each hint under its finding."""
    findings = answer.estimate.findings
    checks = [check for check in answer.limits if check.message]
    if findings or checks:
        yield EMPTY
        yield line(Span("findings", "bold"))
    for check in checks:
        yield line("  ", Span(check.severity, SEVERITY_STYLES[check.severity]), f" {check.message}")
        if check.hint:
            yield line(Span(f"    hint: {check.hint}", "dim"))
    for severity in SEVERITIES:
        for finding in findings:
            if finding.severity == severity:
                place = f" ({finding.path})" if finding.path else ""
                yield line(
                    "  ",
                    Span(severity, SEVERITY_STYLES[severity]),
                    f" {finding.rule} {finding.name}: {finding.message}{place}",
                )
                if finding.hint:
                    yield line(Span(f"    hint: {finding.hint}", "dim"))


def _cost_details(estimate: Estimate) -> Iterator[Line | Grid]:
    yield EMPTY
    yield Grid(
        COST_LINES,
        [
            [
                cost.scenario,
                cost.bucket,
                f"{cost.tokens:,}",
                f"{cost.usd_per_mtok:f}",
                "" if cost.multiplier == 1 else f"x{cost.multiplier:f}",
                wording.usd(cost.usd),
                cost.rule,
                cost.price_period,
                cost.source,
            ]
            for cost in estimate.cost.lines
        ],
    )


def _section(title: str, sentences: Iterable[str]) -> Iterator[Line]:
    rows = [line(f"  {sentence}") for sentence in sentences]
    if rows:
        yield EMPTY
        yield line(Span(title, "bold"))
        yield from rows
