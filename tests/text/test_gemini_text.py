"""The estimate for Gemini: what is documented about its tokens holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.gemini_text import estimate_gemini_text

ENGLISH = """It was a bright cold day in the month of April, and all the clocks of the town were striking one after
another. Nobody in the narrow street paid any attention to them, because the market had opened early and people were
looking for something to eat before going to work. A small girl with a yellow umbrella asked the baker whether there
would be any bread left in the afternoon; he laughed, and answered that there certainly would."""


def test_english_meets_both_documented_rules():
    """Of English prose, 100 tokens are 60 to 80 words, and a token is about four characters."""
    tokens, _, _ = estimate_gemini_text(ENGLISH)
    assert 60 <= len(ENGLISH.split()) / tokens * 100 <= 80
    assert 3.5 <= len(ENGLISH) / tokens <= 4.5


def test_the_band_of_english_holds_the_documented_range():
    """The band reaches from 80 to 60 words in 100 tokens."""
    _, low, high = estimate_gemini_text(ENGLISH)
    words = len(ENGLISH.split())
    assert low <= words / 0.8
    assert high >= words / 0.6


def test_digits_stand_alone():
    """Every digit is a token."""
    assert estimate_gemini_text("2026") == (4, 4, 4)
    assert estimate_gemini_text("a1b22")[0] == 5


@pytest.mark.parametrize(
    "text", ["你好世界", "こんにちは", "안녕하세요", "привет мир", "नमस्ते", "😀👍", "x == (y + 1);", "\n\n\t"]
)
def test_every_kind_of_text_costs_something(text):
    """No kind of text is free, and none costs more than its UTF-8 bytes."""
    tokens, low, high = estimate_gemini_text(text)
    assert 0 < tokens <= len(text.encode())
    assert low <= tokens <= high
    assert low < high


@given(st.text(st.characters()))
def test_any_text_has_an_ordered_band(text):
    """Low, estimate and high are in order for any text, and an empty one has no tokens."""
    tokens, low, high = estimate_gemini_text(text)
    assert 0 <= low <= tokens <= high
    assert estimate_gemini_text("") == (0, 0, 0)


@given(st.text("ab 1文é.\n", max_size=30), st.text("ab 1文é.\n", max_size=30))
def test_more_text_never_costs_less(first, second):
    """A text with another after a line end costs no less than it does alone."""
    assert estimate_gemini_text(f"{first}\n{second}")[0] >= estimate_gemini_text(first)[0]
