"""Second stage of the usage way: what a charge costs is decided by one key of rates and factors.

Charges with the same key are summed as integers and multiplied once, so that sums are exact and cheap.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.catalogue import holds_on
from budgetcalc.errors import UnknownModelError
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from datetime import date

    from budgetcalc.catalogue import Bucket, Catalogue, Model, ModelMatch, PricePeriod
    from budgetcalc.usage import Charge, UsageRow

BUCKETS: tuple[Bucket, ...] = ("uncached_input", "cache_write_5m", "cache_write_1h", "cache_read", "output")


REPORTED_WINDOW = 200_000
"""The prompt size at which reports draw the line (``context_window``), in tokens."""


@dataclass(frozen=True, slots=True)
class PriceKey:
    """What decides the money of a token.

    Attributes:
        model: canonical id.
        rule: price rules that apply, as ``standard`` or ``long-context+batch``.
        period: the price period.
        multiplier: product of batch, US-only and regional factors.
        standard: the standard period of the day, for what caching and batch would have made of it.
        batch_factor: the batch factor, where the call was not a batch and could have been one.
        notes: what had to be assumed for the price.
        thinks: whether the model can think, so that output may be thinking.
    """

    model: str
    rule: str
    period: PricePeriod
    multiplier: Decimal
    batch_factor: Decimal | None
    notes: tuple[str, ...] = ()
    thinks: bool = True

    def usd(self, bucket: Bucket, tokens: int) -> Decimal:
        """Return what tokens of a bucket cost under this key.

        Raises:
            KeyError: the model has no price for the bucket.
        """
        rate = self.period.rates.usd_per_mtok(bucket)
        if rate is None:
            raise KeyError(f"{self.model} has no price for {bucket}")
        return money.usd(tokens, rate, self.multiplier)


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Why a charge has no price."""

    model: str
    reason: str


def price_key(
    charge: Charge,
    row: UsageRow,
    catalogue: Catalogue,
    day: date,
    model: str | None,
    *,
    model_origin: str = "",
) -> PriceKey | Unpriced:
    """Return the key of a charge, or why there is none.

    Args:
        charge: the tokens and the model's name.
        row: the call they belong to.
        catalogue: models and prices.
        day: the row's own day, or the one that undated rows take.
        model: fills in where the report names none.
        model_origin: where that came from, if it is to be said.
    """
    name = charge.model or model
    if name is None:
        return Unpriced("", "the report names no model: group it by model, or give --model")
    try:
        match = catalogue.find(name)
    except UnknownModelError:
        return Unpriced(name, "the model is not in the catalogue")
    if row.fast and row.service_tier == "batch":
        return Unpriced(name, "there is no fast mode in a batch")
    period, rule, missing = _period(charge, row, match, day)
    if missing:
        return Unpriced(name, missing)
    if row.service_tier == "batch" and match.model.batch is None:
        return Unpriced(name, f"no batch price of {match.model.id} is published")
    multiplier, rule, batch_factor = _factors(row, match, rule)
    for bucket in BUCKETS:
        needed = getattr(charge.tokens, bucket) or (
            charge.reported_usd is not None and bucket.startswith("cache_write")
        )
        if needed and period.rates.usd_per_mtok(bucket) is None:
            return Unpriced(name, f"no price of {bucket} is published for {match.model.id}")
    notes = _notes(charge, row, match.model, day)
    if model_origin and not charge.model:
        notes = (f"no model is named: priced as {match.model.id}, {model_origin}", *notes)
    rules = match.model.thinking
    thinks = bool(rules.types) or rules.reasons or bool(charge.tokens.thinking)
    return PriceKey(match.model.id, rule, period, multiplier, batch_factor, notes, thinks)


def _notes(charge: Charge, row: UsageRow, model: Model, day: date) -> tuple[str, ...]:
    """Return what had to be assumed: a price before the first known one, the tier of a sum of calls."""
    notes = []
    first, is_before = model.price_period(day)
    if is_before:
        notes.append(f"no price of {model.id} is known before {first.start}: its earliest price applies")
        day = first.start or day
    tier = next((period for period in model.long_context if holds_on(period, day)), None)
    if tier is not None and row.unit != "call" and charge.long_context is not True:
        straddles = charge.long_context is None or (tier.over_tokens or 0) < REPORTED_WINDOW
        if straddles and charge.tokens.prompt > (tier.over_tokens or 0):
            notes.append(
                f"{model.id} is dearer for prompts over {tier.over_tokens:,} tokens, which a sum of calls does not "
                "tell: the base price is taken, a lower bound"
            )
    return tuple(notes)


def with_lifetimes(charge: Charge, key: PriceKey, search_usd: Decimal) -> tuple[Charge, bool]:
    """Return a charge with the lifetimes of its cache writes, and whether some of them had to be assumed.

    Headless results of Claude Code give the sum of cache writes and a cost for each model: what the cost is above
    that of 5-minute writes is what 1-hour writes cost more. It is believed where it comes out as a whole number of
    tokens within the sum; otherwise the lifetimes stay as the reader found them (formats.md §5.3).

    Args:
        charge: tokens, and the report's own cost where lifetimes are not known.
        key: the charge's rates.
        search_usd: what its web searches cost.
    """
    reported, tokens = charge.reported_usd, charge.tokens
    writes = tokens.cache_write_5m + tokens.cache_write_1h
    if reported is None or not writes:
        return charge, False
    as_read = money.total([search_usd, *(key.usd(each, getattr(tokens, each)) for each in BUCKETS)])
    step = money.total([key.usd("cache_write_1h", 1), -key.usd("cache_write_5m", 1)])
    off = (reported - as_read) / step if step else Decimal(0)
    hour = tokens.cache_write_1h + round(off)
    if abs(off - round(off)) > FLOAT_NOISE or not 0 <= hour <= writes:
        return charge, tokens.cache_write_5m > 0
    split = replace(tokens, cache_write_5m=writes - hour, cache_write_1h=hour)
    return replace(charge, tokens=split), False


FLOAT_NOISE = Decimal("0.01")
"""Tokens by which a cost that was summed as floats can be off."""


def _period(charge: Charge, row: UsageRow, match: ModelMatch, day: date) -> tuple[PricePeriod, str, str]:
    """Return the rates in force, their rule, and what is missing for them, if anything."""
    model = match.model
    standard, _ = model.price_period(day)
    if row.fast:
        fast = model.fast_period(day)
        if fast is not None:
            return fast, "fast", ""
        if model.fast_outside == "refused":
            return standard, "", f"{model.id} has no fast mode on {day.isoformat()}"
    tier = _tier(charge, row, model, day)
    return (tier, "long-context", "") if tier is not None else (standard, "standard", "")


def _tier(charge: Charge, row: UsageRow, model: Model, day: date) -> PricePeriod | None:
    """Return the long-context tier of a charge.

    A usage record does not carry beta headers: a prompt over the threshold can only have been served with the
    tier's own beta. A bucket's or session's sum says nothing of its calls.
    """
    standard, is_before = model.price_period(day)
    if is_before and standard.start is not None:
        day = standard.start
    tier = next((period for period in model.long_context if holds_on(period, day)), None)
    if tier is None:
        return None
    if charge.long_context is not None:
        return tier if charge.long_context else None
    if row.unit != "call":
        return None
    return tier if charge.tokens.prompt > (tier.over_tokens or 0) else None


def _factors(row: UsageRow, match: ModelMatch, rule: str) -> tuple[Decimal, str, Decimal | None]:
    model, names = match.model, [] if rule == "standard" else [rule]
    is_batch = row.service_tier == "batch"
    factors = (
        ("batch", model.batch if is_batch else None),
        ("us-only", model.us_only if row.us_only else None),
        ("regional", model.regional if match.regional else None),
    )
    multiplier = Decimal(1)
    for name, factor in factors:
        if factor is not None:
            multiplier = money.times(multiplier, factor.factor)
            names.append(name)
    could_batch = not row.fast and model.batch is not None and row.service_tier == "standard"
    batch_factor = model.batch.factor if could_batch and model.batch else None
    return multiplier, "+".join(names) or "standard", batch_factor
