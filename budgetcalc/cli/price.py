"""``budgetcalc price``: what recorded usage cost."""

import os

import typer

from budgetcalc.cli import options, price_options
from budgetcalc.cli.exit_codes import ExitCode
from budgetcalc.cli.standard_input import named_or_piped


def price(
    ctx: typer.Context,
    *,
    inputs: price_options.Inputs = None,
    format_: price_options.PriceFormat = "text",
    output: options.Output = None,
    input_format: options.InputFormat = None,
    model: price_options.FillModel = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    config: options.Config = None,
    by: price_options.By = None,
    timezone: price_options.TimeZone = "UTC",
    since: price_options.Since = None,
    until: price_options.Until = None,
    where: price_options.Where = None,
    sort: price_options.Sort = None,
    top: price_options.Top = None,
    lines: price_options.Lines = False,
    lenient: price_options.Lenient = False,
    fail_over: price_options.FailOver = None,
    reconcile: price_options.Reconcile = None,
    claude_code: price_options.ClaudeCode = False,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """Say what recorded usage cost, exactly, at the prices of its day.

    \b
    Examples:
      budgetcalc price usage.jsonl --by day --by model
      budgetcalc price --claude-code --since 2026-11-01 -f html -o spend.html
      budgetcalc price usage_report.json --reconcile cost_report.json
      echo '{"input_tokens": 1000, "output_tokens": 50}' | budgetcalc price - --model claude-opus-4-6
    """  # noqa: D301 - \b keeps click from joining the lines
    inputs = inputs or ([] if claude_code else named_or_piped(inputs))
    if not inputs and not claude_code:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.CANNOT_ANSWER)

    from contextlib import closing

    from budgetcalc.cli.project import input_limits, pricing_file, project_config, project_defaults
    from budgetcalc.cli.usage_intake import Intake

    project = project_config(config, input_limits(limit))
    limits = input_limits(limit, project)
    with closing(Intake(inputs, input_format, claude_code=claude_code, limits=limits)) as intake:
        from budgetcalc.cli.messages import say_limits
        from budgetcalc.cli.output import look_of, write
        from budgetcalc.cli.price_messages import (
            filled_model_origin,
            say_problems,
            say_where_prices_come_from,
            say_why_no,
        )
        from budgetcalc.cli.progress import progress
        from budgetcalc.library import load_catalogue, today
        from budgetcalc.render import renderer
        from budgetcalc.usage_question import UsageQuestion, parse_where, time_zone

        defaults = project_defaults(project)
        catalogue = load_catalogue(pricing_file(pricing, project), limits=limits)
        model = model or defaults.model
        question = UsageQuestion(
            catalogue=catalogue,
            undated=on or defaults.on or today(),
            undated_origin="flag" if on else "config" if defaults.on else "today",
            model=catalogue.find(model).requested if model is not None else None,
            model_origin=filled_model_origin(ctx, project),
            by=tuple(dict.fromkeys(by or ())),
            zone=time_zone(timezone),
            since=since,
            until=until,
            where=tuple(parse_where(text) for text in where or ()),
            sort=sort,
            top=top,
            lines=lines,
            timeline=format_ == "html",
            reconciles=bool(reconcile),
            fail_over=fail_over,
        )
        if verbose:
            say_where_prices_come_from(ctx, question, project)
            say_limits(ctx, limits, project)
        with progress(quiet=quiet) as seen:
            report = intake.price(question, reconcile or [], seen)
    on_page = format_ in {"text", "markdown"} and output in {None, "-"}
    say_problems(report, on_page=on_page, quiet=quiet)
    look = look_of(output, color, os.environ, verbose=verbose)
    write(renderer("price", format_)(report, look), output)
    say_why_no(report, on_page=on_page, lenient=lenient, strict=strict)
    says_no = report.says_no(lenient=lenient, strict=strict)
    raise typer.Exit(ExitCode.CANNOT_ANSWER if report.failed else ExitCode.NO if says_no else ExitCode.OK)
