"""``budgetcalc lint``: budgets and rules of the API that fail a build."""

import os
from typing import Annotated

import typer

from budgetcalc.cli import lint_options, options
from budgetcalc.cli.exit_codes import ExitCode
from budgetcalc.cli.standard_input import standard_input


def lint(
    ctx: typer.Context,
    *,
    paths: lint_options.Paths = None,
    format_: lint_options.LintFormat = "text",
    output: options.Output = None,
    model: lint_options.OneModel = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    calibration: options.Calibration = None,
    config: options.Config = None,
    beta: options.Betas = None,
    baseline: lint_options.Baseline = None,
    write_baseline: lint_options.WriteBaseline = False,
    diff: lint_options.Diff = None,
    fail_on: lint_options.FailOn = "error",
    select: lint_options.Select = None,
    ignore: lint_options.Ignore = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Measure every file again.")] = False,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """Hold prompts and requests against budgets and the rules of the API.

    Without PATH all files of the budgets in budgetcalc.yaml; with it those files and folders only.

    \b
    Examples:
      budgetcalc lint
      budgetcalc lint prompts/ --fail-on warning
      budgetcalc lint request.json --config none -f json
      budgetcalc lint --diff origin/main -f markdown
    """  # noqa: D301 - \b keeps click from joining the lines
    from budgetcalc.cli.learned import learned_catalogue
    from budgetcalc.cli.lint_baseline import accept, with_baseline
    from budgetcalc.cli.lint_messages import say_where_settings_come_from
    from budgetcalc.cli.messages import say_limits
    from budgetcalc.cli.output import look_of, refuse_overwriting, write
    from budgetcalc.cli.project import (
        default_fill,
        input_limits,
        pricing_file,
        project_config,
        project_defaults,
        sent_betas,
    )
    from budgetcalc.configuration import Config
    from budgetcalc.errors import UsageError
    from budgetcalc.library import today
    from budgetcalc.lint_history import compare_with, hold_report
    from budgetcalc.linting import LintRun, lint_files
    from budgetcalc.readers.lint_cache import cache_folder
    from budgetcalc.readers.measuring import LintQuestion
    from budgetcalc.readers.requests import RequestFill
    from budgetcalc.render import renderer

    refuse_overwriting(output, paths or ())
    project = project_config(config, input_limits(limit), checks_models=True, pricing=pricing)
    defaults = project_defaults(project)
    limits = input_limits(limit, project)
    prices = pricing_file(pricing, project)
    catalogue, _ = learned_catalogue(prices, calibration, quiet=quiet, limits=limits)
    betas, betas_known = sent_betas(beta, defaults)
    if model is not None:
        catalogue.find(model)
    chosen = lint_options.rule_ids("--select", select)
    run = LintRun(
        LintQuestion(
            catalogue,
            on or defaults.on or today(),
            model,
            defaults.model,
            RequestFill(
                betas=betas,
                betas_known=betas_known,
                zero_retention=defaults.zero_retention,
                fallback=default_fill(defaults),
            ),
            chosen | (project.rules_turned_on if project else frozenset()),
            limits,
        ),
        today=on or today(),
        config=project or Config(),
        select=chosen,
        ignore=lint_options.rule_ids("--ignore", ignore),
        fail_on="warning" if strict and fail_on == "error" else fail_on,
        cache=None if no_cache else cache_folder(os.environ),
        stdin=standard_input(),
    )
    if verbose:
        say_where_settings_come_from(ctx, run, project)
        say_limits(ctx, limits, project)
    if write_baseline and (select or ignore):
        raise UsageError(
            "--write-baseline accepts what all rules find", hint="leave --select and --ignore out"
        )
    run = with_baseline(run, baseline, is_required=baseline is not None and not write_baseline)
    report = lint_files(paths or [], run)
    if write_baseline:
        report, run = accept(report, run, is_whole=not paths, quiet=quiet)
    report = hold_report(report, run, is_whole=not paths)
    refuse_overwriting(output, run.inputs(report))
    if diff is not None:
        report = compare_with(report, paths or [], run, diff)
    look = look_of(output, color, os.environ, verbose=verbose, quiet=quiet)
    write(renderer("lint", format_)(report, look), output)
    raise typer.Exit(
        ExitCode.CANNOT_ANSWER if not report.is_measured else ExitCode.OK if report.passed else ExitCode.NO
    )
