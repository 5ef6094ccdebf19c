"""Dollars: exact sums and products, plain digits for machines, rounding only for people."""

from __future__ import annotations

import re
from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc import money

PLAIN_DIGITS = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
amounts = st.decimals(
    min_value=-(10**14), max_value=10**14, allow_nan=False, allow_infinity=False, places=12
) | st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent), st.integers(0, 999), st.integers(-90, 9)
)
rates = st.decimals(0, 1000, places=6)


@given(st.integers(0, 10**15), rates, rates)
def test_a_price_is_the_exact_product(tokens: int, rate: Decimal, multiplier: Decimal) -> None:
    """Tokens × rate × multiplier / 1,000,000, to the last digit, and with no multiplier one times the price."""
    assert (
        Fraction(money.usd(tokens, rate, multiplier))
        == Fraction(rate) * tokens * Fraction(multiplier) / 10**6
    )
    assert money.usd(tokens, rate) == money.usd(tokens, rate, Decimal(1))


@given(st.lists(amounts, max_size=20), st.integers(0, 10**6))
def test_sums_and_products_are_exact(listed: list[Decimal], factor: int) -> None:
    """No digit of a sum or a product is lost, whatever the sizes of what is added."""
    assert Fraction(money.total(listed)) == sum((Fraction(each) for each in listed), Fraction(0))
    for each in listed:
        assert Fraction(money.times(each, factor)) == Fraction(each) * factor


def test_a_digit_that_would_be_lost_is_an_error() -> None:
    """What two hundred digits cannot hold is never rounded in silence."""
    with pytest.raises(Inexact):
        money.total([Decimal("1e150"), Decimal("1e-150")])
    with pytest.raises(Inexact):
        money.times(Decimal("1." + "1" * 150), Decimal("1." + "3" * 150))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1.50E-3", "0.0015"),
        ("1E+3", "1000"),
        ("1200", "1200"),
        ("100.00", "100"),
        ("0.10", "0.1"),
        ("0", "0"),
        ("0E+3", "0"),
        ("0E-7", "0"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("-2.50", "-2.5"),
        ("1E-30", "0." + "0" * 29 + "1"),
    ],
)
def test_plain_digits(written: str, text: str) -> None:
    """No exponent, no trailing zeros, no sign of nothing."""
    assert money.plain(Decimal(written)) == text


@given(amounts)
def test_plain_digits_read_back_as_the_amount(amount: Decimal) -> None:
    """A machine that reads the text as a decimal has the amount, digit by digit."""
    text = money.plain(amount)
    assert PLAIN_DIGITS.fullmatch(text)
    assert Decimal(text) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("0.00", "$0.00"),
        ("0.5", "$0.50"),
        ("-0.1", "-$0.10"),
        ("0.00002", "$0.00002"),
        ("0.99994", "$0.9999"),
        ("0.012345", "$0.01235"),
        ("0.00000123456", "$0.000001235"),
        ("0.12345", "$0.1235"),
        ("0.00012344", "$0.0001234"),
        ("1", "$1.00"),
        ("1.005", "$1.01"),
        ("1.9949", "$1.99"),
        ("1234567.891", "$1,234,567.89"),
        ("-0.00025", "-$0.00025"),
        ("-12.345", "-$12.35"),
    ],
)
def test_dollars_for_people(amount: str, text: str) -> None:
    """Cents from a dollar up, below it four digits that count; a half is rounded up."""
    assert money.for_people(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ([], []),
        (["0", "0"], ["$0.00", "$0.00"]),
        (["1.5", "0.25"], ["$1.50", "$0.25"]),
        (["1.5225", "0.000012", "0"], ["$1.522500", "$0.000012", "$0.000000"]),
        (["1234.5678", "2"], ["$1,234.57", "$2.00"]),
        (["0.0036", "-0.1"], ["$0.0036", "-$0.1000"]),
        (["0.123456789", "5"], ["$0.1235", "$5.0000"]),
        (["0.0000001", "3"], ["<$0.000001", "$3.000000"]),
        (["0.0000006", "3"], ["$0.000001", "$3.000000"]),
    ],
)
def test_a_column_has_one_number_of_decimals(column: list[str], shown: list[str]) -> None:
    """As many as the smallest amount needs, two at least and six at most; nothing that is there looks like nothing."""
    assert money.column(map(Decimal, column)) == shown


@given(amounts)
def test_rounding_for_people_is_small(amount: Decimal) -> None:
    """What people read is within half a cent, below a dollar within a two-thousandth of the amount, and no exponent."""
    text = money.for_people(amount)
    assert "E" not in text.upper()
    shown = Decimal(text.replace("$", "").replace(",", ""))
    room = Fraction(1, 200) if abs(amount) >= 1 else Fraction(abs(amount)) / 2000
    assert abs(Fraction(shown) - Fraction(amount)) <= room


@pytest.mark.parametrize(
    ("written", "is_in_range"),
    [
        ("0", True),
        ("999999999999999.99", True),
        ("-999999999999999", True),
        ("1000000000000000", False),
        ("1e-100", True),
        ("1e-101", False),
        ("1e999999999", False),
        ("NaN", False),
        ("Infinity", False),
        ("-Infinity", False),
    ],
)
def test_which_amounts_are_taken(written: str, is_in_range: bool) -> None:
    """A finite amount of up to fifteen digits and a hundred decimals: its sums stay exact, its text stays short."""
    assert money.is_in_range(Decimal(written)) is is_in_range


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("1", "$1.00"),
        ("1.5", "$1.50"),
        ("1234567.891", "$1,234,567.891"),
        ("0.0000300", "$0.00003"),
        ("-1.5", "-$1.50"),
    ],
)
def test_amounts_to_the_last_decimal(amount: str, text: str) -> None:
    """Every decimal there is, two at least, and the sign before the currency."""
    assert money.to_the_last_decimal(Decimal(amount)) == text
