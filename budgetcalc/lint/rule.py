"""What a rule is: an id, a name, a default severity, its documentation and a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from budgetcalc.budgets import Budget
    from budgetcalc.catalogue import Catalogue, Model, ModelMatch
    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest
    from budgetcalc.findings import Finding, Severity


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
    """

    request: Request
    match: ModelMatch
    catalogue: Catalogue
    on: date
    counted: CountedRequest
    budget: Budget
    command: Literal["estimate", "lint"] = "estimate"

    @property
    def model(self) -> Model:
        """Return the model the request is judged for."""
        return self.match.model

    @property
    def betas(self) -> frozenset[str]:
        """Return the betas of the request and those the model's spelling implies."""
        return self.request.betas | frozenset(self.match.betas)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the registry knows it.

    Attributes:
        id: ``BC301``; never reused.
        name: kebab name.
        severity: the most severe finding it makes, for lists and documentation.
        documentation: the rule module's docstring: what it does, why it matters, examples, fix, source.
        check: yields the findings a request earns.
    """

    id: str
    name: str
    severity: Severity
    documentation: str
    check: Callable[[RuleContext], Iterator[Finding]]


class RuleModule(Protocol):
    """What a file of ``budgetcalc/lint/rules`` offers: its docstring is the rule's documentation."""

    __doc__: str | None
    ID: str
    NAME: str
    SEVERITY: Severity

    def check(self, context: RuleContext) -> Iterator[Finding]:
        """Yield the findings a request earns."""
