"""The loops in C: equal to those in Python, and safe whatever they are given. tests/packaging builds them."""

import signal
import sys
import tracemalloc
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from budgetcalc import claude_text, native
from budgetcalc.claude_characters import CLASS_OF, CLASSES, facts
from budgetcalc.claude_text import normalise
from budgetcalc.claude_tiling import PythonTiler
from budgetcalc.claude_vocabulary import MARKS, load_vocabulary

WORDS = native.load("words")
needs_native = pytest.mark.skipif(WORDS is None, reason="the loops in C were not built")
FAMILIES = ("v3", "v4.7")
SUFFIXES = " d ll m re s t ve "


def tiler(**changed):
    vocabulary = load_vocabulary("v3")
    known = {
        "trie": vocabulary.trie,
        "marks": MARKS,
        "from": 4,
        "suffixes": SUFFIXES,
        "facts": facts,
    } | changed
    return WORDS.Tiler(*known.values())


# ---- chosen ------------------------------------------------------------------------------------------


def test_the_environment_chooses_the_loops_in_python(monkeypatch):
    """With BUDGETCALC_NATIVE=0 the count is made in Python, and is the same."""
    counts = []
    for choice in ("1", "0"):
        monkeypatch.setenv("BUDGETCALC_NATIVE", choice)
        claude_text._tiler.cache_clear()
        counts.append(claude_text.count_claude_text("It's the Environment's choice.", "v4.7"))
    assert isinstance(claude_text._tiler("v4.7"), PythonTiler)
    assert counts[0] == counts[1] > 0
    claude_text._tiler.cache_clear()


def test_a_module_that_was_not_built_is_none():
    """A name that no module has is no error."""
    assert native.load("nothing") is None


# ---- equality on longer texts than ctok is asked about -----------------------------------------------

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEF' \n.,", "0123456789abcdef", "(){}[]<>;:=+-*/\"'.,_ \tx", " \t\n\u3000x",
    "ABCDEFabcdef0123456789+/", "абвгдежзийклмнопАБВ ,.", "αβγδεΑΒΓΣςσ '\u0345\u0301",
    "ابتثجحخدذرز\u064b\u0651\u0670٠١٣ ،", "कखगघचछजझ\u093e\u093f\u094d\u0902०१ ।",
    "กขคงจฉ\u0e31\u0e34\u0e47\u0e48\u0e4dๆ ", "あいうえアイウー\u3099漢字。、 ", "가나다라마 .",
    "😀👍\u200d\ufe0f🏽🇩🇪 a'", "ⒶⒷⓒⅣⅷ½²①𝟏४੩ '\ufe0e",
    "İıẞßſǅǆﬁÉéØøꟋɤᲉᲊ'sa ", "\u05d0\u05b0\u0711\u0730\u0740\u1ac7\u20d0\u0378'x ",
)  # fmt: skip
long_texts = st.one_of(st.text(alphabet, max_size=400) for alphabet in ALPHABETS)


@needs_native
@settings(deadline=None, max_examples=600)
@given(
    st.lists(long_texts | st.text(max_size=40), max_size=4).map("".join),
    st.booleans(),
    st.sampled_from(FAMILIES),
)
@example(text="", after_mark=True, family="v3")
@example(text="'a", after_mark=True, family="v4.7")
@example(text=" " * 300 + "=" * 300, after_mark=False, family="v3")
def test_both_ways_count_the_same(text, after_mark, family):
    """A text of one alphabet or several counts the same in C and in Python."""
    vocabulary = load_vocabulary(family)
    normal = normalise(text, fold_quotes=vocabulary.fold_quotes)
    in_c = claude_text._native_tiler(WORDS, vocabulary)
    assert in_c.count(normal, after_mark) == PythonTiler(vocabulary).count(normal, after_mark)


@needs_native
@pytest.mark.parametrize("family", FAMILIES)
def test_every_character_counts_the_same_alone_and_in_a_word(family):
    """Every code point that normalising leaves counts the same in C and in Python, by itself and among letters."""
    vocabulary = load_vocabulary(family)
    in_c, in_python = claude_text._native_tiler(WORDS, vocabulary), PythonTiler(vocabulary)
    for code in (*range(0x20, 0xD800), *range(0xF900, 0x10000), *range(0x10000, 0x110000, 97)):
        for text in (chr(code), f"{chr(code)}x'", f"X{chr(code)} '{chr(code)}'s"):
            assert in_c.count(text, False) == in_python._runs(text), (hex(code), text)


def test_what_is_said_of_a_character_fits_the_bits():
    """Class, flags and small form of every code point fit 32 bits, and only letters of words have more than a class."""
    for code in range(0x110000):
        known = facts(code)
        kind, character = CLASSES[(known & 15) - 1], chr(code)
        assert kind == CLASS_OF[code]
        assert known < 1 << 32
        if kind not in "wm":
            assert known >> 4 == 0
        elif not known & 0x10 and unicodedata.category(character) != "Lt":
            assert known >> 16 == code or character.lower() == chr(known >> 16), hex(code)


# ---- hostile use -------------------------------------------------------------------------------------


@needs_native
@pytest.mark.parametrize(
    "changed",
    [
        {"trie": b""}, {"trie": b"\0" * 400}, {"trie": b"\x01\x00\x63\x62"}, {"trie": bytes(7)},
        {"trie": bytes.fromhex("62630001") + bytes(400)}, {"marks": "\x01\x02\x03"}, {"marks": ""},
        {"suffixes": " s" * 40},
    ],
)  # fmt: skip
def test_tables_of_another_form_are_refused(changed):
    """A trie of another version or byte order, and tables that do not fit, are a ValueError."""
    with pytest.raises(ValueError, match=r"not a trie|are expected"):
        tiler(**changed)


@needs_native
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (0, ValueError), (15, ValueError), ((1 << 32) + 1, ValueError), (-1, OverflowError), (1 << 70, OverflowError),
        (None, TypeError),
    ],
)  # fmt: skip
def test_an_answer_that_says_nothing_of_a_character_is_an_error(answer, error):
    """Where facts() answers what cannot be, there is an exception, at every place in a text."""
    for text in ("x", "aax", "aa x", "' x"):
        known = tiler(facts=lambda code: answer if chr(code) == "x" else facts(code))
        with pytest.raises(error):
            known.count(text, False)


@needs_native
def test_an_exception_of_facts_comes_through():
    """What facts() raises stops the count, and the next count asks again."""
    asked = []

    def fail_once(code):
        asked.append(code)
        if len(asked) == 1:
            raise RuntimeError("not today")
        return facts(code)

    known = tiler(facts=fail_once)
    with pytest.raises(RuntimeError, match="not today"):
        known.count("aa", True)
    assert known.count("aa", True) == tiler().count("aa", True)
    assert asked == [97, 97]


@needs_native
def test_a_count_within_a_count_changes_neither():
    """facts() may let another count run on the same tiler."""
    inner = []

    def counting(code):
        if chr(code) == "é" and not inner:
            inner.append(known.count("An inner Text, 中文 'twas.", True))
        return facts(code)

    known = tiler(facts=counting)
    assert known.count("The Outer «text» isn't é' ", False) == tiler().count(
        "The Outer «text» isn't é' ", False
    )
    assert inner == [tiler().count("An inner Text, 中文 'twas.", True)]


@needs_native
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(4, 2**31), st.integers(0, 255)), max_size=400), st.integers(8, 2**20))
def test_a_damaged_trie_counts_wrong_but_stays_within_it(damage, size):
    """Whatever is in the trie, a count reads nothing beyond its end and finds at most a token for each byte."""
    trie = bytearray(load_vocabulary("v4.7").trie[:size])
    for place, byte in damage:
        if len(trie) > 4:
            trie[4 + place % (len(trie) - 4)] = byte
    text = "The QUICK brown fox — été 漢字 😀 = '123 isn't\n\n" * 20
    assert 0 < tiler(trie=bytes(trie)).count(text, True) <= 3 * len(text.encode())


@needs_native
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((b"x", 0), TypeError),
        ((None, 0), TypeError),
        (("x",), TypeError),
        (("\ud800", 0), UnicodeEncodeError),
    ],
)
def test_what_is_no_normalised_text_is_an_error(arguments, error):
    """Bytes, None and lone surrogates are refused with Python's own exceptions."""
    with pytest.raises(error):
        tiler().count(*arguments)


@needs_native
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer that sends a signal")
@pytest.mark.parametrize("text", ["a" * 40_000_000, "a b, " * 10_000_000], ids=["one stretch", "many runs"])
def test_a_signal_stops_a_long_count(text):
    """Ctrl-C is heard within a count, be it one long run or very many."""

    def stop(signum, frame):
        raise KeyboardInterrupt

    # A signal is heard as soon as any Python runs, so what tells how far the count came must be none.
    not_met = {ord(character): facts(ord(character)) for character in "ab, é"}
    known, text = tiler(facts=not_met.pop), f"{text} é"
    previous = signal.signal(signal.SIGALRM, stop)
    try:
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - it is to ring within the count
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            known.count(text, False)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert ord("é") in not_met


@needs_native
def test_nothing_is_left_behind():
    """Making, using and dropping tilers gives back what they were given and the memory they took."""
    trie, known_facts = load_vocabulary("v3").trie, lambda code: facts(code)  # noqa: PLW0108
    held = [sys.getrefcount(trie), sys.getrefcount(known_facts)]
    tracemalloc.start()
    try:
        for text in ("", "Some Text " * 1000, "a" * 100_000, "\ud800", "not a trie") * 10:
            with suppress(UnicodeEncodeError, ValueError):
                tiler(facts=known_facts, trie=trie if text != "not a trie" else b"").count(text, True)
        left, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < 100_000 < most
    assert [sys.getrefcount(trie), sys.getrefcount(known_facts)] == held
