"""What a counted request can cost: the first call, a later identical one, and the same in a batch.

Every amount is a line: tokens × rate × multiplier, with the rule, the price period and the source of the price.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from budgetcalc import money
from budgetcalc.caching import find_breakpoints, split_first_call, split_later_call
from budgetcalc.catalogue import holds_on
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from budgetcalc.budgets import Budget
    from budgetcalc.caching import Breakpoint, CacheSplit
    from budgetcalc.catalogue import Bucket, Model, ModelMatch, Multiplier, PricePeriod
    from budgetcalc.conversation import Request
    from budgetcalc.counts import Count, CountedRequest

Scenario = Literal["first", "later"]


@dataclass(frozen=True, slots=True)
class CostLine:
    """One amount and where it comes from.

    Attributes:
        scenario: the first call, or a later identical one that reads the cache.
        bucket: the disjoint token bucket.
        tokens: how many.
        usd_per_mtok: the rate before multipliers.
        multiplier: product of batch, US-only and regional factors.
        rule: price rules that apply, as ``standard`` or ``long-context+batch``.
        price_period: ISO dates of the price, ``2025-02-24..``.
        source: where the price was read.
        usd: tokens × rate × multiplier / 1,000,000.
    """

    scenario: Scenario
    bucket: Bucket
    tokens: int
    usd_per_mtok: Decimal
    multiplier: Decimal
    rule: str
    price_period: str
    source: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """What the call costs, in US dollars, exact.

    Attributes:
        input: a first call's input, cache writes included.
        input_cached: a later identical call's input; equals ``input`` without breakpoints.
        output_max: what can be produced × rate; ``None`` without ``max_tokens``.
        total_min: ``input_cached`` and no output.
        total_max: ``input + output_max``.
        total_max_high: the same where the input is as large as its band says; ``None`` as ``total_max`` is.
        batch_total_max: ``total_max`` at batch rates; ``None`` where there is no batch.
        lines: the amounts; those of a scenario sum to its total.
        output_tokens_max: the tokens behind ``output_max``.
        thinking_max: the share of ``output_max`` that a manual thinking budget may take; information only.
        expected: cost of ``calls`` calls with an expected output, when asked for.
        breakpoints: cache breakpoints with their prefix lengths.
        before_first_price: the day lies before the first known price, whose rates were taken.
    """

    input: Decimal
    input_cached: Decimal
    output_max: Decimal | None
    total_min: Decimal
    total_max: Decimal | None
    total_max_high: Decimal | None
    batch_total_max: Decimal | None
    lines: tuple[CostLine, ...]
    output_tokens_max: int | None
    thinking_max: Decimal | None
    expected: ExpectedCost | None
    breakpoints: tuple[Breakpoint, ...]
    before_first_price: bool


@dataclass(frozen=True, slots=True)
class ExpectedCost:
    """The expected cost beside the worst case: one first call and ``calls − 1`` later ones.

    Without an expected output it is the most that can be produced, never none; more than that is cut to it.

    Attributes:
        output_tokens: of each call.
        calls: how many.
        per_call: US dollars of the first call.
        total: US dollars of all.
        asked_tokens: the output that was expected, where it is more than can be produced.
    """

    output_tokens: int
    calls: int
    per_call: Decimal
    total: Decimal
    asked_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class _Price:
    """Rates in force and the multiplier on them."""

    period: PricePeriod
    multiplier: Decimal
    rule: str


def doubtful_usd(cost: Cost, total: Count) -> Decimal:
    """Return what the band of the input may add to the cost of a first call.

    Nobody knows on which side of a cache breakpoint the doubt lies, so that it is at the dearest rate of the input.
    """
    return _doubtful_usd([line for line in cost.lines if line.scenario == "first"], total)


def _doubtful_usd(first: Iterable[CostLine], total: Count) -> Decimal:
    inputs = [line for line in first if line.bucket != "output"]
    dearest = max(inputs, key=lambda line: line.usd_per_mtok)
    return money.usd(total.high - total.tokens, dearest.usd_per_mtok, dearest.multiplier)


def price_request(
    request: Request,
    match: ModelMatch,
    counted: CountedRequest,
    budget: Budget,
    on: date,
    *,
    expect_output: int | None = None,
    calls: int = 1,
) -> Cost:
    """Return the cost of a counted request on a day.

    A band that straddles a long-context threshold pays the dearer tier. Output is one line: a thinking budget
    is a target, ``max_tokens`` is the cap (extended-thinking page).
    """
    price, before_first = _price(request, match, counted, on, batch=request.batch)
    breakpoints = find_breakpoints(request, counted) if match.model.provider == "anthropic" else ()
    total = counted.total.tokens
    splits: dict[Scenario, CacheSplit] = {
        "first": split_first_call(total, breakpoints, match.model),
        "later": split_later_call(total, breakpoints, match.model),
    }
    produced = _producible(budget, match.model)

    def inputs(scenario: Scenario, at: _Price) -> list[CostLine]:
        return _input_lines(scenario, splits[scenario], at)

    first, later = inputs("first", price), inputs("later", price)
    outputs = {
        scenario: [_line(scenario, "output", produced, price)] if produced is not None else []
        for scenario in splits
    }
    first_input, later_input = _sum(first), _sum(later)
    output_max = _sum(outputs["first"]) if produced is not None else None
    total_max = None if output_max is None else money.total([first_input, output_max])
    batch_total = None
    has_batch = match.model.batch is not None and holds_on(match.model.batch, on)
    if produced is not None and has_batch:
        at_batch, _ = _price(request, match, counted, on, batch=True)
        batch_total = _sum([*inputs("first", at_batch), _line("first", "output", produced, at_batch)])
    return Cost(
        input=first_input,
        input_cached=later_input,
        output_max=output_max,
        total_min=later_input,
        total_max=total_max,
        total_max_high=None
        if total_max is None
        else money.total([total_max, _doubtful_usd(first, counted.total)]),
        batch_total_max=batch_total,
        lines=(*first, *outputs["first"], *later, *outputs["later"]),
        output_tokens_max=produced,
        thinking_max=_thinking_share(budget, produced, price) if match.model.thinking.types else None,
        expected=_expected(
            first_input,
            later_input,
            price,
            expect_output,
            calls,
            bound=produced,
            most=budget.largest_max_tokens if produced is None else produced,
        )
        if expect_output is not None or calls > 1
        else None,
        breakpoints=breakpoints,
        before_first_price=before_first,
    )


def rate_of(
    bucket: Bucket, request: Request, match: ModelMatch, counted: CountedRequest, on: date
) -> Decimal | None:
    """Return US dollars per million tokens of a bucket in this request, multipliers included.

    ``None`` where the bucket has no price.
    """
    price, _ = _price(request, match, counted, on, batch=request.batch)
    rate = price.period.rates.usd_per_mtok(bucket)
    return None if rate is None else money.times(rate, price.multiplier)


def _price(
    request: Request, match: ModelMatch, counted: CountedRequest, on: date, *, batch: bool
) -> tuple[_Price, bool]:
    """Return the rates in force: fast mode, else the long-context tier, else standard; and the factors."""
    model = match.model
    period, before_first = model.price_period(on)
    if before_first and period.start is not None:
        # The earliest prices apply as a whole, their tiers too.
        on = period.start
    rule = "standard"
    fast = model.fast_period(on) if request.body.get("speed") == "fast" and not batch else None
    tier = model.long_context_period(on, request.betas | set(match.betas), counted.total.high)
    if fast is not None:
        period, rule = fast, "fast"
    elif tier is not None:
        period, rule = tier, "long-context"
    factors: list[tuple[str, Multiplier | None]] = [
        ("batch", model.batch if batch else None),
        ("us-only", model.us_only if request.body.get("inference_geo") == "us" else None),
        ("regional", model.regional if match.regional else None),
    ]
    multiplier = Decimal(1)
    for name, factor in factors:
        if factor is not None and holds_on(factor, on):
            multiplier = money.times(multiplier, factor.factor)
            rule = name if rule == "standard" else f"{rule}+{name}"
    return _Price(period, multiplier, rule), before_first


def _producible(budget: Budget, model: Model) -> int | None:
    """Return the most output tokens the call can have: max_tokens, cut to the window where the API cuts."""
    if budget.max_tokens is None or (model.over_window == "rejected" and budget.verdict != "may_stop_early"):
        return budget.max_tokens
    return min(budget.max_tokens, max(0, budget.context_window - (budget.needed - budget.max_tokens)))


def _input_lines(scenario: Scenario, split: CacheSplit, price: _Price) -> list[CostLine]:
    buckets: tuple[Bucket, ...] = ("uncached_input", "cache_write_5m", "cache_write_1h", "cache_read")
    return [
        _line(scenario, bucket, getattr(split, bucket), price)
        for bucket in buckets
        if getattr(split, bucket) or bucket == "uncached_input"
    ]


def _line(scenario: Scenario, bucket: Bucket, tokens: int, price: _Price) -> CostLine:
    rate = price.period.rates.usd_per_mtok(bucket)
    if rate is None:
        # `cacheable` lets no bucket through that has no price.
        raise AssertionError(f"{bucket} has no price in {price.period.label}")
    return CostLine(
        scenario,
        bucket,
        tokens,
        rate,
        price.multiplier,
        price.rule,
        price.period.label,
        price.period.source,
        money.usd(tokens, rate, price.multiplier),
    )


def _sum(lines: list[CostLine]) -> Decimal:
    return money.total([line.usd for line in lines])


def _thinking_share(budget: Budget, produced: int | None, price: _Price) -> Decimal | None:
    if budget.thinking_budget is None or produced is None:
        return None
    return money.usd(min(budget.thinking_budget, produced), price.period.rates.output, price.multiplier)


def _expected(
    first_input: Decimal,
    later_input: Decimal,
    price: _Price,
    asked: int | None,
    calls: int,
    *,
    bound: int | None,
    most: int,
) -> ExpectedCost | None:
    """Return the cost of so many calls; nothing when the output is neither expected nor bounded."""
    tokens = bound if asked is None else min(asked, most)
    if tokens is None:
        return None
    output = money.usd(tokens, price.period.rates.output, price.multiplier)
    first, later = money.total([first_input, output]), money.total([later_input, output])
    total = money.total([first, money.times(later, calls - 1)])
    return ExpectedCost(tokens, calls, first, total, asked if asked is not None and asked > tokens else None)
