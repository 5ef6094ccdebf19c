"""What ``price`` says on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.cli.messages import say
from budgetcalc.locations import printable

if TYPE_CHECKING:
    import typer

    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_report import PricedUsage


def say_problems(report: PricedUsage, *, on_page: bool) -> None:
    """Say which inputs failed, and what a machine's document holds but nobody may look at.

    Args:
        report: the answer.
        on_page: the page itself says it, failed inputs and hints apart.
    """
    from budgetcalc.render.usage_wording import problems, total_sentence

    for failed in report.failed:
        say(f"{printable(failed.location or failed.file, limit=400)}: error: {_safe(failed.message)}")
        if failed.hint:
            say(f"hint: {_safe(failed.hint)}")
    if on_page:
        return
    for severity, text in problems(report):
        if severity != "error":
            say(f"{severity}: {_safe(text)}")
    if report.over_limit:
        say(f"error: {total_sentence(report)}")


def say_where_prices_come_from(ctx: typer.Context, question: UsageQuestion) -> None:
    """Say which value was taken for each setting, and from where."""
    catalogue = question.catalogue
    checked = f"{_safe(catalogue.origin)}, checked {catalogue.checked.isoformat()}"
    say(f"prices: {checked}{_origin(ctx, 'pricing')}")
    say(f"date: {question.undated.isoformat()}{_origin(ctx, 'on') or ' (today, UTC)'}, for rows without one")
    model = _safe(question.model) if question.model else ""
    say(f"model: each row's own{f', else {model}' if model else ''}{_origin(ctx, 'model')}")
    say(f"time zone: {question.zone}{_origin(ctx, 'timezone')}")


def _origin(ctx: typer.Context, parameter: str) -> str:
    source = ctx.get_parameter_source(parameter)
    words = {
        "COMMANDLINE": f" (from --{parameter})",
        "ENVIRONMENT": f" (from BUDGETCALC_{parameter.upper()})",
    }
    return words.get(source.name if source else "", "")


def _safe(text: str) -> str:
    return printable(text, limit=400)
