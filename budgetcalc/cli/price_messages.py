"""What ``price`` says on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.cli.messages import project_name, say, setting_origin
from budgetcalc.locations import printable
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    import typer

    from budgetcalc.configuration import Config
    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_report import PricedUsage


def say_problems(report: PricedUsage, *, on_page: bool, quiet: bool) -> None:
    """Say which inputs failed, and what a machine's document holds but nobody may look at.

    Args:
        report: the answer.
        on_page: the page itself says it, failed inputs and hints apart.
        quiet: failed inputs only.
    """
    for failed in report.failed:
        say(f"{printable(failed.location or failed.file, limit=400)}: error: {_safe(failed.message)}")
        if failed.hint:
            say(f"hint: {_safe(failed.hint)}")
    if on_page or quiet:
        return
    from budgetcalc.render.usage_wording import problems, reconciled_sentence

    for severity, text in problems(report):
        if severity != "error":
            say(f"{severity}: {_safe(text)}")
    if report.reconciliation is not None:
        say(f"reconciled: {_safe(reconciled_sentence(report))}; -f text, json and html have the lines")


def say_why_no(report: PricedUsage, *, on_page: bool, lenient: bool, strict: bool) -> None:
    """Say why the exit code is 1, where the last line of the page does not."""
    if report.says_no(lenient=lenient):
        if not on_page:
            from budgetcalc.render.usage_wording import total_sentence

            say(f"error: {total_sentence(report)}")
    elif report.says_no(lenient=lenient, strict=strict):
        say(f"error: --strict: {plural(len(report.warnings), 'warning')}")


def filled_model_origin(ctx: typer.Context, project: Config | None) -> str:
    """Return where the model of rows that name none came from; nothing when it was given by flag."""
    source = ctx.get_parameter_source("model")
    if source is not None and source.name != "DEFAULT":
        return "" if source.name == "COMMANDLINE" else "as BUDGETCALC_MODEL says"
    return f"the defaults.model of {project_name(project)}"


def say_where_prices_come_from(ctx: typer.Context, question: UsageQuestion, project: Config | None) -> None:
    """Say which value was taken for each setting, and from where."""
    catalogue = question.catalogue
    table = f"{_safe(catalogue.origin)}, table of {catalogue.checked.isoformat()}"
    say(f"config: {project_name(project)}{setting_origin(ctx, 'config')}")
    say(f"prices: {table}{setting_origin(ctx, 'pricing', project, 'pricing')}")
    on = setting_origin(ctx, "on", project, "on") or " (today, UTC)"
    say(f"date: {question.undated.isoformat()}{on}, for rows without one")
    model = _safe(question.model) if question.model else ""
    say(
        f"model: each row's own{f', else {model}' if model else ''}{setting_origin(ctx, 'model', project, 'model')}"
    )
    say(f"time zone: {question.zone}{setting_origin(ctx, 'timezone')}")


def _safe(text: str) -> str:
    return printable(text, limit=400)
