"""What ``lint`` says on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.cli.messages import project_name, say, setting_origin
from budgetcalc.locations import printable

if TYPE_CHECKING:
    import typer

    from budgetcalc.configuration import Config
    from budgetcalc.linting import LintRun


def say_where_settings_come_from(ctx: typer.Context, run: LintRun, project: Config | None) -> None:
    """Say which value was taken for each setting, and from where."""
    question = run.question
    catalogue = question.catalogue
    checked = f"{printable(catalogue.origin, limit=400)}, checked {catalogue.checked.isoformat()}"
    say(f"config: {project_name(project)}{setting_origin(ctx, 'config')}")
    say(f"prices: {checked}{setting_origin(ctx, 'pricing', project, 'pricing')}")
    on = setting_origin(ctx, "on", project, "on") or " (today, UTC)"
    say(f"date: {question.day.isoformat()}{on}, for requests without their own")
    default = f", else {printable(question.default_model)}" if question.default_model else ""
    model = printable(question.model) if question.model else f"each request's own{default}"
    say(f"model: {model}{setting_origin(ctx, 'model', project, 'model')}")
    betas = ", ".join(printable(name) for name in sorted(question.fill.betas))
    sent = f", and {betas}" if betas else ""
    say(f"betas: each request's own{sent}{setting_origin(ctx, 'beta', project, 'betas')}")
    say(f"cache: {printable(str(run.cache), limit=400) if run.cache else 'none'}")
