"""``budgetcalc models``: the catalogue, or everything known of one model."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import typer

from budgetcalc.cli import options
from budgetcalc.cli.completion import complete_model


def models(
    *,
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[MODEL]", autocompletion=complete_model, help="Everything known of this model."
        ),
    ] = None,
    format_: options.ModelsFormat = "text",
    output: options.Output = None,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    provider: Annotated[
        Literal["anthropic", "openai", "google"] | None,
        typer.Option("--provider", help="Only this provider's."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Retired and future models too.")] = False,
    verbose: options.Verbose = False,
    color: options.Colour = "auto",
) -> None:
    """List the models with their windows, prices and states on a day.

    \b
    Examples:
      budgetcalc models
      budgetcalc models claude-sonnet-4-5
      budgetcalc models --all --on 2025-03-01 -f csv
    """  # noqa: D301 - \b keeps click from joining the lines
    from budgetcalc.cli.output import look_of, write
    from budgetcalc.cli.project import input_limits
    from budgetcalc.library import load_catalogue, today
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.render import renderer

    catalogue = load_catalogue(pricing, limits=input_limits(limit))
    day = on or today()
    if model is not None:
        chosen = [catalogue.find(model).model]
    else:
        chosen = [
            each
            for each in catalogue.models.values()
            if (provider is None or each.provider == provider) and (all_ or each.is_served(day))
        ]
    report = ModelsReport(catalogue, day, tuple(chosen), asked=model)
    look = look_of(output, color, os.environ, verbose=verbose)
    write(renderer("models", format_)(report, look), output)
