"""The typer application: its commands, and what holds for all of them."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from budgetcalc import __version__
from budgetcalc.cli import guard, say

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = ("estimate", "price", "lint", "plan", "verify", "calibrate", "models", "explain", "init")
"""Each is a function of the module of its name."""

EXAMPLES = """\b
Examples:
  budgetcalc estimate conversation.json
  budgetcalc estimate prompt.md --model claude-haiku-4-5 --model claude-opus-4-6
  budgetcalc estimate requests.jsonl -f jsonl > estimates.jsonl
  budgetcalc price usage_report.json --by day --by model
  budgetcalc price --claude-code -f html -o spend.html
  budgetcalc verify recordings.jsonl --fail-under 0.9
  budgetcalc lint prompts/
  budgetcalc plan
  budgetcalc models claude-sonnet-4-5
  budgetcalc explain clamped"""


class _Command(TyperCommand):
    """A command that takes its format from the name of its output file, where no flag and no variable names one."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        output, source = ctx.params.get("output"), ctx.get_parameter_source("format_")
        if output and source is not None and source.name == "DEFAULT":
            from budgetcalc.cli.output import format_of_name

            format_, doubt = format_of_name(output, str(self.name))
            if doubt and not ctx.params.get("quiet"):
                say(f"warning: {doubt}")
            if format_ is not None:
                ctx.params["format_"] = format_
                if ctx.params.get("verbose"):
                    say(f"format: {format_} (from the name of --output)")
        return super().invoke(ctx)


@cache
def _command(name: str) -> Any:
    """Return a command, imported and built: a run needs one of them, the help all.

    The modules of the commands that run in hooks and loops do without ``from __future__ import annotations``: typer
    would have the text of every flag evaluated, twice, which takes as long as making the flags.
    """
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(cls=_Command)(getattr(import_module(f"budgetcalc.cli.{name}"), name))
    return get_command(alone)


class _Guarded(TyperGroup):
    """A group whose every exit goes through the error boundary, and whose commands are built when they are wanted."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # The names alone, which are what typer suggests for a misspelt one.
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]

    def get_command(self, ctx: object, cmd_name: str) -> Any:
        """Return the command of that name, if there is one."""
        del ctx
        return _command(cmd_name) if cmd_name in COMMANDS else None

    def list_commands(self, ctx: object) -> list[str]:
        """Return the names of all commands, in the order of the help."""
        del ctx
        return list(COMMANDS)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> None:
        """Run the arguments and exit; whoever calls this has no other mode in mind."""
        extra["standalone_mode"] = False

        def run() -> object:
            try:
                return super(_Guarded, self).main(args, **extra)
            except SystemExit as stop:
                # typer's own answer to a closed pipe is 1; ours is a quiet end.
                if stop.code == 1:
                    raise BrokenPipeError from stop
                raise

        sys.exit(guard(run))


app = typer.Typer(
    name="budgetcalc",
    cls=_Guarded,
    help=f"Token budgets and costs of Claude requests and recorded usage, offline.\n\n{EXAMPLES}",
    epilog="Exit codes: 0 fine, 1 the answer is no, 2 could not be answered, 3 a bug of ours.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"budgetcalc {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Show the version and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    pass
