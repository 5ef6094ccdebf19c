"""What is said on standard error: failures, exceeded limits, and where values came from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from budgetcalc import cli
from budgetcalc.locations import printable

if TYPE_CHECKING:
    import typer

    from budgetcalc.answers import Answer, Failure, Question
    from budgetcalc.estimates import SourceRef
    from budgetcalc.readers.requests import RequestFill


def say(message: str) -> None:
    """Write a line for people to standard error."""
    from budgetcalc.cli.output import encodable

    cli.say(encodable(message, sys.stderr.encoding))


def say_failure(failure: Failure) -> None:
    """Say why a request could not be answered, and what to do."""
    where = printable(failure.location, limit=400) or place(failure.source)
    say(f"{where}: error: {printable(failure.message, limit=400)}")
    if failure.hint:
        say(f"hint: {printable(failure.hint, limit=400)}")


def say_warnings(answer: Answer, *, errors_only: bool = False) -> None:
    """Say what is doubtful about the reading, and which limits given by flag are exceeded, or may be."""
    where = place(answer.estimate.source)
    for warning in () if errors_only else answer.warnings:
        say(f"{where}: warning: {printable(warning, limit=400)}")
    for check in answer.limits:
        if check.message and (check.exceeded or not errors_only):
            say(f"{where}: {'error' if check.exceeded else 'warning'}: {check.message}")


def say_where_values_come_from(ctx: typer.Context, question: Question, fill: RequestFill) -> None:
    """Say which value was taken for each setting, and from where."""
    catalogue = question.catalogue
    day, _ = question.day(None)
    models = ", ".join(printable(name) for name in question.models)
    betas = ", ".join(printable(name) for name in sorted(fill.betas))
    checked = f"{printable(catalogue.origin)}, checked {catalogue.checked.isoformat()}"
    say(f"prices: {checked}{_origin(ctx, 'pricing')}")
    say(f"date: {day.isoformat()}{_origin(ctx, 'on') or ' (today, UTC)'}, for requests without their own")
    say(f"model: {models}{_origin(ctx, 'model')}" if models else "model: each request's own")
    say(f"betas: each request's own{f', and {betas}' if betas else ''}{_origin(ctx, 'beta')}")


def say_origin(answer: Answer) -> None:
    """Say whose model and date were taken for a request."""
    estimate = answer.estimate
    requested = printable(estimate.treated_as or estimate.match.requested)
    origin = {"request": "from the request", "flag": "from --on", "today": "today, UTC"}[estimate.on_origin]
    say(
        f"{place(estimate.source)}: model {estimate.match.model.id} (asked for as {requested or 'nothing'}), "
        f"on {estimate.on.isoformat()} ({origin})"
    )


def place(source: SourceRef) -> str:
    """Return ``file:line`` and the id of a request, safe to print."""
    line = f":{source.line}" if source.line is not None else ""
    name = f" ({printable(source.id)})" if source.id is not None else ""
    return f"{printable(source.file)}{line}{name}"


def _origin(ctx: typer.Context, parameter: str) -> str:
    """Return whether a setting was given by flag or environment; nothing for a default."""
    source = ctx.get_parameter_source(parameter)
    option = f"--{parameter}"
    words = {"COMMANDLINE": f" (from {option})", "ENVIRONMENT": f" (from BUDGETCALC_{parameter.upper()})"}
    return words.get(source.name if source else "", "")
