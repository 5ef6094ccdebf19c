"""Last stage of the request way: everything that can be said of a request before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from budgetcalc import money
from budgetcalc.budgets import Budget, plan_budget
from budgetcalc.costs import Cost, CostLine, price_request
from budgetcalc.counting import count_request
from budgetcalc.lint.rule import RuleContext
from budgetcalc.lint.run import run_rules
from budgetcalc.locations import SourceRef as SourceRef  # noqa: PLC0414 - part of an Estimate
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from budgetcalc.catalogue import Catalogue, ModelMatch
    from budgetcalc.conversation import Request
    from budgetcalc.counts import Count, CountedRequest
    from budgetcalc.findings import Finding


class Counter(Protocol):
    """Has the last word on a total, as the API's count_tokens endpoint does; ``readers.api_counts`` makes one."""

    def __call__(
        self, request: Request, match: ModelMatch, treated_as: str | None, counted: CountedRequest
    ) -> CountedRequest:
        """Return the count with the total that is known better; its parts still sum to it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The answer of ``budgetcalc estimate`` for one request and one model.

    Attributes:
        source: where the request came from.
        match: the model, and how it was spelled.
        request: the request that was judged.
        on: the day whose prices and rules apply.
        on_origin: where that day came from: ``flag``, ``request``, ``today``.
        counted: the input, part by part.
        budget: the window's account.
        cost: what it can cost.
        findings: what the rules say, most severe first.
        treated_as: the unknown name that was counted and priced as ``match.model``, if any.
    """

    source: SourceRef
    match: ModelMatch
    request: Request
    on: date
    on_origin: str
    counted: CountedRequest
    budget: Budget
    cost: Cost
    findings: tuple[Finding, ...]
    treated_as: str | None = None

    @property
    def says_no(self) -> bool:
        """Whether the exit code is 1: the API would refuse the request, or a rule says error."""
        return self.budget.verdict in {"rejected", "over_window"} or any(
            finding.severity == "error" for finding in self.findings
        )

    @property
    def rate_limited_input_cached(self) -> int:
        """Input tokens of a later identical call that count against per-minute limits: cache reads do not."""
        reads = (line for line in self.cost.lines if (line.scenario, line.bucket) == ("later", "cache_read"))
        return self.counted.total.tokens - sum(line.tokens for line in reads)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's ESTIMATE object; money as strings of plain digits."""
        counted, cost = self.counted, self.cost
        stripped = counted.stripped
        return {
            "source": self.source.to_dict(),
            "model": self.match.model.id,
            "requested_model": self.treated_as or self.match.requested,
            "on": self.on.isoformat(),
            "input": count_dict(counted.total),
            "parts": [
                {"kind": part.kind, "path": part.path, "message": part.message, **count_dict(part.count)}
                for part in counted.parts
            ],
            "stripped_thinking": {
                "tokens": stripped.count.tokens,
                "low": stripped.count.low,
                "high": stripped.count.high,
                "blocks": stripped.blocks,
                "paths": list(stripped.paths),
                "reason": stripped.reason,
            },
            "budget": _budget_dict(self.budget),
            "cost": _cost_dict(cost),
            "rate_limits": {
                "input_tokens": counted.total.tokens,
                "input_tokens_cached": self.rate_limited_input_cached,
                "output_tokens": self.budget.max_tokens,
            },
            "findings": [f.to_dict(self.source.file, self.source.line) for f in self.findings],
            "notes": list(counted.notes),
        }


def estimate_request(
    request: Request,
    match: ModelMatch,
    catalogue: Catalogue,
    on: date,
    *,
    source: SourceRef,
    on_origin: str = "flag",
    treated_as: str | None = None,
    expect_output: int | None = None,
    calls: int = 1,
    counter: Counter | None = None,
) -> Estimate:
    """Return the estimate of a typed request for one model on one day.

    Args:
        request: the request, betas and batch flag included.
        match: the model found in the catalogue.
        catalogue: for rules that look at other models.
        on: the day whose prices and rules apply.
        source: where the request came from.
        on_origin: where ``on`` came from, for people.
        treated_as: the unknown model name that ``match`` stands in for: everything becomes ``estimated``.
        expect_output: expected output tokens, for an expected cost beside the worst case.
        calls: how many identical calls the expected cost is for.
        counter: has the last word on the input's total; without one it is counted here.

    Raises:
        InputError: the request is nested too deeply to be read.
        BudgetcalcError: whatever the counter raises.
    """
    context = weigh_request(
        request,
        match,
        catalogue,
        on,
        stands_in_for=treated_as,
        counter=counter,
        is_dated=on_origin == "request",
    )
    request, counted, budget = context.request, context.counted, context.budget
    cost = price_request(request, match, counted, budget, on, expect_output=expect_output, calls=calls)
    findings = run_rules(context)
    return Estimate(source, match, request, on, on_origin, counted, budget, cost, findings, treated_as)


def weigh_request(
    request: Request,
    match: ModelMatch,
    catalogue: Catalogue,
    on: date,
    *,
    stands_in_for: str | None = None,
    counter: Counter | None = None,
    command: Literal["estimate", "lint"] = "estimate",
    is_dated: bool = False,
) -> RuleContext:
    """Return the request with its count and the window's account, as rules look at it.

    Args:
        request: the typed request.
        match: the model found in the catalogue.
        catalogue: for rules that look at other models.
        on: the day whose rules apply.
        stands_in_for: the unknown model that this one stands in for: nothing about it is known for sure.
        counter: has the last word on the input's total; without one it is counted here.
        command: who asks; a few severities depend on it.
        is_dated: ``on`` is the request's own date.

    Raises:
        InputError: the request is nested too deeply to be read.
    """
    request = replace(request, betas=request.betas | frozenset(match.betas))
    counted = count_request(request, match.model, catalogue.framing, on, stands_in_for=stands_in_for)
    if counter is not None:
        counted = counter(request, match, stands_in_for, counted)
    budget = plan_budget(request, match.model, counted, on)
    return RuleContext(request, match, catalogue, on, counted, budget, command, is_dated)


def count_dict(count: Count) -> dict[str, Any]:
    """Return tokens, low, high and method as a JSON object."""
    return {"tokens": count.tokens, "low": count.low, "high": count.high, "method": count.method}


def totals(estimates: Iterable[Estimate]) -> dict[str, Any]:
    """Return sums over estimates: requests, input tokens with their band, and money where all have it."""
    requests = tokens = low = high = 0
    minimum: list[Any] = []
    maximum: list[Any] = []
    highest: list[Any] = []
    batch: list[Any] = []
    for each in estimates:
        requests += 1
        total = each.counted.total
        tokens, low, high = tokens + total.tokens, low + total.low, high + total.high
        minimum.append(each.cost.total_min)
        maximum.append(each.cost.total_max)
        highest.append(each.cost.total_max_high)
        batch.append(each.cost.batch_total_max)
    return {
        "requests": requests,
        "input": {"tokens": tokens, "low": low, "high": high},
        "cost": {
            "currency": "USD",
            "total_min": _sum_or_none(minimum),
            "total_max": _sum_or_none(maximum),
            "total_max_high": _sum_or_none(highest),
            "batch_total_max": _sum_or_none(batch),
        },
    }


def _sum_or_none(amounts: list[Any]) -> str | None:
    """A sum with an unknown summand is unknown, not smaller; one of nothing is no zero."""
    is_known = bool(amounts) and all(amount is not None for amount in amounts)
    return money.plain(money.total(amounts)) if is_known else None


def _budget_dict(budget: Budget) -> dict[str, Any]:
    formula = budget.formula
    return {
        "context_window": budget.context_window,
        "max_tokens": budget.max_tokens,
        "thinking_budget": budget.thinking_budget,
        "needed": budget.needed,
        "headroom": budget.headroom,
        "largest_max_tokens": budget.largest_max_tokens,
        "output_cap": budget.output_cap,
        "verdict": budget.verdict,
        "formula": {
            "form": formula.form,
            "input_tokens": formula.input_tokens,
            "previous_thinking_tokens": formula.previous_thinking_tokens,
            "stripped_thinking_tokens": formula.stripped_thinking_tokens,
            "thinking_tokens": formula.thinking_tokens,
            "output_tokens": formula.output_tokens,
            "window_tokens": formula.window_tokens,
        },
    }


def _cost_dict(cost: Cost) -> dict[str, Any]:
    def usd(amount: Any) -> str | None:
        return None if amount is None else money.plain(amount)

    result: dict[str, Any] = {
        "currency": "USD",
        "input": usd(cost.input),
        "input_cached": usd(cost.input_cached),
        "output_max": usd(cost.output_max),
        "total_min": usd(cost.total_min),
        "total_max": usd(cost.total_max),
        "total_max_high": usd(cost.total_max_high),
        "batch_total_max": usd(cost.batch_total_max),
        "thinking_max": usd(cost.thinking_max),
        "lines": [_line_dict(line) for line in cost.lines],
    }
    if cost.expected is not None:
        result["expected"] = {
            "output_tokens": cost.expected.output_tokens,
            "calls": cost.expected.calls,
            "per_call": usd(cost.expected.per_call),
            "total": usd(cost.expected.total),
        }
    return result


def _line_dict(line: CostLine) -> dict[str, Any]:
    return {
        "scenario": line.scenario,
        "bucket": line.bucket,
        "tokens": line.tokens,
        "usd_per_mtok": money.plain(line.usd_per_mtok),
        "multiplier": money.plain(line.multiplier),
        "rule": line.rule,
        "price_period": line.price_period,
        "source": line.source,
        "usd": money.plain(line.usd),
    }
