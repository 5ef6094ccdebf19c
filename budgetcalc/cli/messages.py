"""What is said on standard error: failures, exceeded limits, and where values came from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from budgetcalc import cli
from budgetcalc.locations import printable
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    import typer

    from budgetcalc.answers import Answer, Failure, Question
    from budgetcalc.calibration import Calibration
    from budgetcalc.configuration import Config
    from budgetcalc.estimates import SourceRef
    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.api_counts import ApiCounter
    from budgetcalc.readers.requests import RequestFill
    from budgetcalc.recorded_counts import RecordingQuestion

ORIGINS = {
    "request": "from the request",
    "flag": "from --on",
    "config": "from the config",
    "today": "today, UTC",
}


def say(message: str) -> None:
    """Write a line for people to standard error."""
    from budgetcalc.cli.output import encodable

    cli.say(encodable(message, sys.stderr.encoding))


def say_failure(failure: Failure) -> None:
    """Say why a request could not be answered, and what to do."""
    where = printable(failure.location, limit=400) or place(failure.source)
    say(f"{where}: error: {printable(failure.message, limit=400)}")
    if failure.hint:
        # A command in it that is cut is none.
        say(f"hint: {printable(failure.hint, limit=1_200)}")


def say_warnings(answer: Answer, *, errors_only: bool = False) -> None:
    """Say what is doubtful about the reading, and which limits given by flag are not kept for sure."""
    where = place(answer.estimate.source)
    for warning in () if errors_only else answer.warnings:
        say(f"{where}: warning: {printable(warning, limit=400)}")
    for check in answer.limits:
        if check.message and (check.severity == "error" or not errors_only):
            say(f"{where}: {check.severity}: {check.message}")
            if check.hint:
                say(f"hint: {check.hint}")


def say_where_values_come_from(
    ctx: typer.Context, question: Question, fill: RequestFill, project: Config | None
) -> None:
    """Say which value was taken for each setting, and from where."""
    catalogue = question.catalogue
    day, _ = question.day(None)
    models = ", ".join(printable(name) for name in question.models)
    default = printable(question.default_model or "")
    betas = ", ".join(printable(name) for name in sorted(fill.betas))
    table = f"{printable(catalogue.origin)}, table of {catalogue.checked.isoformat()}"
    say(f"config: {project_name(project)}{setting_origin(ctx, 'config')}")
    say(f"prices: {table}{setting_origin(ctx, 'pricing', project, 'pricing')}")
    if catalogue.calibration is not None:
        say(f"calibration: {printable(catalogue.calibration.origin)}{setting_origin(ctx, 'calibration')}")
    if question.counter is not None:
        say(f"counter: the API's count_tokens{setting_origin(ctx, 'counter')}")
    on = setting_origin(ctx, "on", project, "on") or " (today, UTC)"
    say(f"date: {day.isoformat()}{on}, for requests without their own")
    own = f"each request's own{f', else {default}' if default else ''}"
    say(f"model: {models or own}{setting_origin(ctx, 'model', project, 'model')}")
    sent = f", and {betas}" if betas else ""
    say(f"betas: each request's own{sent}{setting_origin(ctx, 'beta', project, 'betas')}")
    if fill.fallback is not None and fill.fallback.max_tokens is not None:
        say(f"max_tokens: each request's own, else {fill.fallback.max_tokens:,} (from the config)")


def project_name(project: Config | None) -> str:
    """Return what a configuration is called, safe to print."""
    return "none" if project is None else printable(project.file, limit=400)


def say_limits(ctx: typer.Context, limits: Limits, project: Config | None = None) -> None:
    """Say which limits are not the usual ones, and where they come from."""
    from budgetcalc.input_limits import DEFAULTS, KINDS

    changed = [name for name in KINDS if getattr(limits, name) != getattr(DEFAULTS, name)]
    if changed:
        shown = ", ".join(f"{name}={KINDS[name].written(getattr(limits, name))}" for name in changed)
        by_config = " (from the config)" if project is not None and project.limits else ""
        say(f"limits: {shown}{setting_origin(ctx, 'limit') or by_config}")


def setting_origin(
    ctx: typer.Context, parameter: str, project: Config | None = None, default: str = ""
) -> str:
    """Return whether a setting was given by flag, environment or configuration; nothing for a bundled one."""
    source = ctx.get_parameter_source(parameter)
    option = f"--{parameter}"
    words = {"COMMANDLINE": f" (from {option})", "ENVIRONMENT": f" (from BUDGETCALC_{parameter.upper()})"}
    if source and source.name in words:
        return words[source.name]
    is_projects = project is not None and getattr(project.defaults, default, None) is not None
    return " (from the config)" if is_projects else ""


def say_counter(counter: ApiCounter, *, verbose: bool) -> None:
    """Say what the API was asked, and why its answers could not be kept."""
    if verbose:
        say(
            f"counter: {plural(counter.asked, 'request')} counted by the API, {counter.remembered:,} known from before"
        )
    if counter.problem:
        say(f"warning: {printable(counter.problem, limit=400)}")


def say_recording_values(ctx: typer.Context, question: RecordingQuestion) -> None:
    """Say which values recordings are counted with, and where they come from."""
    catalogue = question.catalogue
    table = f"{printable(catalogue.origin)}, table of {catalogue.checked.isoformat()}"
    say(f"prices: {table}{setting_origin(ctx, 'pricing')}")
    if catalogue.calibration is not None:
        say(f"calibration: {printable(catalogue.calibration.origin)}{setting_origin(ctx, 'calibration')}")
    day = f"{question.undated.isoformat()}{setting_origin(ctx, 'on') or ' (today, UTC)'}"
    say(f"date: {day}, for recordings without their own")
    own = f", else {printable(question.model)}" if question.model else ""
    say(f"model: each recording's own{own}{setting_origin(ctx, 'model')}")


def say_learned(calibration: Calibration) -> None:
    """Say what recordings taught, and what they did not."""
    for each in calibration.constants:
        evidence = each.evidence
        found = f"{plural(evidence.recordings, 'request')} of {plural(evidence.sources, 'source')}"
        worst = plural(evidence.worst_error, "token")
        error = f"off by {worst} at most when each {evidence.left_out} is left out in turn"
        value = plural(int(each.value), "token") if each.unit == "tokens" else f"{each.value}"
        say(f"learned: {each.name} = {value} for {', '.join(map(printable, each.applies))}: {found}, {error}")
    for refusal in calibration.refused:
        applies = ", ".join(map(printable, refusal.applies))
        say(f"refused: {refusal.name} for {applies}: {refusal.reason}")
    if not calibration.constants and not calibration.refused:
        say("note: nothing to learn: no recording has a part that a constant could settle")


def say_origin(answer: Answer) -> None:
    """Say whose model and date were taken for a request."""
    estimate = answer.estimate
    requested = printable(estimate.treated_as or estimate.match.requested)
    origin = ORIGINS[estimate.on_origin]
    say(
        f"{place(estimate.source)}: model {estimate.match.model.id} (asked for as {requested or 'nothing'}), "
        f"on {estimate.on.isoformat()} ({origin})"
    )


def place(source: SourceRef) -> str:
    """Return ``file:line`` and the id of a request, safe to print."""
    line = f":{source.line}" if source.line is not None else ""
    name = f" ({printable(source.id)})" if source.id is not None else ""
    return f"{printable(source.file)}{line}{name}"
