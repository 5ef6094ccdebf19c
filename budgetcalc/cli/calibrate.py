"""``budgetcalc calibrate``: learn from recordings what no table can know."""

from __future__ import annotations

import os

import typer

from budgetcalc.cli import options
from budgetcalc.cli.exit_codes import ExitCode
from budgetcalc.cli.standard_input import named_or_piped


def calibrate(
    ctx: typer.Context,
    *,
    inputs: options.Recordings = None,
    format_: options.CalibrateFormat = "text",
    output: options.Output = None,
    input_format: options.InputFormat = None,
    model: options.FillModel = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    treat_as: options.TreatAs = None,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """Learn from recordings the constants that no table can know: server tools, a new model, a changed tokenizer.

    Writes a small file that `estimate`, `verify` and `lint` take as --calibration. Exits 1 when recordings have
    something to teach, but too few of them, or contradictory ones.

    \b
    Examples:
      budgetcalc calibrate recordings.jsonl -o calibration.yaml
      budgetcalc calibrate new_model.jsonl --treat-as claude-opus-5 -o calibration.yaml
    """  # noqa: D301 - \b keeps click from joining the lines
    inputs = named_or_piped(inputs)
    if not inputs:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.CANNOT_ANSWER)

    from budgetcalc import __version__
    from budgetcalc.cli.messages import say, say_learned, say_limits, say_recording_values
    from budgetcalc.cli.output import look_of, refuse_overwriting, write
    from budgetcalc.cli.progress import progress
    from budgetcalc.cli.project import input_limits
    from budgetcalc.cli.recording_intake import RecordingIntake
    from budgetcalc.library import load_catalogue, today
    from budgetcalc.recorded_counts import RecordingQuestion, calibrate_recordings
    from budgetcalc.render import renderer

    refuse_overwriting(output, inputs)
    limits = input_limits(limit)
    catalogue = load_catalogue(pricing, limits=limits)
    question = RecordingQuestion(
        catalogue, on or today(), model, catalogue.find(treat_as) if treat_as is not None else None
    )
    if verbose:
        say_recording_values(ctx, question)
        say_limits(ctx, limits)
    intake = RecordingIntake(inputs, input_format, quiet=quiet, limits=limits)
    with progress(quiet=quiet) as seen:
        learned = calibrate_recordings(
            question, intake.records(seen), made_on=today(), version=__version__, unread=intake.unread
        )
    intake.say_unread()
    if not learned.recordings:
        say("error: nothing could be compared, so there is nothing to learn from")
        raise typer.Exit(ExitCode.CANNOT_ANSWER)
    if not quiet:
        say_learned(learned)
    if learned.constants or not learned.refused:
        look = look_of(output, color, os.environ, verbose=verbose)
        write(renderer("calibrate", format_)(learned, look), output)
    if intake.failed:
        raise typer.Exit(ExitCode.CANNOT_ANSWER)
    says_no = learned.refused and (strict or not learned.constants)
    raise typer.Exit(ExitCode.NO if says_no else ExitCode.OK)
