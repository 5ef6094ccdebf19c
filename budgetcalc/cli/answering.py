"""From inputs to outcomes: reads requests as they are wanted, and watches the answers go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.answers import Failure, answer_request, failure
from budgetcalc.cli.exit_codes import ExitCode
from budgetcalc.cli.messages import say_failure, say_origin, say_warnings
from budgetcalc.cli.standard_input import standard_input
from budgetcalc.errors import BudgetcalcError
from budgetcalc.estimates import SourceRef
from budgetcalc.readers.requests import FailedItem, read_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budgetcalc.answers import Outcome, Question
    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.requests import RequestFill


_NEXT_COMMAND = "| budgetcalc estimate -"
"""The end of what a hint gives to a shell."""


def answer_inputs(
    question: Question,
    paths: Sequence[str],
    fill: RequestFill,
    input_format: str | None,
    limits: Limits | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of every request of every input, reading no further than asked."""
    for path in paths:
        try:
            for item in read_requests(
                path, stdin=standard_input(), fill=fill, input_format=input_format, limits=limits
            ):
                if isinstance(item, FailedItem):
                    yield Failure(item.source, item.message, _with_models(item.hint, question), item.location)
                else:
                    notes = (*item.notes, item.date_note) if item.date_note else item.notes
                    yield from answer_request(
                        question, item.request, item.source, item.date, warnings=item.warnings, notes=notes
                    )
        except BudgetcalcError as error:
            yield failure(SourceRef("<stdin>" if path == "-" else path), error)


def _with_models(hint: str, question: Question) -> str:
    """Return a hint whose command goes on with the models that were asked for."""
    if not question.models or _NEXT_COMMAND not in hint:
        return hint
    from shlex import quote

    flags = "".join(f" --model {quote(name)}" for name in question.models)
    return hint.replace(_NEXT_COMMAND, f"{_NEXT_COMMAND}{flags}")


class Watch:
    """Sees every outcome pass: says what people should know, and keeps the highest exit code."""

    def __init__(self, *, strict: bool, quiet: bool, verbose: bool) -> None:
        self.code = ExitCode.OK
        self.strict, self.quiet, self.verbose = strict, quiet, verbose

    def over(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Yield the outcomes unchanged."""
        for outcome in outcomes:
            if isinstance(outcome, Failure):
                say_failure(outcome)
                self.code = max(self.code, ExitCode.CANNOT_ANSWER)
            else:
                if self.verbose:
                    say_origin(outcome)
                say_warnings(outcome, errors_only=self.quiet)
                if outcome.says_no(strict=self.strict):
                    self.code = max(self.code, ExitCode.NO)
                if not outcome.is_judged:
                    self.code = max(self.code, ExitCode.CANNOT_ANSWER)
            yield outcome
