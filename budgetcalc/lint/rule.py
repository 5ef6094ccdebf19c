"""What a rule is: an id, a name, a default severity, its documentation and a check."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from types import ModuleType

    from budgetcalc.budgets import Budget
    from budgetcalc.catalogue import Catalogue, Model, ModelMatch
    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest
    from budgetcalc.findings import Finding, Severity

Scope = Literal["request", "sequence", "budget", "run"]
"""What a rule looks at: one request, the requests of one conversation in order, a budget of the config with
what was measured for it, or the run as a whole (files, the config itself)."""


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
class Step:
    """One request of a conversation, with the recorded answer where the suite holds it.

    Attributes:
        context: the request, as the rules on single requests see it.
        response: the API's message object that answered it, or its ``content`` as such an object.
    """

    context: RuleContext
    response: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class SequenceContext:
    """What a rule on a sequence may look at: the requests of one conversation, in the order they are sent."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the registry. The rule's file is named after it and loaded when the rule is first needed.

    Attributes:
        id: ``BC301``; never reused.
        name: kebab name.
        severity: the most severe finding it makes, for lists and documentation.
        traits: it has something to say only of requests with one of these (see
            :func:`~budgetcalc.lint.request_traits.request_traits`); empty: of any request.
        scope: what its ``check`` is given. A ``request`` rule yields findings from a :class:`RuleContext`, a
            ``sequence`` rule ``(index of the step, finding)`` from a :class:`SequenceContext`.
    """

    id: str
    name: str
    severity: Severity
    traits: frozenset[str] = frozenset()
    scope: Scope = "request"

    @property
    def module(self) -> ModuleType:
        """The rule's file: its docstring is the documentation, its ``check`` the rule."""
        name = f"{self.id}_{self.name}".lower().replace("-", "_")
        return import_module(f"budgetcalc.lint.rules.{name}")

    @property
    def documentation(self) -> str:
        """What it does, why it matters, examples, fix, source."""
        return self.module.__doc__ or ""

    def check(self, context: Any) -> Iterator[Any]:
        """Yield the findings that what the rule looks at earns."""
        findings: Iterator[Finding] = self.module.check(context)
        return findings
