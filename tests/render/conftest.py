"""Results made by hand, so that renderers are judged by what they are given and not by the engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.answers import Answer, Failure, LimitCheck, Question, Report
from budgetcalc.budgets import plan_budget
from budgetcalc.conversation import parse_request
from budgetcalc.costs import price_request
from budgetcalc.counts import Count, CountedRequest, Part, StrippedThinking, exact
from budgetcalc.estimates import Estimate, SourceRef
from budgetcalc.findings import Finding
from budgetcalc.library import load_catalogue

ON = date(2026, 1, 31)
BODY = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 16_000,
    "thinking": {"type": "enabled", "budget_tokens": 10_000},
    "system": "Be brief.",
    "messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "…", "signature": "s"}]},
        {"role": "user", "content": "And now?"},
    ],
}
PARTS = (
    Part("system", "/system", None, exact(4)),
    Part("thinking_prompt", "/thinking", None, exact(29)),
    Part("text", "/messages/0/content", 0, exact(100)),
    Part("image", "/messages/2/content/0", 2, Count(1_500, 1_480, 1_520, "formula")),
)
STRIPPED = StrippedThinking(
    Count(320, 300, 340, "estimated"), 1, ("/messages/1/content/0",), "a user turn follows"
)
NOTHING = StrippedThinking(exact(0), 0, (), "")
FINDINGS = (
    Finding("BC501", "model-retired", "warning", "a warning", "/model", "a hint"),
    Finding("BC502", "model-retiring", "note", "a note"),
)


@pytest.fixture
def answer() -> Any:
    """Make an answer: a sonnet request with all there is, changed as wanted."""

    def make(
        *,
        parts: tuple[Part, ...] = PARTS,
        stripped: StrippedThinking = STRIPPED,
        findings: tuple[Finding, ...] = FINDINGS,
        limits: tuple[LimitCheck, ...] = (),
        source: SourceRef = SourceRef("request.json"),  # noqa: B008 - frozen
        notes: tuple[str, ...] = (),
        treated_as: str | None = None,
        **body: Any,
    ) -> Answer:
        request = parse_request(BODY | body)
        match = load_catalogue().find(request.model or "claude-sonnet-4-5")
        total = sum((part.count for part in parts), exact(0))
        counted = CountedRequest(parts, total, stripped, NOTHING, exact(0), notes)
        budget = plan_budget(request, match.model, counted, ON)
        cost = price_request(request, match, counted, budget, ON)
        estimate = Estimate(
            source, match, request, ON, "flag", counted, budget, cost, findings, treated_as=treated_as
        )
        return Answer(estimate, (), limits)

    return make


@pytest.fixture
def report() -> Any:
    """Make a report of outcomes."""

    def make(*outcomes: Answer | Failure) -> Report:
        return Report(Question(load_catalogue(), today=ON), outcomes)

    return make


@pytest.fixture
def exceeded() -> LimitCheck:
    """A limit that is exceeded."""
    return LimitCheck("max_cost_usd", Decimal("0.05"), Decimal("0.1"), exceeded=True, message="cost is over")
