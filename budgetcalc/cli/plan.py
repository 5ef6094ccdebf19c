"""``budgetcalc plan``: the pipelines of the configuration, stage by stage and in total."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from budgetcalc.cli import options
from budgetcalc.cli.completion import complete_pipeline
from budgetcalc.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from budgetcalc.configuration import Config, Pipeline
    from budgetcalc.pipelines import PlanReport

EXAMPLE = (
    "as pipelines: [{name: report, "
    "stages: [{name: write, model: claude-haiku-4-5, prompt: write.md, max_tokens: 500}]}]"
)


def plan(
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            autocompletion=complete_pipeline,
            help="Only these pipelines; all by default.",
        ),
    ] = None,
    format_: options.PlanFormat = "text",
    output: options.Output = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    calibration: options.Calibration = None,
    config: options.Config = None,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """Plan the pipelines of the configuration: tokens, windows and cost per stage and in total.

    Every stage is planned as if it and those before it wrote all they may. Exit code 1 when a limit is exceeded.

    \b
    Examples:
      budgetcalc plan
      budgetcalc plan report -f markdown >> "$GITHUB_STEP_SUMMARY"
    """  # noqa: D301 - \b keeps click from joining the lines
    from budgetcalc.cli.learned import learned_catalogue
    from budgetcalc.cli.messages import say, say_failure
    from budgetcalc.cli.output import look_of, refuse_overwriting, write
    from budgetcalc.cli.project import default_fill, input_limits, pricing_file, project_config, sent_betas
    from budgetcalc.errors import UsageError
    from budgetcalc.library import today
    from budgetcalc.pipelines import PlanReport, plan_pipeline
    from budgetcalc.readers.requests import RequestFill
    from budgetcalc.readers.stage_prompts import read_stage_prompts
    from budgetcalc.render import renderer

    project = project_config(config, input_limits(limit), checks_models=True, pricing=pricing)
    if project is None:
        raise UsageError("there is no configuration", hint="`budgetcalc init` writes one, --config names one")
    limits = input_limits(limit, project)
    prices = pricing_file(pricing, project)
    catalogue, _ = learned_catalogue(prices, calibration, quiet=quiet, limits=limits)
    day = on or project.defaults.on or today()
    betas, betas_known = sent_betas(None, project.defaults)
    fill = RequestFill(
        betas=betas,
        betas_known=betas_known,
        zero_retention=project.defaults.zero_retention,
        fallback=default_fill(project.defaults),
    )
    folder = Path(project.file).parent
    prompts = [str(folder / stage.prompt) for each in project.pipelines for stage in each.stages]
    refuse_overwriting(output, [project.file, *prompts])
    plans = tuple(
        plan_pipeline(
            pipeline,
            read_stage_prompts(pipeline, folder, fill, limits),
            catalogue,
            day,
            default_model=project.defaults.model,
        )
        for pipeline in _chosen(project, names)
    )
    report = PlanReport(plans, catalogue, day)
    # On a page for people they stand beside the stages.
    on_page = format_ != "json" and output in {None, "-"}
    for failure in () if on_page else [failure for each in plans for failure in each.failures]:
        say_failure(failure)
    if verbose and not quiet:
        origin = "--on" if on else "the config" if project.defaults.on else "today, UTC"
        say(f"config: {project.file}; prices: {catalogue.origin}; day: {day.isoformat()} ({origin})")
    write(renderer("plan", format_)(report, look_of(output, color, os.environ, verbose=verbose)), output)
    raise typer.Exit(_code(report, strict=strict))


def _chosen(config: Config, names: list[str] | None) -> tuple[Pipeline, ...]:
    """Return the pipelines that were named, in the order of the configuration.

    Raises:
        UsageError: there is none of that name, or none at all.
    """
    from difflib import get_close_matches

    from budgetcalc.errors import UsageError
    from budgetcalc.locations import printable

    known = [pipeline.name for pipeline in config.pipelines]
    if not known:
        raise UsageError(f"{printable(config.file)} has no pipelines", hint=EXAMPLE)
    for name in names or ():
        if name not in known:
            near = get_close_matches(name, known, n=1) or known[:5]
            raise UsageError(
                f"there is no pipeline {printable(name)}", hint=f"there is {', '.join(map(printable, near))}"
            )
    return tuple(pipeline for pipeline in config.pipelines if not names or pipeline.name in names)


def _code(report: PlanReport, *, strict: bool) -> ExitCode:
    if not all(plan.is_complete for plan in report.plans):
        return ExitCode.CANNOT_ANSWER
    warned = strict and any(plan.warns for plan in report.plans)
    return ExitCode.OK if report.passed and not warned else ExitCode.NO
