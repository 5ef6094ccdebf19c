"""What it costs when a request cannot read what the one before it left in the cache.

Source: prompt caching page (2026-08): a cached prefix is read only by a request to the same model that begins
with the very same prefix while the entry lives; what is not read is written again, or is plain input.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.caching import cacheable, find_breakpoints
from budgetcalc.costs import rate_of
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from decimal import Decimal

    from budgetcalc.caching import Breakpoint
    from budgetcalc.catalogue import Bucket
    from budgetcalc.lint.rule import RuleContext, Step

LIFETIMES = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1)}
_WRITES: dict[str, Bucket] = {"5m": "cache_write_5m", "1h": "cache_write_1h"}


@dataclass(frozen=True, slots=True)
class CacheLoss:
    """Tokens that could have been read from the cache, and what writing them again costs more, in US dollars."""

    tokens: int
    usd: Decimal

    def __str__(self) -> str:
        """Return the loss as the end of a finding's sentence."""
        return f"{self.tokens:,} tokens are not read from the cache but paid as new, {money.for_people(self.usd)} more"


def live_breakpoints(context: RuleContext) -> tuple[Breakpoint, ...]:
    """Return the breakpoints whose prefix is long enough to be cached."""
    return cacheable(find_breakpoints(context.request, context.counted), context.model)


def cache_loss(before: Step, after: Step, unchanged_tokens: int) -> CacheLoss | None:
    """Return what the second request loses when only so many tokens of the first one's prefix still hold.

    ``None`` when the first left nothing in the cache beyond them, or its entries had expired anyway.
    """
    marks = live_breakpoints(before.context)
    if not marks or has_expired(before, after, marks[-1].ttl):
        return None
    still_read = max((m.prefix_tokens for m in marks if m.prefix_tokens <= unchanged_tokens), default=0)
    tokens = marks[-1].prefix_tokens - still_read
    own = live_breakpoints(after.context)
    paid = price_tokens(after.context, _WRITES[own[-1].ttl] if own else "uncached_input", tokens)
    read = price_tokens(after.context, "cache_read", tokens)
    if tokens <= 0 or paid is None or read is None:
        return None
    return CacheLoss(tokens, paid - read)


def has_expired(before: Step, after: Step, ttl: str) -> bool:
    """Return whether the moments of both requests are known and lie further apart than the entry lives."""
    if before.sent_at is None or after.sent_at is None:
        return False
    return after.sent_at - before.sent_at > LIFETIMES[ttl]


def price_tokens(context: RuleContext, bucket: Bucket, tokens: int) -> Decimal | None:
    """Return what so many tokens of a bucket cost in this request, in US dollars; ``None`` without a price."""
    rate = rate_of(bucket, context.request, context.match, context.counted, context.on)
    return None if rate is None else money.usd(tokens, rate)
