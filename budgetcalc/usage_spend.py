"""What some usage cost: integer sums by price key, and everything that can be computed from them.

Tokens are summed as integers and multiplied once a key and bucket, so that no order or grouping changes a digit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc import money
from budgetcalc.aggregation import KeySums
from budgetcalc.records import dataclass, replace
from budgetcalc.usage_prices import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from budgetcalc.aggregation import Group
    from budgetcalc.catalogue import Bucket, Fee
    from budgetcalc.usage_prices import PriceKey

LIST_VALUE_FORMATS = frozenset({"claude-code", "claude-code-analytics", "headless"})
"""Written by a client that may run on a subscription, and that sends no batches."""

CACHE_BUCKETS: tuple[Bucket, ...] = ("cache_write_5m", "cache_write_1h", "cache_read")


class Cell(NamedTuple):
    """The sums of one price key in one group of the aggregation."""

    group: Group
    key: PriceKey
    sums: KeySums
    web_search_usd: Decimal


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One amount with what it is made of.

    Attributes:
        model: canonical id.
        bucket: kind of token, ``thinking`` (the known part of the output) or ``web_search``.
        tokens: billed tokens; ``None`` for searches.
        usd_per_mtok: rate; ``None`` for searches.
        multiplier: product of batch, US-only and regional factors.
        rule: price rules that applied.
        price_period: days the price holds.
        source: key of the price's source.
        usd: the amount.
        requests: searches; ``None`` for tokens.
    """

    model: str
    bucket: str
    tokens: int | None
    usd_per_mtok: Decimal | None
    multiplier: Decimal
    rule: str
    price_period: str
    source: str
    usd: Decimal
    requests: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's LINE."""
        result = {
            "model": self.model,
            "bucket": self.bucket,
            "tokens": self.tokens,
            "usd_per_mtok": None if self.usd_per_mtok is None else money.plain(self.usd_per_mtok),
            "multiplier": money.plain(self.multiplier),
            "rule": self.rule,
            "price_period": self.price_period,
            "source": self.source,
            "usd": money.plain(self.usd),
        }
        return result if self.requests is None else result | {"requests": self.requests}


@dataclass(frozen=True, slots=True)
class CacheEffect:
    """Cached tokens as they were billed, and as ordinary input.

    Attributes:
        write_usd: cache writes.
        read_usd: cache reads.
        uncached_usd: the same tokens at the input rate.
    """

    write_usd: Decimal
    read_usd: Decimal
    uncached_usd: Decimal

    @property
    def saved_usd(self) -> Decimal:
        """What caching saved; negative when it cost more than it saved."""
        return money.total([self.uncached_usd, -self.write_usd, -self.read_usd])


@dataclass(frozen=True, slots=True)
class ThinkingCost:
    """What thinking cost where the reports say how much it was, and what it can have been elsewhere."""

    known: int
    known_usd: Decimal
    unknown_at_most: int
    unknown_usd_at_most: Decimal

    @property
    def at_most(self) -> int:
        """Thinking tokens if all output of unknown make-up was thinking."""
        return self.known + self.unknown_at_most

    @property
    def usd_at_most(self) -> Decimal:
        """What thinking cost in that case."""
        return money.total([self.known_usd, self.unknown_usd_at_most])


@dataclass(frozen=True, slots=True)
class Spend:
    """The usage of some cells together.

    Attributes:
        rows: rows behind it; a row of several models counts for each of them.
        sums: integer sums by price key.
        searches: web searches and their cost by model.
    """

    rows: int
    sums: Mapping[PriceKey, KeySums]
    searches: Mapping[str, tuple[int, Decimal]]

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Spend:
        """Return the cells' sum."""
        found = list(cells)
        groups = {id(cell.group): cell.group.rows for cell in found}
        searches: dict[str, tuple[int, Decimal]] = {}
        for _, key, own, web_search_usd in found:
            if own.web_search_requests:
                count, usd = searches.get(key.model, (0, Decimal(0)))
                searches[key.model] = count + own.web_search_requests, money.total([usd, web_search_usd])
        sums = _joined((cell.key, cell.sums) for cell in found)
        return cls(sum(groups.values()), sums, searches)

    @classmethod
    def joined(cls, spends: Iterable[Spend]) -> Spend:
        """Return several together."""
        found = list(spends)
        searches: dict[str, tuple[int, Decimal]] = {}
        for each in found:
            for model, (count, usd) in each.searches.items():
                before, usd_before = searches.get(model, (0, Decimal(0)))
                searches[model] = before + count, money.total([usd_before, usd])
        sums = _joined(item for each in found for item in each.sums.items())
        return cls(sum(each.rows for each in found), sums, searches)

    @property
    def usd(self) -> Decimal:
        """What all of it cost, searches included."""
        tokens = [sums.usd(key) for key, sums in self.sums.items()]
        return money.total([*tokens, self.web_search_usd])

    @property
    def web_searches(self) -> int:
        """Web searches."""
        return sum(count for count, _ in self.searches.values())

    @property
    def web_search_usd(self) -> Decimal:
        """What the searches cost; no factor ever applies to them."""
        return money.total([usd for _, usd in self.searches.values()])

    def tokens(self, bucket: Bucket) -> int:
        """Return the tokens of a bucket."""
        return sum(sums.tokens[bucket] for sums in self.sums.values())

    def bucket_usd(self, bucket: Bucket) -> Decimal:
        """Return what the tokens of a bucket cost."""
        return money.total([key.usd(bucket, n) for key, s in self.sums.items() if (n := s.tokens[bucket])])

    @property
    def thinking(self) -> ThinkingCost:
        """What thinking, a part of the output, cost; models that do not think have none, whatever reports tell."""
        return ThinkingCost(
            known=sum(sums.thinking_known for sums in self.sums.values()),
            known_usd=self._output_usd("thinking_known"),
            unknown_at_most=sum(
                sums.output_of_unknown_thinking for key, sums in self.sums.items() if key.thinks
            ),
            unknown_usd_at_most=self._output_usd("output_of_unknown_thinking"),
        )

    @property
    def thinkers_output(self) -> int:
        """Output tokens of models that think."""
        return sum(sums.tokens["output"] for key, sums in self.sums.items() if key.thinks)

    @property
    def cache(self) -> CacheEffect:
        """What caching cost, and what the same tokens had cost without."""
        uncached = [
            key.usd("uncached_input", cached)
            for key, sums in self.sums.items()
            if (cached := sum(sums.tokens[bucket] for bucket in CACHE_BUCKETS))
        ]
        write = money.total([self.bucket_usd("cache_write_5m"), self.bucket_usd("cache_write_1h")])
        return CacheEffect(write, self.bucket_usd("cache_read"), money.total(uncached))

    @property
    def batch_saving_usd(self) -> Decimal:
        """What batches would have saved on the calls that could have been sent in one."""
        return money.total(
            [
                money.times(sums.usd(key), 1 - key.batch_factor)
                for key, sums in self.sums.items()
                if key.batch_factor is not None
            ]
        )

    def tokens_dict(self) -> dict[str, int | None]:
        """Return the contract's ``tokens``; thinking is null unless all of it is known."""
        thinking = self.thinking
        is_known = bool(self.sums) and not any(sums.output_of_unknown_thinking for sums in self.sums.values())
        return {
            **{bucket: self.tokens(bucket) for bucket in BUCKETS},
            "thinking": thinking.known if is_known else None,
            "thinking_known": thinking.known,
            "thinking_at_most": thinking.at_most,
        }

    def lines(self, fee: Fee | None) -> Iterator[MoneyLine]:
        """Yield what the amount is made of, thinking apart from the rest of the output; they sum to it."""
        # Whether a call could have been a batch, and what was assumed for its day, are no matter of its price.
        same_price = _joined(
            (replace(key, batch_factor=None, notes=()), sums) for key, sums in self.sums.items()
        )
        for key, sums in sorted(same_price.items(), key=lambda item: _order(item[0])):
            known = sums.thinking_known
            counts: list[tuple[str, Bucket, int]] = [
                (bucket, bucket, count - (known if bucket == "output" else 0))
                for bucket, count in sums.tokens.items()
            ]
            for name, bucket, count in (*counts, ("thinking", "output", known)):
                rate = key.period.rates.usd_per_mtok(bucket)
                if count and rate is not None:
                    yield _token_line(key, name, count, rate)
        for model, (count, usd) in sorted(self.searches.items()):
            period_, source = (_fee_period(fee), fee.source) if fee is not None else ("..", "")
            yield MoneyLine(
                model, "web_search", None, None, Decimal(1), "web-search", period_, source, usd, count
            )

    def _output_usd(self, count: str) -> Decimal:
        counted = ((key, getattr(sums, count)) for key, sums in self.sums.items() if key.thinks)
        return money.total([key.usd("output", tokens) for key, tokens in counted if tokens])


def cells_of(groups: Iterable[Group]) -> Iterator[Cell]:
    """Yield the cells of an aggregation's groups; a group's search money is shared out by searches."""
    for group in groups:
        is_clients = dict(group.key).get("format") in LIST_VALUE_FORMATS
        left, requests = group.web_search_usd, sum(s.web_search_requests for s in group.sums.values())
        for key, sums in group.sums.items():
            own = Decimal(0)
            if sums.web_search_requests:
                # One fee a group in practice, and then exact; the last one takes what is left in any case.
                requests_left, requests = requests, requests - sums.web_search_requests
                own = left if not requests else left / requests_left * sums.web_search_requests
                left = money.total([left, -own])
            yield Cell(group, replace(key, batch_factor=None) if is_clients else key, sums, own)


def _token_line(key: PriceKey, name: str, count: int, rate: Decimal) -> MoneyLine:
    period, usd = key.period, money.usd(count, rate, key.multiplier)
    return MoneyLine(key.model, name, count, rate, key.multiplier, key.rule, period.label, period.source, usd)


def _joined(parts: Iterable[tuple[PriceKey, KeySums]]) -> dict[PriceKey, KeySums]:
    """Return one sum a key."""
    joined: dict[PriceKey, KeySums] = {}
    shared: set[PriceKey] = set()
    for key, own in parts:
        if key not in joined:
            joined[key] = own
            shared.add(key)
            continue
        if key in shared:  # the first one is another's until something is added to it
            shared.remove(key)
            joined[key] = KeySums().plus(joined[key])
        joined[key].plus(own)
    return joined


def _order(key: PriceKey) -> tuple[str, str, str, Decimal]:
    return key.model, key.rule, key.period.label, key.multiplier


def _fee_period(fee: Fee) -> str:
    return f"{fee.start.isoformat() if fee.start else ''}..{fee.end.isoformat() if fee.end else ''}"
