"""Bands of totals: errors of one cause add up as they are, others partly cancel."""

from __future__ import annotations

from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.counts import Count, Part, exact, least_certain, total_of

from .builders import ENABLED, WEATHER, ask, assistant, call, count, result, sealed, text, thinking, user

CAUSES = st.sampled_from(["", "", "frame", "header", "rendering"])


@st.composite
def counts(draw: st.DrawFn) -> Count:
    """Draw a count whose band has a cause, or none that it shares with others."""
    tokens, below, above = (draw(st.integers(0, 1000)) for _ in range(3))
    drawn = Count(tokens, tokens - below, tokens + above, "estimated")
    cause = draw(CAUSES)
    return drawn.due_to(cause) if cause else drawn


def total(*given_: Count) -> Count:
    """Return the total of a part for each count."""
    return total_of(tuple(Part("frame", "", None, one) for one in given_))


def banded(below: int, above: int) -> Count:
    """Return a count of 100 with such a band."""
    return Count(100, 100 - below, 100 + above, "estimated")


def test_distances_of_different_causes_add_up_in_quadrature() -> None:
    """3 and 4 below make 5, and 6 and 8 above make 10, whether a cause is named or not."""
    for one, other in ((banded(3, 6), banded(4, 8)), (banded(3, 6).due_to("a"), banded(4, 8).due_to("b"))):
        assert total(one, other) == Count(200, 195, 210, "estimated")


def test_distances_of_one_cause_add_up_as_they_are() -> None:
    """A constant that is off is off in every part: 3 and 4 make 7, before what has another cause is added."""
    same = banded(3, 6).due_to("a"), banded(4, 8).due_to("a")
    assert total(*same) == Count(200, 193, 214, "estimated")
    assert total(*same, banded(24, 48)) == Count(300, 275, 350, "estimated")


def test_a_part_of_two_causes_is_known_by_both() -> None:
    """Within a part all distances add up; over parts, each counts with those of its cause."""
    both = banded(3, 3).due_to("a") + banded(4, 4).due_to("b")
    assert (both.low, both.high) == (193, 207)
    assert total(both) == Count(200, 195, 205, "estimated")
    assert total(both, both) == Count(400, 390, 410, "estimated")


def test_a_count_without_a_band_has_no_cause() -> None:
    """What is exact stays as it is, and the sum of exact counts is exact."""
    assert exact(5).due_to("a").doubts == ()
    assert total(exact(5), exact(6)) == exact(11)


@given(st.lists(counts(), min_size=1, max_size=12))
def test_a_total_is_no_wider_than_its_parts_and_no_narrower_than_the_widest(drawn: list[Count]) -> None:
    """Whatever the causes, distances add up to no more than all of them and no less than that of each one."""
    found = total(*drawn)
    assert found.tokens == sum(one.tokens for one in drawn)
    below = [one.tokens - one.low for one in drawn]
    above = [one.high - one.tokens for one in drawn]
    assert max(below) <= found.tokens - found.low <= sum(below)
    assert max(above) <= found.high - found.tokens <= sum(above)


@given(st.lists(counts(), min_size=1, max_size=12))
def test_the_order_of_parts_does_not_matter(drawn: list[Count]) -> None:
    """Nor does it for the counts that a part is added up of."""
    assert total(*drawn) == total(*reversed(drawn))
    assert sorted(sum(drawn, exact(0)).doubts) == sorted(sum(reversed(drawn), exact(0)).doubts)


@given(st.integers(1, 40), st.integers(0, 50))
def test_equal_parts_of_no_common_cause_grow_with_the_root_of_their_number(number: int, width: int) -> None:
    """A hundred parts are ten times as uncertain as one, not a hundred times."""
    found = total(*[banded(width, width)] * number)
    assert found.high - found.tokens == ceil(round(sqrt(number * width * width), 9))


@pytest.mark.parametrize("turns", [1, 2, 8])
def test_hidden_thinking_of_many_turns_is_as_uncertain_as_that_of_one(turns: int) -> None:
    """How many bytes a token of hidden thinking has is one unknown, so its share of error does not shrink."""
    hidden = [thinking("", signature=sealed(3_000)), text("Yes.")]
    asked = [message for _ in range(turns) for message in (user("Go on"), assistant(hidden))]
    found = count("claude-opus-4-8", messages=[*asked, user("Go on")])
    one = count("claude-opus-4-8", messages=[*asked[:2], user("Go on")])
    assert found.high - found.tokens >= turns * (one.high - one.tokens) - turns


@pytest.mark.parametrize("blocks", [1, 3, 20])
def test_the_band_of_an_unknown_header_holds_both_cases(blocks: int) -> None:
    """Prompt and thinking blocks depend on the same header: with and without it the count is in the band."""
    messages = [user("Weather?")]
    for number in range(blocks):
        turn = [thinking("Let me look it up.", signature=sealed(18)), call(f"t{number}")]
        messages += [assistant(turn), user([result(id_=f"t{number}")])]
    body = {"messages": messages, "tools": [WEATHER], "thinking": ENABLED, "max_tokens": 2000}
    model = "claude-sonnet-4-5"
    unknown = ask(model, **body).counted.total
    for betas in (("interleaved-thinking-2025-05-14",), ("none",)):
        settled = ask(model, betas=betas, **body).counted.total
        assert unknown.low <= settled.tokens <= unknown.high


def test_of_no_parts_nothing_is_uncertain() -> None:
    """A total without parts is exact, as nothing of it is estimated."""
    assert least_certain(()) == "exact"
    assert total_of(()).method == "exact"
