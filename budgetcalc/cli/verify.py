"""``budgetcalc verify``: how right the estimates are."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from budgetcalc.cli import options
from budgetcalc.cli.exit_codes import ExitCode
from budgetcalc.cli.standard_input import named_or_piped

MOST_CASES = 1000


def verify(
    ctx: typer.Context,
    *,
    inputs: options.Recordings = None,
    format_: options.VerifyFormat = "text",
    output: options.Output = None,
    input_format: options.InputFormat = None,
    model: options.FillModel = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    calibration: options.Calibration = None,
    treat_as: options.TreatAs = None,
    fail_under: options.FailUnder = None,
    worst: Annotated[
        int, typer.Option(min=0, max=MOST_CASES, metavar="N", help="Show the N worst cases.")
    ] = 10,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """Compare estimates with what the API billed for recorded requests.

    \b
    Examples:
      budgetcalc verify recordings.jsonl --fail-under 0.9
      budgetcalc verify tests/cassettes -f markdown
    """  # noqa: D301 - \b keeps click from joining the lines
    inputs = named_or_piped(inputs)
    if not inputs:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.CANNOT_ANSWER)

    from budgetcalc.cli.learned import learned_catalogue
    from budgetcalc.cli.messages import say, say_limits, say_recording_values
    from budgetcalc.cli.output import look_of, refuse_overwriting, write
    from budgetcalc.cli.progress import progress
    from budgetcalc.cli.project import input_limits
    from budgetcalc.cli.recording_intake import RecordingIntake
    from budgetcalc.library import today
    from budgetcalc.recorded_counts import RecordingQuestion, verify_recordings
    from budgetcalc.render import renderer

    refuse_overwriting(output, inputs)
    limits = input_limits(limit)
    catalogue, doubts = learned_catalogue(pricing, calibration, quiet=quiet, limits=limits)
    question = RecordingQuestion(
        catalogue, on or today(), model, catalogue.find(treat_as) if treat_as is not None else None
    )
    if verbose:
        say_recording_values(ctx, question)
        say_limits(ctx, limits)
    intake = RecordingIntake(inputs, input_format, quiet=quiet, limits=limits)
    with progress(quiet=quiet) as seen:
        report = verify_recordings(
            question,
            intake.records(seen),
            worst_cases=worst,
            fail_under=fail_under,
            failed=intake.failed,
            unread=intake.unread,
        )
    on_page = format_ in {"text", "markdown"} and output in {None, "-"}
    if not on_page:
        intake.say_unread()
    look = look_of(output, color, os.environ, verbose=verbose)
    write(renderer("verify", format_)(report, look), output)
    if not report.tally.added:
        say("error: nothing could be compared")
    if intake.failed or not report.tally.added:
        raise typer.Exit(ExitCode.CANNOT_ANSWER)
    is_doubtful = bool(doubts or report.left_out or report.invalid)
    raise typer.Exit(ExitCode.NO if report.too_few_exact or (strict and is_doubtful) else ExitCode.OK)
