"""``budgetcalc estimate``: tokens, window and cost of requests, before they are sent."""

import os
from typing import Annotated

import typer

from budgetcalc.cli import options
from budgetcalc.cli.exit_codes import ExitCode
from budgetcalc.cli.standard_input import named_or_piped

MOST_TOKENS = 10_000_000_000
MOST_CALLS = 10**12


def estimate(
    ctx: typer.Context,
    *,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...", help="Request, conversation, JSONL, batch or prompt file; '-' is stdin."
        ),
    ] = None,
    format_: options.EstimateFormat = "text",
    output: options.Output = None,
    input_format: options.InputFormat = None,
    model: options.Models = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    calibration: options.Calibration = None,
    counter: options.Counter = "offline",
    config: options.Config = None,
    max_tokens: Annotated[int | None, typer.Option(min=0, metavar="N", help="Fill max_tokens.")] = None,
    thinking_budget: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Fill thinking: enabled, with this budget_tokens.")
    ] = None,
    effort: options.Effort = None,
    batch: Annotated[bool, typer.Option("--batch", help="Price as items of a batch.")] = False,
    system: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Fill the system prompt; @FILE reads it from a file.")
    ] = None,
    beta: options.Betas = None,
    expect_output: Annotated[
        int | None,
        typer.Option(
            min=0, max=MOST_TOKENS, metavar="N", help="Expected output tokens, for an expected cost."
        ),
    ] = None,
    calls: Annotated[
        int, typer.Option(min=1, max=MOST_CALLS, metavar="N", help="Expected number of identical calls.")
    ] = 1,
    treat_as: options.TreatAs = None,
    max_input_tokens: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Exit 1 when one input is larger.")
    ] = None,
    max_cost: options.MaxCost = None,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """Estimate tokens, window and cost of requests before they are sent.

    \b
    Examples:
      budgetcalc estimate conversation.json
      budgetcalc estimate prompt.md --model claude-haiku-4-5 --max-tokens 1000
      cat requests.jsonl | budgetcalc estimate - -f jsonl
    """  # noqa: D301 - \b keeps click from joining the lines
    inputs = named_or_piped(inputs)
    if not inputs:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.CANNOT_ANSWER)

    from budgetcalc.answers import Limits, Question, Report
    from budgetcalc.cli.answering import Watch, answer_inputs
    from budgetcalc.cli.learned import learned_catalogue
    from budgetcalc.cli.messages import say_counter, say_limits, say_where_values_come_from
    from budgetcalc.cli.output import look_of, read_text, refuse_overwriting, write
    from budgetcalc.cli.project import (
        default_fill,
        input_limits,
        pricing_file,
        project_config,
        project_defaults,
        sent_betas,
    )
    from budgetcalc.library import api_counter, today
    from budgetcalc.readers.requests import RequestFill
    from budgetcalc.render import renderer

    refuse_overwriting(output, inputs)
    project = project_config(config, input_limits(limit), checks_models=treat_as is None, pricing=pricing)
    defaults = project_defaults(project)
    bounds = input_limits(limit, project)
    prices = pricing_file(pricing, project)
    catalogue, doubts = learned_catalogue(prices, calibration, quiet=quiet, limits=bounds)
    counted_by = api_counter() if counter == "api" else None
    betas, betas_known = sent_betas(beta, defaults)
    question = Question(
        catalogue=catalogue,
        today=today(),
        on=on or defaults.on,
        on_origin="flag" if on else "config",
        models=tuple(model or ()),
        default_model=defaults.model,
        treat_as=catalogue.find(treat_as) if treat_as is not None else None,
        expect_output=expect_output,
        calls=calls,
        limits=Limits(max_input_tokens, max_cost),
        counter=counted_by,
    )
    fill = RequestFill(
        max_tokens=max_tokens,
        thinking_budget=thinking_budget,
        effort=effort,
        system=read_text(system[1:], bounds) if system and system.startswith("@") else system,
        betas=betas,
        betas_known=betas_known,
        batch=batch,
        zero_retention=defaults.zero_retention,
        fallback=default_fill(defaults),
    )
    if verbose:
        say_where_values_come_from(ctx, question, fill, project)
        say_limits(ctx, bounds, project)
    watch = Watch(strict=strict, quiet=quiet, verbose=verbose)
    outcomes = watch.over(answer_inputs(question, inputs, fill, input_format, bounds))
    look = look_of(output, color, os.environ, verbose=verbose)
    write(renderer("estimate", format_)(Report(question, outcomes), look), output)
    if counted_by is not None and not quiet:
        say_counter(counted_by, verbose=verbose)
    raise typer.Exit(max(watch.code, ExitCode.NO if strict and doubts else ExitCode.OK))
