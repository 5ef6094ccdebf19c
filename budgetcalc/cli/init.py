"""``budgetcalc init``: a first configuration from what the repository holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from budgetcalc.cli import options

NAME = "budgetcalc.yaml"


def init(
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write there; '-' is standard output.")
    ] = NAME,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
    on: options.On = None,
    pricing: options.Pricing = None,
    limit: options.LimitSettings = None,
    quiet: options.Quiet = False,
) -> None:
    """Write a commented configuration with a budget for what the repository holds.

    Requests, prompt texts, CLAUDE.md and the like, and tool definitions below the working folder are measured; each
    budget is a little above them, so that none fails at once.

    \b
    Examples:
      budgetcalc init
      budgetcalc init -o - | less
    """  # noqa: D301 - \b keeps click from joining the lines
    from budgetcalc.cli.messages import say
    from budgetcalc.cli.output import write
    from budgetcalc.cli.project import input_limits
    from budgetcalc.errors import UsageError
    from budgetcalc.library import load_catalogue, today
    from budgetcalc.locations import printable
    from budgetcalc.plurals import plural
    from budgetcalc.readers.lint_files import expand_glob
    from budgetcalc.readers.measuring import LintQuestion
    from budgetcalc.readers.project_files import candidates, measure_project
    from budgetcalc.readers.requests import RequestFill
    from budgetcalc.records import replace
    from budgetcalc.render.lint_wording import left_out_sentences
    from budgetcalc.starting_config import (
        group_files,
        model_to_go_on_with,
        newest_sonnet,
        starting_config,
        usual_model,
    )

    limits, target = input_limits(limit), Path(output)
    if output != "-" and not force and (target.exists() or target.is_symlink()):
        raise UsageError(f"{printable(output)} is there already", hint="--force replaces it, -o - only shows")
    catalogue, day, root = load_catalogue(pricing, limits=limits), on or today(), Path.cwd()
    fill = RequestFill(fallback=RequestFill(max_tokens=4096))
    default = newest_sonnet(catalogue, day)
    question = LintQuestion(catalogue, day, default_model=default, fill=fill, limits=limits)
    unseen: dict[str, None] = {}
    paths = list(candidates(root, unseen))
    files = measure_project(question, root, paths)
    usual = usual_model(files)
    chosen = default if usual is None else model_to_go_on_with(catalogue, usual, day)
    if chosen != default:
        # Texts name no model: they are counted as lint will count them.
        files = measure_project(replace(question, default_model=chosen), root, paths)
    measured = [file for file in files if not file.failures]
    groups = group_files(measured, lambda glob: expand_glob(root, glob))
    write([starting_config(groups, day, model=chosen, usual=usual)], output)
    if not quiet:
        for sentence in unseen:
            say(f"warning: {sentence}")
        for left_out in left_out_sentences(files):
            say(left_out)
        found = f"{plural(len(groups), 'budget')} for {plural(len(measured), 'file')}"
        following = "`budgetcalc lint`, then `budgetcalc lint --write-baseline`"
        if not groups:
            found, following = "nothing was found to budget", "write a budget where the file shows one"
        say(f"{printable(output)}: {found}. Next: {following}")
