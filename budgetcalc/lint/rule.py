"""What a rule is: an id, a name, a default severity, its documentation and a check."""

from __future__ import annotations

from dataclasses import field
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime
    from types import ModuleType

    from budgetcalc.baseline import Ratchet
    from budgetcalc.budgets import Budget
    from budgetcalc.catalogue import Catalogue, Model, ModelMatch
    from budgetcalc.configuration import Config, FileBudget
    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest
    from budgetcalc.findings import Finding, Severity
    from budgetcalc.measurements import (
        MeasuredFile,
        MeasuredRequest,
        MeasuredUsage,
        Measurement,
        ReadFailure,
    )

Scope = Literal["request", "verdict", "sequence", "budget", "pipeline", "run"]
"""What a rule looks at: one request, what the other rules found in it, the requests of one conversation in
order, a budget of the config with what was measured for it, a planned pipeline, or the run as a whole (files,
the config itself)."""


SequenceKind = Literal["conversation", "shared_prefix", "suite"]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a rule may look at. Rules are pure: no clock, no files, no environment.

    Attributes:
        request: the typed request; ``request.body`` is the JSON as sent, ``request.betas`` the headers.
        match: the model (``match.model``) and how it was spelled.
        catalogue: for facts about other models.
        on: the day the request is judged at.
        counted: the input, part by part.
        budget: the window's account.
        command: a retired model is a warning in ``estimate`` and an error in ``lint``.
        is_dated: ``on`` is the request's own date, as that of a call that was made.
    """

    request: Request
    match: ModelMatch
    catalogue: Catalogue
    on: date
    counted: CountedRequest
    budget: Budget
    command: Literal["estimate", "lint"] = "estimate"
    is_dated: bool = False

    @property
    def model(self) -> Model:
        """Return the model the request is judged for."""
        return self.match.model

    @property
    def betas(self) -> frozenset[str]:
        """Return the betas of the request and those the model's spelling implies."""
        return self.request.betas | frozenset(self.match.betas)


@dataclass(frozen=True, slots=True)
class VerdictContext:
    """What a rule on a verdict may look at: a request, and what the rules on single requests found in it."""

    context: RuleContext
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a conversation, with the recorded answer where the suite holds it.

    Attributes:
        context: the request, as the rules on single requests see it.
        response: the API's message object that answered it, or its ``content`` as such an object.
        sent_at: the moment it was sent, in UTC, where the record says the time too.
    """

    context: RuleContext
    response: Mapping[str, Any] | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SequenceContext:
    """What a rule on a sequence may look at.

    Attributes:
        steps: the requests, in the order they are sent.
        kind: what they have in common. ``conversation``: each goes on where the one before it stopped;
            ``shared_prefix``: single requests to one model that begin alike; ``suite``: all single requests of
            a file.
    """

    steps: tuple[Step, ...]
    kind: SequenceKind = "conversation"

    @property
    def pairs(self) -> Iterator[tuple[int, Step, Step]]:
        """Yield each step of a conversation after the first: its index, the step before it, itself."""
        if self.kind == "conversation":
            for index, (before, after) in enumerate(pairwise(self.steps), start=1):
                yield index, before, after


@dataclass(frozen=True, slots=True)
class BudgetContext:
    """What a rule on a budget may look at.

    Attributes:
        budget: the limits.
        config_file: what findings about the budget as a whole are placed in.
        files: what the budget's globs match among the files of this run.
        usage: what its usage reports cost, when it is about those.
        baseline: earlier figures by file; empty without a baseline.
    """

    budget: FileBudget
    config_file: str
    files: tuple[MeasuredFile, ...] = ()
    usage: MeasuredUsage | None = None
    baseline: Mapping[str, Measurement] = field(default_factory=dict)

    @property
    def requests(self) -> Iterator[MeasuredRequest]:
        """The requests of all files, in order."""
        return (request for file in self.files for request in file.requests)


OF_RUNS = ("failures", "budgets", "empty_globs", "ignores", "ratchet")


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a rule on a run may look at.

    Attributes:
        config: the project's configuration; the empty one when there is none.
        config_file: what findings about it are placed in.
        today: the day ages and ends are judged at.
        prices_checked: when the price table was last checked.
        prices: what the price table is called.
        failures: what could not be measured.
        budgets: each budget with what was measured for it.
        empty_globs: budgets and their globs that match nothing.
        suppressed: how many findings each ignore of the config took away; ``None`` when the run is not whole, so
            that none can be called stale.
        has_baseline: whether figures are held against a baseline.
        ratchet: what became of findings that stand in the baseline, once that is known.
        options: of the rule that is asked.
    """

    config: Config
    config_file: str
    today: date
    prices_checked: date
    prices: str
    failures: tuple[ReadFailure, ...] = ()
    budgets: tuple[BudgetContext, ...] = ()
    empty_globs: tuple[tuple[FileBudget, str], ...] = ()
    suppressed: tuple[int, ...] | None = None
    has_baseline: bool = False
    ratchet: Ratchet | None = None
    options: Mapping[str, int] = field(default_factory=dict)

    @property
    def traits(self) -> frozenset[str]:
        """Return which of ``OF_RUNS`` it holds any of."""
        held = (self.failures, self.budgets, self.empty_globs, self.config.ignores, self.ratchet)
        return frozenset(name for name, each in zip(OF_RUNS, held, strict=True) if each)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the registry. The rule's file is named after it and loaded when the rule is first needed.

    Attributes:
        id: ``BC301``; never reused.
        name: kebab name.
        severity: the most severe finding it makes, for lists and documentation.
        traits: it has something to say only of what has one of these; empty: of anything. Those of requests are
            :func:`~budgetcalc.lint.request_traits.request_traits`, of a sequence its kind, of a run what it holds.
        scope: what its ``check`` is given. A ``request`` rule yields findings from a :class:`RuleContext`, a
            ``verdict`` rule from a :class:`VerdictContext`, a ``sequence`` rule ``(index of the step, finding)``
            from a :class:`SequenceContext`, a ``budget`` rule findings with their file and line from a
            :class:`BudgetContext`, a ``run`` rule from a :class:`RunContext`.
        options: what the config may set, with the values that hold otherwise.
        is_fixed: its findings cannot be turned off, softened or ignored: what cannot be judged is never a pass.
        is_default: whether it runs without being selected; rules on what nobody confirmed for today's API do not.
        is_claude_only: whether it says nothing of other vendors' models, beside those whose id says so.
    """

    id: str
    name: str
    severity: Severity
    traits: frozenset[str] = frozenset()
    scope: Scope = "request"
    options: tuple[tuple[str, int], ...] = ()
    is_fixed: bool = False
    is_default: bool = True
    is_claude_only: bool = False

    def concerns(self, traits: Collection[str]) -> bool:
        """Return whether it has something to say of what has these traits."""
        return not self.traits or not self.traits.isdisjoint(traits)

    @property
    def module(self) -> ModuleType:
        """The rule's file: its docstring is the documentation, its ``check`` the rule."""
        return _file(self.id, self.name)

    @property
    def documentation(self) -> str:
        """What it does, why it matters, examples, fix, source."""
        return self.module.__doc__ or ""

    def check(self, context: Any) -> Iterator[Any]:
        """Yield the findings that what the rule looks at earns."""
        findings: Iterator[Finding] = self.module.check(context)
        return findings


@cache
def _file(rule_id: str, name: str) -> ModuleType:
    return import_module(f"budgetcalc.lint.rules.{rule_id}_{name}".lower().replace("-", "_"))
