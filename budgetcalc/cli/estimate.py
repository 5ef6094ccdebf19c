"""``budgetcalc estimate``: tokens, window and cost of requests, before they are sent."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from budgetcalc.cli import options
from budgetcalc.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budgetcalc.answers import Outcome, Question
    from budgetcalc.readers.requests import RequestFill


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
        int | None, typer.Option(min=0, metavar="N", help="Expected output tokens, for an expected cost.")
    ] = None,
    calls: Annotated[int, typer.Option(min=1, metavar="N", help="Expected number of identical calls.")] = 1,
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
    if not inputs and (sys.stdin is None or sys.stdin.isatty()):
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.CANNOT_ANSWER)

    from budgetcalc.answers import Limits, Question, Report
    from budgetcalc.cli.messages import say_where_values_come_from
    from budgetcalc.cli.output import look_of, write
    from budgetcalc.library import load_catalogue, today
    from budgetcalc.readers.requests import RequestFill
    from budgetcalc.render import renderer

    catalogue = load_catalogue(pricing)
    question = Question(
        catalogue=catalogue,
        today=today(),
        on=on,
        models=tuple(model or ()),
        treat_as=catalogue.find(treat_as) if treat_as is not None else None,
        expect_output=expect_output,
        calls=calls,
        limits=Limits(max_input_tokens, max_cost),
    )
    fill = RequestFill(
        max_tokens=max_tokens,
        thinking_budget=thinking_budget,
        effort=effort,
        system=_read_system(system),
        betas=frozenset(beta or ()),
        batch=batch,
    )
    if verbose:
        say_where_values_come_from(ctx, question, fill)
    watch = _Watch(strict=strict, quiet=quiet, verbose=verbose)
    outcomes = watch.over(_answer(question, inputs or ["-"], fill, input_format))
    look = look_of(output, color, os.environ, verbose=verbose)
    write(renderer("estimate", format_)(Report(question, outcomes), look), output)
    raise typer.Exit(watch.code)


def _answer(
    question: Question, paths: Sequence[str], fill: RequestFill, input_format: str | None
) -> Iterator[Outcome]:
    """Yield the outcome of every request of every input, reading no further than asked."""
    from budgetcalc.answers import Failure, answer_request, failure
    from budgetcalc.errors import BudgetcalcError
    from budgetcalc.estimates import SourceRef
    from budgetcalc.readers.requests import FailedItem, read_requests

    for path in paths:
        try:
            for item in read_requests(path, stdin=sys.stdin.buffer, fill=fill, input_format=input_format):
                if isinstance(item, FailedItem):
                    yield Failure(item.source, item.message, item.hint)
                else:
                    notes = (*item.notes, item.date_note) if item.date_note else item.notes
                    yield from answer_request(
                        question, item.request, item.source, item.date, warnings=item.warnings, notes=notes
                    )
        except BudgetcalcError as error:
            yield failure(SourceRef("<stdin>" if path == "-" else path), error)


class _Watch:
    """Sees every outcome pass: says what people should know, and keeps the highest exit code."""

    def __init__(self, *, strict: bool, quiet: bool, verbose: bool) -> None:
        self.code = ExitCode.OK
        self.strict, self.quiet, self.verbose = strict, quiet, verbose

    def over(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Yield the outcomes unchanged."""
        from budgetcalc.answers import Failure
        from budgetcalc.cli.messages import say_failure, say_origin, say_warnings

        for outcome in outcomes:
            if isinstance(outcome, Failure):
                say_failure(outcome)
                self.code = max(self.code, ExitCode.CANNOT_ANSWER)
            else:
                if self.verbose:
                    say_origin(outcome)
                if not self.quiet:
                    say_warnings(outcome)
                if outcome.says_no(strict=self.strict):
                    self.code = max(self.code, ExitCode.NO)
            yield outcome


def _read_system(text: str | None) -> str | None:
    """Return the system prompt given by flag, from its file after ``@``."""
    if text is None or not text.startswith("@"):
        return text
    from budgetcalc.cli.output import read_text

    return read_text(text[1:])
