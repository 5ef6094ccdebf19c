"""Pipelines: what the stages of a configured run take and cost, each and together, if every one writes all it may.

What one stage produces can be read by later ones: their input grows by its ``max_tokens`` × its calls.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.answers import Failure, LimitCheck, prices_checked, prices_dict
from budgetcalc.budgets import plan_budget
from budgetcalc.conversation import parse_request
from budgetcalc.costs import price_request
from budgetcalc.counting import count_request
from budgetcalc.counts import Part, exact, total_of
from budgetcalc.errors import InputError, UnknownModelError
from budgetcalc.estimates import Estimate, SourceRef, count_dict
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.rule import RuleContext
from budgetcalc.lint.run import run_pipeline_rules, run_rules
from budgetcalc.locations import printable
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.configuration import Pipeline, Stage
    from budgetcalc.conversation import Request
    from budgetcalc.findings import Finding

PLAN_SCHEMA = "budgetcalc/plan/v1"


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage, planned.

    Attributes:
        stage: as configured.
        estimate: of one call, with what earlier stages feed into it.
        prompt_tokens: of the prompt alone.
        fed_tokens: what the stages it names can have produced: their max_tokens × calls.
        cost_usd: worst case of all its calls.
        limits: the stage's own limits, held against it.
    """

    stage: Stage
    estimate: Estimate
    prompt_tokens: int
    fed_tokens: int
    cost_usd: Decimal
    limits: tuple[LimitCheck, ...]

    @property
    def says_no(self) -> bool:
        """Whether a limit is exceeded or the API would refuse a call."""
        return self.estimate.says_no or any(check.exceeded for check in self.limits)

    def to_dict(self) -> dict[str, Any]:
        """Return the stage as JSON; money as strings of plain digits."""
        estimate, cost, stage = self.estimate, self.estimate.cost, self.stage
        return {
            "name": stage.name,
            "prompt": stage.prompt,
            "model": estimate.match.model.id,
            "requested_model": estimate.match.requested,
            "calls": stage.calls,
            "fed_by": list(stage.fed_by),
            "prompt_tokens": self.prompt_tokens,
            "fed_tokens": self.fed_tokens,
            "input": count_dict(estimate.counted.total),
            "max_tokens": estimate.budget.max_tokens,
            "thinking_budget": estimate.budget.thinking_budget,
            "context_window": estimate.budget.context_window,
            "headroom": estimate.budget.headroom,
            "verdict": estimate.budget.verdict,
            "cost": {
                "currency": "USD",
                "per_call_max": None if cost.total_max is None else money.plain(cost.total_max),
                "total_max": money.plain(self.cost_usd),
            },
            "limits": [check.to_dict() for check in self.limits],
            "findings": [found.to_dict(stage.prompt) for found in estimate.findings],
        }


@dataclass(frozen=True, slots=True)
class PipelinePlan:
    """A pipeline, planned.

    Attributes:
        pipeline: as configured.
        stages: those that could be planned, in order.
        failures: why others could not, and so neither the whole.
        limits: the pipeline's limits; empty when a stage could not be planned, as nothing is known then.
        findings: what the rules on pipelines say.
    """

    pipeline: Pipeline
    stages: tuple[StagePlan, ...]
    failures: tuple[Failure, ...]
    limits: tuple[LimitCheck, ...]
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """The pipeline's name, safe to print."""
        return printable(self.pipeline.name, limit=60)

    @property
    def is_complete(self) -> bool:
        """Whether every stage could be planned."""
        return not self.failures

    @property
    def input_tokens(self) -> int:
        """Input of all calls of all stages."""
        return sum(each.estimate.counted.total.tokens * each.stage.calls for each in self.stages)

    @property
    def output_tokens(self) -> int:
        """The most that all calls of all stages can produce."""
        return sum((each.estimate.budget.max_tokens or 0) * each.stage.calls for each in self.stages)

    @property
    def cost_usd(self) -> Decimal:
        """Worst case of all calls of all stages."""
        return money.total([each.cost_usd for each in self.stages])

    @property
    def says_no(self) -> bool:
        """Whether a limit is exceeded or the API would refuse a call."""
        return any(each.says_no for each in self.stages) or any(check.exceeded for check in self.limits)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What the API would refuse in a stage, said of the pipeline."""
        return tuple(
            replace(found, message=f"{_place(self.pipeline, each.stage)}: {found.message}", path="")
            for each in self.stages
            for found in each.estimate.findings
            if found.severity == "error"
        )

    @property
    def warns(self) -> bool:
        """Whether something about it is a warning."""
        return any(f.severity == "warning" for f in self.findings) or any(
            f.severity == "warning" for each in self.stages for f in each.estimate.findings
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the pipeline as JSON; totals are null when a stage could not be planned."""
        known = self.is_complete
        return {
            "name": self.pipeline.name,
            "stages": [each.to_dict() for each in self.stages],
            "totals": {
                "calls": sum(stage.calls for stage in self.pipeline.stages),
                "input_tokens": self.input_tokens if known else None,
                "output_tokens": self.output_tokens if known else None,
                "cost": {"currency": "USD", "total_max": money.plain(self.cost_usd) if known else None},
            },
            "limits": [check.to_dict() for check in self.limits],
        }


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The answer of ``budgetcalc plan``.

    Attributes:
        plans: the pipelines that were asked for.
        catalogue: what they were priced with.
        on: the day of prices and rules.
    """

    plans: tuple[PipelinePlan, ...]
    catalogue: Catalogue
    on: date

    @property
    def passed(self) -> bool:
        """Whether every pipeline could be planned and keeps within its limits."""
        return all(plan.is_complete and not plan.says_no for plan in self.plans)

    @property
    def checked(self) -> date:
        """When the prices were last checked."""
        return prices_checked(self.catalogue, self._estimates())

    def _estimates(self) -> list[Estimate]:
        return [stage.estimate for plan in self.plans for stage in plan.stages]

    def to_dict(self) -> dict[str, Any]:
        """Return the ``budgetcalc/plan/v1`` document."""
        return {
            "schema": PLAN_SCHEMA,
            "passed": self.passed,
            "prices": prices_dict(self.catalogue, [self.on], self._estimates()),
            "pipelines": [plan.to_dict() for plan in self.plans],
            "errors": [failure.to_dict() for plan in self.plans for failure in plan.failures],
        }


def plan_pipeline(
    pipeline: Pipeline,
    prompts: Mapping[str, Request | Failure],
    catalogue: Catalogue,
    on: date,
    *,
    default_model: str | None = None,
) -> PipelinePlan:
    """Return the plan of a pipeline.

    Args:
        pipeline: as configured.
        prompts: the request of each stage by its name, or why there is none.
        catalogue: models and prices.
        on: the day whose prices and rules apply.
        default_model: for stages and prompts that name none.
    """
    planned: list[StagePlan] = []
    failures: list[Failure] = []
    produced: dict[str, int | None] = {}
    for stage in pipeline.stages:
        found = prompts[stage.name]
        outcome = (
            found
            if isinstance(found, Failure)
            else _plan_stage(
                stage,
                found,
                catalogue,
                on,
                fed=[produced[name] for name in stage.fed_by],
                default_model=default_model,
            )
        )
        if isinstance(outcome, Failure):
            failures.append(replace(outcome, message=f"{_place(pipeline, stage)}: {outcome.message}"))
            produced[stage.name] = None
        else:
            planned.append(outcome)
            produced[stage.name] = (outcome.estimate.budget.max_tokens or 0) * stage.calls
    plan = PipelinePlan(pipeline, tuple(planned), tuple(failures), (), ())
    if plan.is_complete:
        plan = replace(plan, limits=_pipeline_limits(plan))
    return replace(plan, findings=run_pipeline_rules(plan))


def _plan_stage(
    stage: Stage,
    request: Request,
    catalogue: Catalogue,
    on: date,
    *,
    fed: Sequence[int | None],
    default_model: str | None,
) -> StagePlan | Failure:
    """Return the stage's plan; a failure when its model, output or what feeds it is not known."""
    source = SourceRef(stage.prompt)
    name = stage.model or request.model or default_model
    if name is None:
        return Failure(source, "the stage names no model", "set `model` for the stage, or in `defaults`")
    if any(tokens is None for tokens in fed):
        return Failure(source, "a stage that feeds it could not be planned", "see the errors before this one")
    try:
        match = catalogue.find(name)
        request = _as_configured(stage, request)
        request = replace(request, betas=request.betas | frozenset(match.betas))
        counted = count_request(request, match.model, catalogue.framing, on)
    except (UnknownModelError, InputError) as error:
        return Failure(source, error.message, error.hint)
    if request.max_tokens is None:
        return Failure(
            source,
            "its output has no limit",
            "set `max_tokens` for the stage, in its request or in `defaults`",
        )
    prompt_tokens, fed_tokens = counted.total.tokens, sum(tokens or 0 for tokens in fed)
    if fed_tokens:
        # The worst case is planned, so what earlier stages may write counts in full: a figure, not a band.
        why = "output of earlier stages: their max_tokens × calls"
        parts = (*counted.parts, Part("text", "", None, exact(fed_tokens), why))
        counted = replace(counted, parts=parts, total=total_of(parts))
    budget = plan_budget(request, match.model, counted, on)
    cost = price_request(request, match, counted, budget, on)
    findings = run_rules(RuleContext(request, match, catalogue, on, counted, budget, "lint"))
    estimate = Estimate(source, match, request, on, "flag", counted, budget, cost, findings)
    if cost.total_max is None:
        return Failure(source, "the worst case of a call is not known", "check its max_tokens and its model")
    cost_usd = money.times(cost.total_max, stage.calls)
    limits = (
        *_limit("max_input_tokens", counted.total.tokens, stage.max_input_tokens, f"stage {stage.name}"),
        *_limit("max_cost_usd", cost_usd, stage.max_cost_usd, f"stage {stage.name}"),
    )
    return StagePlan(stage, estimate, prompt_tokens, fed_tokens, cost_usd, limits)


def _as_configured(stage: Stage, request: Request) -> Request:
    """Return the prompt's request with what the stage says of it."""
    said: dict[str, Any] = {}
    if stage.max_tokens is not None:
        said["max_tokens"] = stage.max_tokens
    if stage.thinking_budget is not None:
        said["thinking"] = {"type": "enabled", "budget_tokens": stage.thinking_budget}
    if stage.effort is not None:
        given = request.body.get("output_config")
        said["output_config"] = {**(given if isinstance(given, dict) else {}), "effort": stage.effort}
    if not said:
        return request
    configured = parse_request(
        {**request.body, **said},
        form=request.form,
        betas=request.betas,
        betas_known=request.betas_known,
        batch=request.batch,
        file=stage.prompt,
    )
    return replace(configured, zero_retention=request.zero_retention)


def _pipeline_limits(plan: PipelinePlan) -> tuple[LimitCheck, ...]:
    pipeline = plan.pipeline
    return (
        *_limit("max_input_tokens", plan.input_tokens, pipeline.max_input_tokens, "the pipeline"),
        *_limit("max_cost_usd", plan.cost_usd, pipeline.max_cost_usd, "the pipeline"),
    )


def _limit(name: Any, measured: Any, allowed: Any, what: str) -> tuple[LimitCheck, ...]:
    """Return the check of a limit, if there is one."""
    if allowed is None:
        return ()
    if isinstance(measured, int):
        both = f"{measured:,} input tokens, allowed {allowed:,}"
    else:
        both = f"{money.for_people(measured)} at most, allowed {money.for_people(allowed)}"
    exceeded = measured > allowed
    message = f"{printable(what, limit=60)}: {both}" if exceeded else ""
    return (LimitCheck(name, allowed, measured, exceeded, message),)


def _place(pipeline: Pipeline, stage: Stage) -> str:
    return f"{printable(pipeline.name, limit=60)}, stage {printable(stage.name, limit=60)}"


def worst_findings(plan: PipelinePlan) -> list[tuple[str, Finding]]:
    """Return the findings of stages and of the whole, most severe first, each with the stage it speaks of."""
    of_stages = [(each.stage.name, found) for each in plan.stages for found in each.estimate.findings]
    every = [*(("", found) for found in plan.findings), *of_stages]
    return sorted(every, key=lambda pair: SEVERITIES.index(pair[1].severity))
