"""Which part of a prompt is written to the cache, read from it, or neither.

Source: prompt caching page (2026-08): a breakpoint caches everything before it in the order tools, system,
messages; a prefix shorter than the model's minimum is silently not cached; with mixed lifetimes everything
up to the last 1h breakpoint is written for an hour, the rest up to the last breakpoint for five minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A cache breakpoint: where it stands, how long it lasts, and the tokens of the prefix it closes."""

    path: str
    ttl: str
    prefix_tokens: int


@dataclass(frozen=True, slots=True)
class CacheSplit:
    """The input of one call in disjoint buckets, in tokens."""

    uncached_input: int
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0


def find_breakpoints(request: Request, counted: CountedRequest) -> tuple[Breakpoint, ...]:
    """Return the request's breakpoints in the order of the prompt, each with the tokens before it."""
    marks = {tool.path: tool.cache for tool in request.tools if tool.cache}
    marks |= {block.path: block.cache for _, block in request.blocks() if block.cache}
    if request.auto_cache and counted.parts:
        last = next((part.path for part in reversed(counted.parts) if part.path), "")
        marks.setdefault(last, request.auto_cache)
    if not marks:
        return ()
    ends: dict[str, int] = {}
    running = 0
    for part in counted.parts:
        running += part.count.tokens
        # Later parts of one path (a result's frame, say) move its end.
        ends[part.path] = running
    found = []
    for path, cache in marks.items():
        end = _end_of(path, ends)
        if end is not None and cache is not None:
            # A total that the API counted may be smaller than the parts before the mark.
            found.append(Breakpoint(path, cache.ttl, min(end, counted.total.tokens)))
    return tuple(sorted(found, key=lambda mark: mark.prefix_tokens))


def _end_of(path: str, ends: Mapping[str, int]) -> int | None:
    """Return where the part with this path ends, or the one that encloses it, as a result does its blocks."""
    while path:
        if path in ends:
            return ends[path]
        path = path.rpartition("/")[0]
    return None


def split_first_call(total: int, breakpoints: tuple[Breakpoint, ...], model: Model) -> CacheSplit:
    """Return the buckets of a first call: everything up to the breakpoints is written."""
    live = cacheable(breakpoints, model)
    if not live:
        return CacheSplit(uncached_input=total)
    end = max(mark.prefix_tokens for mark in live)
    hour = max((mark.prefix_tokens for mark in live if mark.ttl == "1h"), default=0)
    return CacheSplit(uncached_input=total - end, cache_write_5m=end - hour, cache_write_1h=hour)


def split_later_call(total: int, breakpoints: tuple[Breakpoint, ...], model: Model) -> CacheSplit:
    """Return the buckets of a later identical call: everything up to the last breakpoint is read."""
    live = cacheable(breakpoints, model)
    end = max((mark.prefix_tokens for mark in live), default=0)
    return CacheSplit(uncached_input=total - end, cache_read=end)


def cacheable(breakpoints: tuple[Breakpoint, ...], model: Model) -> tuple[Breakpoint, ...]:
    """Return the breakpoints whose prefix reaches the model's minimum and whose lifetime has a price."""
    rates = model.prices[-1].rates
    if rates.cache_read is None:
        return ()
    priced = {"5m": rates.cache_write_5m is not None, "1h": rates.cache_write_1h is not None}
    minimum = model.min_cacheable_tokens.tokens if model.min_cacheable_tokens else 0
    return tuple(
        mark for mark in breakpoints if mark.prefix_tokens >= minimum and priced.get(mark.ttl, False)
    )
