"""BC12x: what a pipeline's stages may be, each and together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.answers import Failure
from budgetcalc.configuration import Pipeline, Stage
from budgetcalc.conversation import parse_request
from budgetcalc.estimates import SourceRef
from budgetcalc.library import load_catalogue
from budgetcalc.pipelines import PipelinePlan, plan_pipeline

ON = date(2026, 11, 22)
HAIKU, OPUS = "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101"
HAIKU_IN, HAIKU_OUT = 1, 5  # USD per million tokens
OPUS_IN, OPUS_OUT = 5, 25
EXPLAIN = Stage("explain", "explain.md", HAIKU, 200, calls=2)
ANSWER = Stage("answer", "answer.md", OPUS, 500, fed_by=("explain",))


def prompt(text: str = "Explain.", **body: Any) -> Any:
    return parse_request({"messages": [{"role": "user", "content": text}], **body}, form="prompt_text")


def planned(*stages: Stage, prompts: dict[str, Any] | None = None, **pipeline: Any) -> PipelinePlan:
    every = {stage.name: prompt() for stage in stages} | (prompts or {})
    return plan_pipeline(Pipeline("report", stages, **pipeline), every, load_catalogue(), ON)


def usd(tokens: int, per_mtok: int) -> Decimal:
    return Decimal(tokens * per_mtok) / 1_000_000


CASES = [
    pytest.param("pipeline-stage-over-limit", "", {}, {"max_input_tokens": 10_000}, id="stage-within"),
    pytest.param("pipeline-stage-over-limit", "error", {}, {"max_input_tokens": 400}, id="stage-fed-over"),
    pytest.param(
        "pipeline-stage-over-limit", "error", {}, {"max_cost_usd": Decimal("0.0125")}, id="stage-cost-over"
    ),
    pytest.param("pipeline-over-limit", "", {"max_cost_usd": Decimal(1)}, {}, id="whole-within"),
    pytest.param(
        "pipeline-over-limit", "error", {"max_cost_usd": Decimal("0.015")}, {}, id="whole-cost-over"
    ),
    pytest.param("pipeline-over-limit", "error", {"max_input_tokens": 400}, {}, id="whole-input-over"),
]


@pytest.mark.parametrize(("rule", "expected", "pipeline", "stage"), CASES)
def test_limits_of_pipelines(
    rule: str, expected: str, pipeline: dict[str, Any], stage: dict[str, Any]
) -> None:
    """A stage and the whole are held against their limits, with both numbers in the message."""
    plan = planned(EXPLAIN, replace(ANSWER, **stage), **pipeline)
    found = [each for each in plan.findings if each.name == rule]
    assert [each.severity for each in found] == ([expected] if expected else [])
    assert plan.says_no is bool(expected)
    for each in found:
        assert each.message.startswith("pipeline report: ")
        assert "allowed" in each.message


def test_a_stage_is_fed_what_others_may_write() -> None:
    """Input is the prompt plus max_tokens × calls of each stage in fed_by; cost is all calls at the worst."""
    plan = planned(EXPLAIN, ANSWER)
    explain, answer = plan.stages
    assert (explain.fed_tokens, answer.fed_tokens) == (0, 200 * 2)
    tokens = answer.prompt_tokens + 200 * 2
    assert answer.estimate.counted.total.tokens == tokens
    assert answer.cost_usd == usd(tokens, OPUS_IN) + usd(500, OPUS_OUT)
    assert explain.cost_usd == 2 * (usd(explain.prompt_tokens, HAIKU_IN) + usd(200, HAIKU_OUT))
    assert plan.cost_usd == explain.cost_usd + answer.cost_usd
    assert plan.input_tokens == 2 * explain.prompt_tokens + tokens
    assert plan.output_tokens == 2 * 200 + 500


def test_what_the_stage_says_replaces_what_its_prompt_says() -> None:
    """The same prompt serves several stages with other models and limits."""
    request = prompt(model=OPUS, max_tokens=9_000)
    (own,) = planned(Stage("a", "a.json"), prompts={"a": request}).stages
    assert (own.estimate.match.model.id, own.estimate.budget.max_tokens) == (OPUS, 9_000)
    (told,) = planned(Stage("a", "a.json", HAIKU, 2_000, 1_024), prompts={"a": request}).stages
    assert (told.estimate.match.model.id, told.estimate.budget.max_tokens) == (HAIKU, 2_000)
    assert told.estimate.budget.thinking_budget == 1_024


def test_a_stage_over_the_window_says_no() -> None:
    """What stages feed can make a prompt that fits one that does not."""
    feed = Stage("feed", "a.md", HAIKU, 60_000, calls=4)
    plan = planned(feed, replace(ANSWER, fed_by=("feed",)))
    assert plan.stages[1].estimate.budget.verdict == "over_window"
    assert plan.says_no


def test_a_budget_under_the_minimum_says_no() -> None:
    """A stage is judged by the rules of the API as it would be sent."""
    plan = planned(replace(EXPLAIN, max_tokens=800, thinking_budget=500))
    assert "BC301" in {found.rule for found in plan.stages[0].estimate.findings}
    assert plan.says_no


@pytest.mark.parametrize(
    ("stage", "request_", "sentence"),
    [
        (Stage("a", "a.md", max_tokens=5), prompt(), "names no model"),
        (Stage("a", "a.md", "claude-opus-9", 5), prompt(), "claude-opus-9"),
        (Stage("a", "a.md", HAIKU), prompt(), "its output has no limit"),
        (Stage("a", "a.md", HAIKU, 5), Failure(SourceRef("a.md"), "no such file"), "no such file"),
    ],
)
def test_a_stage_that_cannot_be_planned_leaves_no_total(stage: Stage, request_: Any, sentence: str) -> None:
    """Nothing is summed over what is not known, and a stage it feeds is not known either."""
    plan = planned(stage, replace(ANSWER, fed_by=("a",)), prompts={"a": request_}, max_cost_usd=Decimal(1))
    assert [sentence in each.message for each in plan.failures] == [True, False]
    assert "a stage that feeds it" in plan.failures[1].message
    assert plan.limits == ()
    totals = plan.to_dict()["totals"]
    assert (totals["input_tokens"], totals["output_tokens"], totals["cost"]["total_max"]) == (
        None,
        None,
        None,
    )


@given(st.lists(st.tuples(st.integers(1, 5_000), st.integers(1, 9)), min_size=1, max_size=6))
def test_totals_are_sums_and_grow_with_what_is_fed(figures: list[tuple[int, int]]) -> None:
    """Sums are those of the stages; a chain never costs less than the same stages side by side."""
    apart = [Stage(f"s{i}", "a.md", HAIKU, tokens, calls=calls) for i, (tokens, calls) in enumerate(figures)]
    chain = [replace(s, fed_by=(apart[i - 1].name,) if i else ()) for i, s in enumerate(apart)]
    first, second = planned(*apart), planned(*chain)
    assert second.cost_usd == sum(each.cost_usd for each in second.stages)
    assert first.output_tokens == second.output_tokens == sum(t * c for t, c in figures)
    fed = sum(t * c * figures[i + 1][1] for i, (t, c) in enumerate(figures[:-1]))
    assert second.input_tokens - first.input_tokens == fed
    assert second.cost_usd - first.cost_usd == usd(fed, HAIKU_IN)
