"""What one run of ``estimate`` asks, and its answer to each request: an estimate or a reason why not.

Stands between the readers, which give requests, and the renderers, which show answers.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc import money
from budgetcalc.errors import BudgetcalcError, UnknownModelError
from budgetcalc.estimates import Estimate, SourceRef, estimate_request, totals
from budgetcalc.plurals import plural
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from budgetcalc.catalogue import Catalogue, ModelMatch
    from budgetcalc.conversation import Request
    from budgetcalc.estimates import Counter
    from budgetcalc.shared_cache import SharedCache

ESTIMATE_SCHEMA = "budgetcalc/estimate/v1"
LimitName = Literal["max_input_tokens", "max_cost_usd"]

_DOUBTFUL = {"tight", "clamped", "may_stop_early"}
"""Verdicts that are a warning: the call works, but perhaps not as meant."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may be at most, given by flag."""

    max_input_tokens: int | None = None
    max_cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every request.

    Attributes:
        catalogue: models and prices.
        today: the day for input without a date, unless ``on`` is given.
        on: the day for input without a date.
        on_origin: where ``on`` came from: ``flag`` or ``config``.
        models: replace the request's own model; several are a comparison.
        default_model: fills in where a request names none.
        treat_as: the model that stands in for unknown and missing ones.
        expect_output: expected output tokens, for an expected cost beside the worst case.
        calls: how many calls the expected cost is for.
        limits: what answers no.
        counter: has the last word on totals, if one was asked for.
    """

    catalogue: Catalogue
    today: date
    on: date | None = None
    on_origin: str = "flag"
    models: tuple[str, ...] = ()
    default_model: str | None = None
    treat_as: ModelMatch | None = None
    expect_output: int | None = None
    calls: int = 1
    limits: Limits = field(default_factory=Limits)
    counter: Counter | None = None

    def day(self, own: date | None) -> tuple[date, str]:
        """Return the day a request is judged at and where it came from; its own date always wins."""
        if own is not None:
            return own, "request"
        return (self.on, self.on_origin) if self.on is not None else (self.today, "today")


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """A limit held against an estimate.

    Attributes:
        limit: which.
        allowed: what it is.
        measured: what was held against it.
        exceeded: whether the answer is "no".
        message: what there is to say; empty when it is kept for sure.
        hint: what to do; may be empty.
        judged: whether it could be held against anything: an unknown figure is never within a limit.
    """

    limit: LimitName
    allowed: int | Decimal
    measured: int | Decimal
    exceeded: bool
    message: str
    hint: str = ""
    judged: bool = True

    @property
    def severity(self) -> Literal["error", "warning"]:
        """How severe the message is: a limit that only the band passes is a warning."""
        return "error" if self.exceeded or not self.judged else "warning"

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON, money as a string."""
        return {
            "limit": self.limit,
            "allowed": _plain(self.allowed),
            "measured": _plain(self.measured),
            "exceeded": self.exceeded,
            "judged": self.judged,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The estimate of one request for one model, held against the limits.

    Attributes:
        estimate: the estimate.
        warnings: doubts about how the request was read.
        limits: each limit that was given.
    """

    estimate: Estimate
    warnings: tuple[str, ...] = ()
    limits: tuple[LimitCheck, ...] = ()

    def says_no(self, *, strict: bool = False) -> bool:
        """Return whether the answer is "no"; with ``strict``, warnings count as errors."""
        estimate = self.estimate
        return estimate.says_no or any(check.exceeded for check in self.limits) or (strict and self.warns)

    @property
    def is_judged(self) -> bool:
        """Whether every limit could be held against something."""
        return all(check.judged for check in self.limits)

    @property
    def warns(self) -> bool:
        """Whether something about the request is a warning."""
        estimate = self.estimate
        return (
            bool(self.warnings)
            or any(check.message for check in self.limits)
            or estimate.budget.verdict in _DOUBTFUL
            or estimate.cost.before_first_price
            or any(finding.severity == "warning" for finding in estimate.findings)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's ESTIMATE object, with ``limits`` when some were given."""
        result = self.estimate.to_dict()
        if self.limits:
            result["limits"] = [check.to_dict() for check in self.limits]
        return result


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that could not be answered: where, why, and what to do.

    Attributes:
        source: where the request came from.
        message: one sentence.
        hint: what to do; may be empty.
        location: file, line, column and JSON pointer of the fault, as they are known.
    """

    source: SourceRef
    message: str
    hint: str = ""
    location: str = ""

    def to_dict(self, *, message_key: str = "message") -> dict[str, Any]:
        """Return the contract's error entry; a line of JSONL calls the message ``error``."""
        result = {"source": self.source.to_dict(), message_key: self.message, "hint": self.hint}
        return result | ({"location": self.location} if self.location else {})


Outcome = Answer | Failure


@dataclass(frozen=True, slots=True)
class Report:
    """Every outcome of a run, in the order of the input; a stream may be read only once."""

    question: Question
    outcomes: Iterable[Outcome]

    def to_dict(self) -> dict[str, Any]:
        """Return the document of ``estimate --format json``."""
        outcomes = tuple(self.outcomes)
        answers = [each for each in outcomes if isinstance(each, Answer)]
        days = {each.estimate.on for each in answers} or {self.question.day(None)[0]}
        calibration = self.question.catalogue.calibration
        return {
            "schema": ESTIMATE_SCHEMA,
            "prices": prices_dict(self.question.catalogue, days, (each.estimate for each in answers)),
            **({} if calibration is None else {"calibration": calibration.reference()}),
            "estimates": [each.to_dict() for each in answers],
            "errors": [each.to_dict() for each in outcomes if isinstance(each, Failure)],
            "totals": totals(each.estimate for each in answers) | _shared(answers),
        }


def shared_writes(answers: Iterable[Answer]) -> SharedCache | None:
    """Return what the requests save when the first writes a cached prefix and the others read it."""
    marked = [each.estimate for each in answers if each.estimate.cost.breakpoints]
    if len(marked) < 2:
        return None
    from budgetcalc.shared_cache import shared_cache

    return shared_cache(marked)


def _shared(answers: Iterable[Answer]) -> dict[str, Any]:
    shared = shared_writes(answers)
    return {} if shared is None else {"shared_cache": shared.to_dict()}


def prices_checked(catalogue: Catalogue, estimates: Iterable[Estimate]) -> date:
    """Return the day on which the prices of these estimates were last checked: the oldest of their sources."""
    return catalogue.checked_on({line.source for each in estimates for line in each.cost.lines})


def prices_dict(catalogue: Catalogue, days: Iterable[date], estimates: Iterable[Estimate]) -> dict[str, Any]:
    """Return which price table was used; ``on`` is null where the requests have several dates."""
    distinct = set(days)
    return {
        "on": distinct.pop().isoformat() if len(distinct) == 1 else None,
        "checked": prices_checked(catalogue, estimates).isoformat(),
        "source": catalogue.origin,
        "sha256": catalogue.sha256,
    }


def answer_request(
    question: Question,
    request: Request,
    source: SourceRef,
    own_date: date | None = None,
    *,
    warnings: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Iterator[Outcome]:
    """Yield the outcome for each model in question, the request's own unless others were asked for.

    Args:
        question: what is asked of every request.
        request: the typed request.
        source: where it came from.
        own_date: the day it says itself; it wins over the question's.
        warnings: doubts about how it was read.
        notes: what else to know about it.
    """
    on, origin = question.day(own_date)
    undated = (f"undated: prices and rules of {on.isoformat()} (today, UTC)",) if origin == "today" else ()
    if not question.models and request.model is None and question.default_model is not None:
        notes = (*notes, "`model` comes from the project's config")
    for name in question.models or (request.model,):
        try:
            match, treated_as = _match(question, name)
            estimate = estimate_request(
                request,
                match,
                question.catalogue,
                on,
                source=source,
                on_origin=origin,
                treated_as=treated_as,
                expect_output=question.expect_output,
                calls=question.calls,
                counter=question.counter,
            )
        except BudgetcalcError as error:
            yield failure(source, error)
        else:
            doubts = (*warnings, *_cut_expectation(estimate))
            noted = _with_notes(estimate, (*doubts, *notes, *undated))
            yield Answer(noted, doubts, tuple(_hold_against_limits(estimate, question.limits)))


def _cut_expectation(estimate: Estimate) -> Iterator[str]:
    expected = estimate.cost.expected
    if expected is not None and expected.asked_tokens is not None:
        yield (
            f"--expect-output {expected.asked_tokens:,} is more than the {expected.output_tokens:,} tokens that "
            "can be produced: the expected cost is of those"
        )


def failure(source: SourceRef, error: BudgetcalcError) -> Failure:
    """Return the error as an outcome."""
    return Failure(source, error.message, error.hint, str(error.location or ""))


def _match(question: Question, name: str | None) -> tuple[ModelMatch, str | None]:
    """Return the model, and the name it stands in for when it does."""
    name = name if name is not None else question.default_model
    if name is None:
        if question.treat_as is None:
            raise UnknownModelError(
                "the request names no model",
                hint="name one with --model, for example --model claude-opus-4-6, or under defaults: of the config",
            )
        return question.treat_as, ""
    try:
        return question.catalogue.find(name), None
    except UnknownModelError as error:
        if question.treat_as is None:
            unknown = error
            raise UnknownModelError(
                error.message,
                hint=lambda: f"{unknown.hint}; --treat-as MODEL counts and prices it as another one",
            ) from None
        return question.treat_as, name


def _with_notes(estimate: Estimate, notes: tuple[str, ...]) -> Estimate:
    if not notes:
        return estimate
    distinct = tuple(dict.fromkeys(chain(estimate.counted.notes, notes)))
    return replace(estimate, counted=replace(estimate.counted, notes=distinct))


def _hold_against_limits(estimate: Estimate, limits: Limits) -> Iterator[LimitCheck]:
    if limits.max_input_tokens is not None:
        yield _check_input(estimate, limits.max_input_tokens)
    if limits.max_cost_usd is not None:
        yield _check_cost(estimate, limits.max_cost_usd)


def _check_input(estimate: Estimate, allowed: int) -> LimitCheck:
    """Hold the best count against the limit; a band that only ends above it is said, not judged."""
    total = estimate.counted.total
    exceeded = total.tokens > allowed
    message = ""
    if exceeded:
        message = f"input of {plural(total.tokens, 'token')} is over the limit of {allowed:,}"
    elif total.high > allowed:
        message = f"input of {plural(total.tokens, 'token')} may be over the limit of {allowed:,}: up to {total.high:,}"
    return LimitCheck("max_input_tokens", allowed, total.tokens, exceeded, message)


def _check_cost(estimate: Estimate, allowed: Decimal) -> LimitCheck:
    """Hold the worst case against the limit; without one, the input alone can be over it, and never within."""
    cost = estimate.cost
    measured, what = (cost.input, "input") if cost.total_max is None else (cost.total_max, "at most")
    limit = f"the limit of ${money.plain(allowed)}"
    if measured > allowed:
        message = f"cost of ${money.plain(measured)} ({what}) is over {limit}"
        return LimitCheck("max_cost_usd", allowed, measured, exceeded=True, message=message)
    if cost.total_max_high is None:
        message = f"the request has no max_tokens, so that nothing bounds its cost: {limit} cannot be judged"
        hint = "say what an answer may be: --max-tokens N, or max_tokens in the request"
        return LimitCheck(
            "max_cost_usd", allowed, measured, exceeded=False, message=message, hint=hint, judged=False
        )
    message = ""
    if (high := cost.total_max_high) > allowed:
        message = (
            f"cost of ${money.plain(measured)} ({what}) may be over {limit}: up to ${money.plain(high)}"
            " at the high end of the count"
        )
    return LimitCheck("max_cost_usd", allowed, measured, exceeded=False, message=message)


def _plain(value: int | Decimal) -> int | str:
    return money.plain(value) if isinstance(value, Decimal) else value
