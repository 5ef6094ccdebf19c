"""``plan`` as text and Markdown: a table of stages for each pipeline, its limits, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.locations import printable
from budgetcalc.pipelines import worst_findings
from budgetcalc.render import markdown
from budgetcalc.render.text import EMPTY, Grid, Line, Span, line, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from budgetcalc.pipelines import PipelinePlan, PlanReport, StagePlan
    from budgetcalc.render import Columns, Look

COLUMNS: Columns = (
    ("stage", "left"),
    ("model", "left"),
    ("calls", "right"),
    ("prompt", "right"),
    ("fed", "right"),
    ("input", "right"),
    ("max_tokens", "right"),
    ("window", "right"),
    ("per call", "right"),
    ("at most", "right"),
    ("", "left"),
)
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}
_NO_SHARE = "-"


def render_text(report: PlanReport, look: Look) -> Iterator[str]:
    """Yield a table a pipeline, then its limits and findings."""
    yield page(_text(report, look), look)


def render_markdown(report: PlanReport, look: Look) -> Iterator[str]:
    """Yield the same for a comment or a job summary."""
    for plan in report.plans:
        yield f"## Pipeline {markdown.escape(plan.pipeline.name)}\n\n"
        yield markdown.table(COLUMNS, _rows(plan))
        said = [(severity, text) for severity, text in _sentences(plan, look)]
        if said:
            yield "\n" + "".join(f"- **{severity}** {markdown.escape(text)}\n" for severity, text in said)
        yield "\n"
    yield f"<sub>{markdown.escape(_provenance(report))}</sub>\n"


def _text(report: PlanReport, look: Look) -> Iterator[Line | Grid]:
    for plan in report.plans:
        yield line(Span(f"pipeline {printable(plan.pipeline.name)}", "bold"))
        yield Grid(COLUMNS, _rows(plan))
        for severity, text in _sentences(plan, look):
            yield line(Span(severity, _STYLES.get(severity, "green")), f"  {text}")
        yield EMPTY
    yield line(Span(_provenance(report), "dim"))


def _rows(plan: PipelinePlan) -> list[list[str]]:
    *stages, whole = money.column([*(each.cost_usd for each in plan.stages), plan.cost_usd])
    rows = [_stage_row(each, usd) for each, usd in zip(plan.stages, stages, strict=True)]
    if plan.is_complete:
        calls = sum(stage.calls for stage in plan.pipeline.stages)
        totals = [f"{calls:,}", "", "", f"{plan.input_tokens:,}", f"{plan.output_tokens:,}", "", ""]
        rows.append(["total", "", *totals, whole, ""])
    return rows


def _stage_row(each: StagePlan, usd: str) -> list[str]:
    estimate = each.estimate
    budget = estimate.budget
    share = f"{budget.needed * 100 / budget.context_window:.1f}%" if budget.context_window else _NO_SHARE
    verdict = "" if budget.verdict == "fits" else budget.verdict.replace("_", " ")
    return [
        each.stage.name,
        estimate.match.model.id,
        f"{each.stage.calls:,}",
        f"{each.prompt_tokens:,}",
        f"{each.fed_tokens:,}" if each.stage.fed_by else "",
        f"{estimate.counted.total.tokens:,}",
        f"{budget.max_tokens or 0:,}",
        share,
        "?" if estimate.cost.total_max is None else _usd(estimate.cost.total_max),
        usd,
        verdict,
    ]


def _sentences(plan: PipelinePlan, look: Look) -> Iterator[tuple[str, str]]:
    """Yield failures, then limits, then findings; notes only where every detail is wanted."""
    for failure in plan.failures:
        yield "error", f"{failure.message}. {failure.hint}"
    for check in (*(c for each in plan.stages for c in each.limits), *plan.limits):
        if not check.exceeded:
            amounts = [
                money.for_people(each) if check.limit == "max_cost_usd" else f"{each:,}"  # type: ignore[arg-type]
                for each in (check.measured, check.allowed)
            ]
            yield "within", f"{check.limit}: {amounts[0]} of {amounts[1]}"
    for stage, found in worst_findings(plan):
        if found.severity == "note" and not look.verbose:
            continue
        place = f"stage {printable(stage, limit=60)}: " if stage else ""
        yield found.severity, f"{place}{found.rule} {found.message}"


def _provenance(report: PlanReport) -> str:
    return (
        f"prices of {report.on.isoformat()}: {report.catalogue.origin}, checked {report.checked.isoformat()}"
    )


def _usd(amount: Decimal) -> str:
    return money.for_people(amount)
