"""The typer application: its commands, and what holds for all of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from budgetcalc import __version__
from budgetcalc.cli import guard
from budgetcalc.cli.calibrate import calibrate
from budgetcalc.cli.estimate import estimate
from budgetcalc.cli.explain import explain
from budgetcalc.cli.init import init
from budgetcalc.cli.lint import lint
from budgetcalc.cli.models import models
from budgetcalc.cli.plan import plan
from budgetcalc.cli.price import price
from budgetcalc.cli.verify import verify

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class _Guarded(TyperGroup):
    """A group whose every exit goes through the error boundary."""

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
for command in (estimate, price, lint, plan, verify, calibrate, models, explain, init):
    app.command()(command)


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
