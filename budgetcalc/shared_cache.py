"""What several requests cost together when the first writes the prefix they share and the others read it.

Each estimate is of a call by itself, and so pays for writing what it marks. Sent one after the other, calls to one
model whose tools and system prompt are the same up to a breakpoint pay for the write once (prompt caching page,
2026-10). Prefixes that end in the messages are left out: those of single requests differ.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.caching import cacheable
from budgetcalc.lint.prefixes import prefix_digest
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.caching import Breakpoint
    from budgetcalc.estimates import Estimate


@dataclass(frozen=True, slots=True)
class SharedCache:
    """What is saved against every call writing its own.

    Attributes:
        requests: how many would read what an earlier one wrote.
        saved_usd: writing less reading, of all of them.
    """

    requests: int
    saved_usd: Decimal

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, money as a string."""
        return {"requests": self.requests, "saved": money.plain(self.saved_usd)}


def shared_cache(estimates: Iterable[Estimate]) -> SharedCache | None:
    """Return what requests save that come after one with the same prefix; ``None`` when none does."""
    written: set[bytes] = set()
    saved: list[Decimal] = []
    for estimate in estimates:
        mark = _last_static(estimate)
        if mark is None:
            continue
        keys = estimate.match.model.id, str(estimate.match.regional), str(estimate.request.body.get("speed"))
        key = prefix_digest(estimate.request, mark.path, *keys)
        if key in written:
            saved.append(_saved(estimate, mark))
        written.add(key)
    return SharedCache(len(saved), money.total(saved)) if saved else None


def _last_static(estimate: Estimate) -> Breakpoint | None:
    """Return the last breakpoint in tools or system prompt that is written."""
    live = cacheable(estimate.cost.breakpoints, estimate.match.model)
    static = [mark for mark in live if mark.path.startswith(("/tools/", "/system"))]
    return static[-1] if static else None


def _saved(estimate: Estimate, mark: Breakpoint) -> Decimal:
    """Return what the tokens before a breakpoint cost when they are written, less when they are read."""
    lines = {(line.scenario, line.bucket): line for line in estimate.cost.lines}
    read = lines["later", "cache_read"]
    # Everything up to the last breakpoint of an hour is written for an hour.
    for_an_hour = lines.get(("first", "cache_write_1h"))
    hour = min(mark.prefix_tokens, for_an_hour.tokens if for_an_hour is not None else 0)
    amounts = []
    for line, tokens in (
        (for_an_hour, hour),
        (lines.get(("first", "cache_write_5m")), mark.prefix_tokens - hour),
    ):
        if line is not None and tokens:
            amounts.append(money.usd(tokens, line.usd_per_mtok, line.multiplier))
            amounts.append(-money.usd(tokens, read.usd_per_mtok, read.multiplier))
    return money.total(amounts)
