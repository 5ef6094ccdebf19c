"""Which part of a prompt is written and which is read, by marks, lifetimes and the model's minimum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.caching import Breakpoint, CacheSplit, cacheable, split_first_call, split_later_call

from .builders import CLAUDE, find

MODEL = find("claude-opus-4-6")
MINIMUM = 4096
"""Tokens below which Opus 4.6 caches nothing."""


def marks(*sizes: tuple[int, str]) -> tuple[Breakpoint, ...]:
    """Return breakpoints after so many tokens, with a lifetime."""
    return tuple(Breakpoint(f"/system/{n}", ttl, size) for n, (size, ttl) in enumerate(sizes))


@pytest.mark.parametrize(
    ("found", "first", "later"),
    [
        ((), CacheSplit(9000), CacheSplit(9000)),
        (((5000, "5m"),), CacheSplit(4000, 5000), CacheSplit(4000, cache_read=5000)),
        (((5000, "1h"),), CacheSplit(4000, 0, 5000), CacheSplit(4000, cache_read=5000)),
        (((5000, "1h"), (6000, "5m")), CacheSplit(3000, 1000, 5000), CacheSplit(3000, cache_read=6000)),
        (((5000, "5m"), (6000, "1h")), CacheSplit(3000, 0, 6000), CacheSplit(3000, cache_read=6000)),
        (((100, "1h"), (6000, "5m")), CacheSplit(3000, 6000), CacheSplit(3000, cache_read=6000)),
        (((9000, "5m"),), CacheSplit(0, 9000), CacheSplit(0, cache_read=9000)),
    ],
)
def test_how_a_prompt_is_split(
    found: tuple[tuple[int, str], ...], first: CacheSplit, later: CacheSplit
) -> None:
    """Up to the last hour mark it is written for an hour, from there to the last mark for five minutes."""
    assert split_first_call(9000, marks(*found), MODEL) == first
    assert split_later_call(9000, marks(*found), MODEL) == later


def test_a_prefix_is_cached_from_the_minimum_on() -> None:
    """One token less is silently not cached."""
    assert MODEL.min_cacheable_tokens is not None
    assert MODEL.min_cacheable_tokens.tokens == MINIMUM
    below, at = marks((MINIMUM - 1, "5m"), (MINIMUM, "1h"))
    assert cacheable((below, at), MODEL) == (at,)


def test_a_lifetime_without_a_price_is_not_cached() -> None:
    """A lifetime nobody sells, and any on a model that never cached, write nothing."""
    assert cacheable(marks((5000, "2h"), (5000, "5m")), MODEL) == marks((0, ""), (5000, "5m"))[1:]
    assert cacheable(marks((5000, "5m")), find("claude-2.1")) == ()


@given(
    st.sampled_from(CLAUDE),
    st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["5m", "1h"])), max_size=4),
)
def test_no_token_is_lost_or_billed_twice(model: object, found: list[tuple[int, str]]) -> None:
    """The buckets of a first and of a later call sum to the prompt, and what is written is read later."""
    breakpoints = marks(*sorted(found))
    first = split_first_call(10_000, breakpoints, model)  # type: ignore[arg-type]
    later = split_later_call(10_000, breakpoints, model)  # type: ignore[arg-type]
    for each in (first, later):
        counts = (each.uncached_input, each.cache_write_5m, each.cache_write_1h, each.cache_read)
        assert sum(counts) == 10_000
        assert min(counts) >= 0
    assert later.cache_read == first.cache_write_5m + first.cache_write_1h
