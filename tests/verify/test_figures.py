"""The figures, as arithmetic."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgetcalc.verification import Comparison, figures_of

COUNTS = st.integers(1, 10**7)
COMPARISONS = st.lists(
    st.tuples(COUNTS, COUNTS, COUNTS).map(lambda n: Comparison(n[0], n[1], min(n[1:]), max(n[1:]))),
    max_size=40,
)


def test_each_figure_is_what_its_name_says() -> None:
    """Exact, within a token, within a percent and inside the band are counts; errors are fractions of the truth."""
    figures = figures_of(
        [
            Comparison(true=100, tokens=100, low=100, high=100),
            Comparison(true=1000, tokens=1001, low=1001, high=1001),
            Comparison(true=1000, tokens=990, low=980, high=1000),
            Comparison(true=10, tokens=11, low=9, high=13),
        ]
    )
    assert (figures.compared, figures.exact, figures.exact_share) == (4, 1, 1 / 4)
    assert figures.within_1_token == 3
    assert figures.within_1_percent == 3
    assert figures.inside_band == 3
    assert figures.median_ape == pytest.approx((1 / 1000 + 10 / 1000) / 2)
    assert figures.p95_ape == pytest.approx(1 / 10)
    assert figures.bias == pytest.approx((100 + 1001 + 990 + 11) / (100 + 1000 + 1000 + 10) - 1)
    assert figures.median_band_width == (0 + 4) / 2


def test_nothing_compared_has_no_figures() -> None:
    """A share of nothing is unknown, not zero and not perfect."""
    figures = figures_of([])
    assert figures.compared == 0
    unknown = (
        figures.exact_share,
        figures.median_ape,
        figures.p95_ape,
        figures.bias,
        figures.median_band_width,
    )
    assert unknown == (None,) * 5


def test_one_percent_is_judged_without_rounding() -> None:
    """An error of exactly a hundredth is within one percent, a token more is not."""
    assert figures_of([Comparison(700, 707, 0, 0)]).within_1_percent == 1
    assert figures_of([Comparison(700, 708, 0, 0)]).within_1_percent == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(COMPARISONS)
def test_figures_contain_each_other(comparisons: list[Comparison]) -> None:
    """What is exact is within a token, within a percent and inside its band, in whatever order it comes."""
    figures = figures_of(comparisons)
    assert figures.exact <= min(figures.within_1_token, figures.within_1_percent, figures.inside_band)
    assert figures_of(reversed(comparisons)) == figures
    if comparisons:
        assert figures.median_ape is not None
        assert figures.p95_ape is not None
        assert 0 <= figures.median_ape <= max(each.ape for each in comparisons)
        assert figures.p95_ape in [each.ape for each in comparisons]


FEW = st.integers(1, 3)
MOSTLY_EXACT = st.lists(
    st.tuples(FEW, FEW, FEW).map(lambda n: Comparison(n[0], n[1], min(n[1:]), max(n[1:]))),
    min_size=1,
    max_size=12,
)


@given(MOSTLY_EXACT)
def test_medians_are_those_of_all_comparisons(comparisons: list[Comparison]) -> None:
    """Exact estimates and bands without a width leave no number behind, and are in the medians all the same."""
    figures = figures_of(comparisons)
    apes = sorted(each.ape for each in comparisons)
    assert figures.median_ape == median(apes)
    assert figures.p95_ape == apes[min(len(apes) - 1, int(len(apes) * 0.95))]
    assert figures.median_band_width == median(each.high - each.low for each in comparisons)
