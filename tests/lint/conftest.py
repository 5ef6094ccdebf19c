"""A request on paper, judged by the rules with the bundled catalogue."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from budgetcalc.budgets import plan_budget
from budgetcalc.conversation import parse_request
from budgetcalc.counting import count_request
from budgetcalc.counts import NOTHING_STRIPPED, Count, CountedRequest, Part, exact
from budgetcalc.lint.rule import RuleContext, Step
from budgetcalc.lint.rules import RULES
from budgetcalc.lint.run import run_rules
from budgetcalc.readers.pricing_file import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.findings import Finding

EVERY_RULE = frozenset(rule.id for rule in RULES)
USER = {"role": "user", "content": "Hello"}
BASE = {"model": "claude-sonnet-4-5-20250929", "max_tokens": 1024, "messages": [USER]}


class MakeContext(Protocol):
    def __call__(self, body: dict[str, Any], **options: Any) -> RuleContext: ...


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="session")
def context_of(catalogue: Catalogue) -> MakeContext:
    """Return a context for ``BASE`` changed by a body; a value of ``None`` drops the key.

    ``tokens`` and ``high`` say what the input counts; ``parts`` gives it per path, in prompt order. What else
    is known of a request, as ``anthropic_version`` or ``batch_item``, is given by the field's name.
    """

    def make(
        body: dict[str, Any],
        *,
        on: str = "2026-09-01",
        betas: Iterable[str] = (),
        batch: bool = False,
        form: str = "messages",
        tokens: int = 100,
        high: int | None = None,
        parts: dict[str, int] | None = None,
        command: str = "lint",
        betas_known: bool = False,
        version: str | None = None,
        **request_fields: Any,
    ) -> RuleContext:
        merged = {key: value for key, value in {**BASE, **body}.items() if value is not None}
        request = parse_request(
            merged,
            betas=frozenset(betas),
            betas_known=betas_known,
            anthropic_version=version,
            batch=batch,
            form=form,
        )
        request = replace(request, **request_fields)
        match, day = catalogue.find(merged["model"]), date.fromisoformat(on)
        total = exact(sum(parts.values())) if parts else Count(tokens, tokens, high or tokens, "estimated")
        counted = CountedRequest(
            tuple(Part("text", path, None, exact(count)) for path, count in (parts or {}).items()),
            total,
            NOTHING_STRIPPED,
            NOTHING_STRIPPED,
            exact(0),
        )
        budget = plan_budget(request, match.model, counted, day)
        return RuleContext(request, match, catalogue, day, counted, budget, command)

    return make


@pytest.fixture(scope="session")
def step_of(catalogue: Catalogue) -> Callable[..., Step]:
    """Return a request of a sequence, counted as in a run: ``BASE`` changed by a body."""

    def make(
        body: dict[str, Any],
        *,
        on: str = "2026-11-01",
        at: str | None = None,
        response: dict[str, Any] | None = None,
        **options: Any,
    ) -> Step:
        merged = {key: value for key, value in {**BASE, **body}.items() if value is not None}
        request = parse_request(merged, **options)
        match, day = catalogue.find(merged["model"]), date.fromisoformat(on)
        counted = count_request(request, match.model, catalogue.framing, day)
        budget = plan_budget(request, match.model, counted, day)
        context = RuleContext(request, match, catalogue, day, counted, budget, "lint")
        return Step(context, response, None if at is None else datetime.fromisoformat(f"{day}T{at}+00:00"))

    return make


@pytest.fixture(scope="session")
def judge(context_of: MakeContext) -> Callable[..., tuple[Finding, ...]]:
    """Return what all rules say of a request, after a check that the traits left out none with a finding.

    ``selected`` is what else is to be run beside the default; left out: everything.
    """

    def findings(
        body: dict[str, Any], *, selected: frozenset[str] = EVERY_RULE, **options: Any
    ) -> tuple[Finding, ...]:
        context = context_of(body, **options)
        found = run_rules(context, selected)
        if context.model.provider == "anthropic":
            running = [rule for rule in RULES if rule.is_default or selected & {rule.id, rule.name}]
            every = Counter(f for rule in running if rule.scope == "request" for f in rule.check(context))
            others = {rule.id for rule in RULES if rule.scope == "verdict"}
            assert Counter(f for f in found if f.rule not in others) == every
        return found

    return findings


@pytest.fixture(scope="session")
def severities(judge: Callable[..., tuple[Finding, ...]]) -> Callable[..., str]:
    """Return the severities of one rule's findings, separated by spaces; "" when it has nothing to say."""
    return lambda rule, body, **options: " ".join(
        finding.severity for finding in judge(body, **options) if finding.name == rule
    )
