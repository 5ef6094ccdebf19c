"""Text the API hands back sealed: how long it is, and what thinking that is not shown is billed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.sealed_text import sealed_bytes

from .builders import (
    ENABLED,
    ask,
    assistant,
    field_of,
    parts_of,
    redacted,
    sealed,
    text,
    thinking,
    tokens,
    user,
)


@given(st.integers(0, 100_000), st.sampled_from([1, 3, 200]))
def test_the_bytes_sealed_in_a_text_are_read(size: int, kind: int) -> None:
    """The length of the ciphertext less its tag is the length of the text."""
    assert sealed_bytes(sealed(size, kind)) == size


@pytest.mark.parametrize("kind", [2, None], ids=["says-none", "says-nothing"])
def test_a_signature_without_text_holds_none(kind: int | None) -> None:
    """The signatures of Claude 3.7 hold 13 bytes whatever the thinking is: not its text."""
    assert sealed_bytes(sealed(13, kind)) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("", id="empty"),
        pytest.param("sig", id="no-base64"),
        pytest.param("signature_REDACTED_1", id="scrubbed"),
        pytest.param("QUJD" * 100, id="no-message"),
        pytest.param(base64.b64encode(b"\x12\xff\xff\xff\xff\x7f").decode(), id="length-beyond-the-end"),
        pytest.param(base64.b64encode(b"\x80" * 64).decode(), id="number-without-end"),
        pytest.param(base64.b64encode(b"\x10\x05\x18\x01").decode(), id="number-for-envelope"),
        pytest.param(base64.b64encode(b"\x12\x02\x28\x05\x18\x01").decode(), id="number-for-ciphertext"),
    ],
)
def test_data_of_another_form_tells_nothing(data: str) -> None:
    """Scrubbed, cut and foreign signatures are no error and no length."""
    assert sealed_bytes(data) is None


@given(st.integers(1, 300), st.integers(1, 250))
def test_data_that_was_cut_off_tells_nothing(size: int, cut: int) -> None:
    """A field that says more bytes than there are is no shorter text."""
    message = b"\x18\x01" + field_of(2, field_of(5, bytes(size + 250)))
    assert sealed_bytes(base64.b64encode(message).decode()) == size + 234
    assert sealed_bytes(base64.b64encode(message[:-cut]).decode()) is None


@pytest.mark.parametrize("scrub", ["*", " ", "\n", "="])
def test_data_with_foreign_signs_tells_nothing(scrub: str) -> None:
    """A signature whose middle was replaced is not read around it."""
    data = sealed(400)
    assert sealed_bytes(data[:80] + scrub * 4 + data[80:]) is None


@given(st.binary(max_size=300))
def test_no_bytes_are_an_error(data: bytes) -> None:
    """Whatever stands in a signature, reading it gives a length or nothing."""
    found = sealed_bytes(base64.b64encode(data).decode())
    assert found is None or 0 <= found <= len(data)


def thought(block: dict[str, str], answer: str, model: str) -> tuple[int, int, int, str]:
    messages = [user("a"), assistant([block, text(answer)]), user("b")]
    (part,) = parts_of(ask(model, messages=messages, max_tokens=4000), "thinking")
    return part.count.tokens, part.count.low, part.count.high, part.count.method


WORDS = "The quick brown fox jumps over the lazy dog. "
MODEL = "claude-opus-4-6"


def test_thinking_shown_in_full_is_counted_by_its_text() -> None:
    """A text as long as what is sealed beside it is the thinking itself: exact."""
    found, low, high, method = thought(thinking(WORDS, sealed(len(WORDS))), "Yes.", MODEL)
    plain = thought(thinking(WORDS * 2, sealed(2 * len(WORDS))), "Yes.", MODEL)[0] - found
    assert low == high == found
    assert method == "exact"
    assert plain == tokens(MODEL, WORDS * 2) - tokens(MODEL, WORDS)


@pytest.mark.parametrize("sealed_more", [1, 2])
def test_thinking_shown_but_for_a_line_end_may_be_a_token_off(sealed_more: int) -> None:
    """A seal with a byte or two more than the text: the text counts, and the band has a token either way."""
    exact = thought(thinking(WORDS, sealed(len(WORDS))), "Yes.", MODEL)[0]
    found = thought(thinking(WORDS, sealed(len(WORDS) + sealed_more)), "Yes.", MODEL)
    assert found == (exact, exact - 1, exact + 1, "estimated")


@pytest.mark.parametrize(("size", "is_whole"), [(599, True), (600, False)])
def test_a_text_shorter_than_summaries_is_the_thinking_itself(size: int, is_whole: bool) -> None:
    """Summaries have 600 bytes and more: what is shorter is exact, even where the signature tells nothing."""
    shown = (WORDS * 20)[:size]
    found, low, high, _ = thought(thinking(shown, "scrubbed"), "Yes.", MODEL)
    assert (low == found == high) is is_whole


def test_unreadable_data_is_four_characters_a_token_from_none_to_twice() -> None:
    """Encrypted data that says nothing of its length is sized by it: a token four characters, and the frame of 14."""
    found = thought(redacted("scrubbed" * 1000), "Yes.", MODEL)
    assert found == (8000 // 4 + 14, 14, 2 * 8000 // 4 + 14, "estimated")


@pytest.mark.parametrize(
    ("block", "named"),
    [(thinking("", "scrubbed"), "the thinking at"), (redacted("scrubbed"), "the redacted thinking at")],
)
def test_what_of_thinking_cannot_be_read_is_said(block: dict[str, str], named: str) -> None:
    """A note names the kind of thinking and its place."""
    messages = [user("a"), assistant([block, text("A")]), user("b")]
    notes = ask(MODEL, messages=messages, max_tokens=4000).counted.notes
    assert any(f"{named} /messages/1/content/0 cannot be read" in note for note in notes)


def test_a_summary_is_billed_by_what_is_sealed() -> None:
    """A short summary of long thinking costs the thinking: ten times the bytes, about ten times the tokens."""
    full = thought(thinking(WORDS * 20, sealed(20 * len(WORDS))), WORDS * 20, MODEL)[0]
    found, low, high, method = thought(thinking(WORDS, sealed(20 * len(WORDS))), WORDS * 20, MODEL)
    assert low <= full <= high
    assert abs(found - full) <= full // 10
    assert method == "estimated"


@pytest.mark.parametrize("model", ["claude-opus-4-7", "claude-sonnet-5", "claude-opus-5-5"])
def test_thinking_that_is_left_out_is_billed_by_what_is_sealed(model: str) -> None:
    """An empty text does not make thinking free."""
    few, many = (thought(thinking("", sealed(size)), "Yes.", model) for size in (400, 4000))
    assert 80 < few[0] < 200
    assert 8 < (many[0] - few[0]) / 100 < 12.5
    assert all(low < found < high for found, low, high, _ in (few, many))


def test_what_stands_beside_it_tells_what_sealed_thinking_is_like() -> None:
    """Beside mathematics a token has fewer bytes than beside prose, so that the same bytes are more tokens."""
    block = thinking("", sealed(2000))
    prose = thought(block, WORDS * 20, "claude-opus-4-7")
    mathematics = thought(block, r"\frac{x^2}{2}+\sqrt{y_1}=0; " * 20, "claude-opus-4-7")
    unknown = thought(block, "", "claude-opus-4-7")
    assert mathematics[0] > prose[0]
    assert unknown[2] - unknown[1] > prose[2] - prose[1]


def test_redacted_thinking_is_billed_by_what_is_sealed() -> None:
    """The size of redacted thinking is told by its data: some 4.4 bytes a token, and the frame of 14."""
    found, low, high, _ = thought(redacted(sealed(4400)), "", MODEL)
    assert found == 1000 + 14
    assert low < found < high


def test_a_summary_of_unknown_size_has_a_wide_band() -> None:
    """Where the signature tells nothing, long visible thinking may be a summary of more."""
    found, _, high, method = thought(thinking(WORDS * 20, "scrubbed"), "Yes.", MODEL)
    assert high > 4 * found
    assert method == "estimated"
    short = thought(thinking(WORDS, "scrubbed"), "Yes.", MODEL)
    assert short[1] == short[2]


@pytest.mark.parametrize("model", ["claude-opus-4-7", "claude-sonnet-5"])
def test_thinking_left_out_with_a_scrubbed_signature_may_be_long(model: str) -> None:
    """Nothing shown and nothing to read: a wide band, not a small number."""
    found, low, high, _ = thought(thinking("", "signature_REDACTED_1"), "Yes.", model)
    assert low < 50 < found < 400 < high


def test_stripped_thinking_is_sized_alike() -> None:
    """What the model does not see is sized by the same rule, for the report of what is not billed."""
    messages = [user("a"), assistant([thinking("", sealed(4400)), text("A")]), user("b")]
    counted = ask("claude-sonnet-4-5", messages=messages, thinking=ENABLED, max_tokens=4000).counted
    assert 900 < counted.stripped.count.tokens < 1200
    assert counted.kept_thinking.tokens == 0
