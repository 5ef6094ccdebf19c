"""The table of frame constants: what makes one exact, and that code and table know of each other."""

from __future__ import annotations

import ast
import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import budgetcalc
from budgetcalc.catalogue import Measured
from budgetcalc.counts import Count
from budgetcalc.framing import (
    Frame,
    FrameFact,
    FrameValue,
    SealedText,
    TokenizerScale,
    parse_framing,
)

from .builders import CATALOGUE, CLAUDE

PACKAGE = Path(budgetcalc.__file__).parent
FRAMING = CATALOGUE.framing
VALUES = [(name, value) for name, fact in FRAMING.facts.items() for value in fact.values]
TOOL_FACTS = {name for name in FRAMING.facts if name.startswith("tool.")}


def asked_for() -> set[str]:
    """Return the names that code gives to ``fact``, ``count`` or ``value`` as literals, conditionals included."""
    names = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if node.func.attr in {"fact", "value"}:
                names |= {
                    leaf.value
                    for leaf in ast.walk(node.args[0])
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
    return names


def test_every_fact_is_used() -> None:
    """No constant lies in the table without the code asking for it; tools are asked for by their type."""
    assert set(FRAMING.facts) - TOOL_FACTS <= asked_for()
    assert "tool.unknown" in TOOL_FACTS


def test_every_fact_the_code_asks_for_has_a_value_for_every_model() -> None:
    """No Claude model of the catalogue is without a value for any constant, nor for sealed text."""
    for name in (asked_for() & set(FRAMING.facts)) | TOOL_FACTS:
        for model in CLAUDE:
            assert FRAMING.value(name, model).low <= FRAMING.value(name, model).high
    for model in CLAUDE:
        assert FRAMING.sealed(model).thinking_bytes_per_token > 0


def test_every_name_in_the_table_is_a_frame_a_generation_or_a_model() -> None:
    """A misspelt name would never apply, and nobody would notice."""
    known = {frame.name for frame in FRAMING.frames}
    known |= {generation for frame in FRAMING.frames for generation in frame.generations}
    known |= {model.id for model in CLAUDE}
    for name, value in VALUES:
        assert value.applies <= known, name
    for sealed in FRAMING.sealed_text:
        assert sealed.applies <= known
    for frame in FRAMING.frames:
        assert frame.trimmed_messages <= known


def test_every_generation_has_exactly_one_frame() -> None:
    """Each generation of a Claude model belongs to one frame."""
    for generation in {model.generation for model in CLAUDE}:
        assert sum(generation in frame.generations for frame in FRAMING.frames) == 1, generation


def test_little_evidence_is_never_exact() -> None:
    """A constant with fewer than five recordings, or from one repository, is an estimate, a zero as well."""
    for name, value in VALUES:
        if value.is_exact:
            assert value.recordings >= 5, name
            assert value.families >= 2, name
            assert value.low == value.tokens == value.high, name


def test_every_band_holds_its_constant() -> None:
    """The low end is never above the constant, the high end never below it."""
    for name, value in VALUES:
        assert value.low <= value.tokens <= value.high, name


def test_what_is_not_exact_has_a_band() -> None:
    """An estimate without a band would claim to be exact: doubt about a constant shows in tokens."""
    for name, value in VALUES:
        # That one is nothing until a calibration learns it.
        if not value.is_exact and name != "request_offset":
            assert value.low < value.high, name


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        pytest.param({"recordings": 5, "families": 2}, True, id="enough"),
        pytest.param({"recordings": 4, "families": 4}, False, id="four-recordings"),
        pytest.param({"recordings": 500, "families": 1}, False, id="one-family"),
        pytest.param({"recordings": 500, "families": 9, "low": 6}, False, id="a-band-of-its-own"),
        pytest.param({"recordings": 500, "families": 9, "high": 8}, False, id="a-band-above"),
        pytest.param({}, False, id="no-evidence"),
        pytest.param({"recordings": 20, "misses": 5, "families": 2}, True, id="few-misses"),
        pytest.param({"recordings": 20, "misses": 6, "families": 2}, False, id="many-misses"),
        pytest.param({"tokens": 0, "low": 0, "high": 0}, False, id="zero-without-evidence"),
        pytest.param(
            {"tokens": 0, "low": 0, "high": 0, "recordings": 1, "families": 1}, False, id="zero-measured-once"
        ),
    ],
)
def test_what_makes_a_constant_exact(value: dict[str, int], exact: bool) -> None:
    """Five recordings of two repositories, at most one miss on four, and no band of its own."""
    constant = FrameValue(frozenset({"v3"}), **({"tokens": 7, "low": 7, "high": 7} | value))
    assert constant.is_exact is exact
    assert constant.times(3).method == ("exact" if exact else "estimated")
    assert constant.times(3).tokens == 3 * constant.tokens
    assert constant.times(0).method == "exact"


def test_the_most_specific_value_applies() -> None:
    """A model's own value wins over its generation's, and that over its frame's."""
    haiku = CATALOGUE.find("claude-3-5-haiku-20241022").model
    sonnet = CATALOGUE.find("claude-3-5-sonnet-20241022").model
    assert FRAMING.value("parallel_disabled_auto", haiku).applies == frozenset({haiku.id})
    assert "3.5" in FRAMING.value("tool_result_closes", sonnet).applies
    assert "v3" in FRAMING.value("prefill", sonnet).applies


def test_an_unknown_fact_is_an_error() -> None:
    """A name that is not in the table is a mistake of the code, and not a zero."""
    with pytest.raises(KeyError):
        FRAMING.value("levitation", CLAUDE[0])


@pytest.mark.parametrize(
    ("evidence", "band"),
    [
        pytest.param({"source": "page"}, (100 - 2, 100 + 6, "documented"), id="documented"),
        pytest.param({"source": "assumed"}, (100 // 2, 2 * 100, "estimated"), id="of-a-neighbour"),
        pytest.param({"recordings": 4, "families": 4}, (100 - 1, 100 + 1, "estimated"), id="few-recordings"),
        pytest.param({"recordings": 9, "families": 1}, (100 - 1, 100 + 1, "estimated"), id="one-repository"),
        pytest.param({"recordings": 5, "families": 2}, (100, 100, "exact"), id="enough"),
        pytest.param(
            {"recordings": 50, "families": 9, "low": 90, "high": 100}, (90, 100, "estimated"), id="own-band"
        ),
        pytest.param({"tokens": 1}, (0, 1 + 6, "documented"), id="never-below-nothing"),
        pytest.param({"tokens": 0, "recordings": 1}, (0, 1, "estimated"), id="never-below-nothing-measured"),
    ],
)
def test_the_band_of_a_constant_of_the_price_table(
    evidence: dict[str, Any], band: tuple[int, int, str]
) -> None:
    """A tool prompt's band is its own, or what its evidence leaves: none, one, a documented one's, a neighbour's."""
    fact = Measured(**{"tokens": 100, "source": "recordings"} | evidence)
    found = FRAMING.measured(fact)
    assert found.tokens == fact.tokens
    assert (found.low, found.high, found.method) == band


def test_a_generation_that_no_recording_shows_has_the_newest_frame() -> None:
    """What comes after the models of today is like the last of them, not like the first."""
    model = dataclasses.replace(CLAUDE[0], generation="9")
    assert FRAMING.frame_of(model) is FRAMING.frames[-1]
    assert FRAMING.frame_of(model).name == "v4.8"


def test_the_file_is_read_as_it_is_written() -> None:
    """Every figure of a fact is read from the key of its name; what is not given is the constant, or nothing."""
    sealed = {
        "applies": ["a"],
        "thinking_bytes_per_token": "4.4",
        "search_bytes_per_token": "2.7",
        "search_result_tokens": "150",
        "visible_tokens": "20",
        "spread_percent": "15",
        "unseen_spread_percent": "25",
    }
    bare = {"applies": ["a", "b"], "tokens": "7"}
    full = {"applies": ["c"], "tokens": "7", "low": "5", "high": "9"}
    evidence = {"recordings": "30", "misses": "2", "families": "3"}
    framing = parse_framing(
        {
            "frames": {
                "old": {"generations": ["1"], "marked_roles": ["user"]},
                "new": {"generations": ["2", "3"], "marked_roles": [], "glued_results": "false"},
            },
            "facts": {"prefill": {"about": "a prefill", "values": [bare, full | evidence]}},
            "sealed_text": [sealed],
        }
    )
    assert framing.frames == (
        Frame("old", frozenset({"1"}), frozenset({"user"}), has_glued_results=True),
        Frame("new", frozenset({"2", "3"}), frozenset(), has_glued_results=False),
    )
    assert dict(framing.facts) == {
        "prefill": FrameFact(
            "prefill",
            "a prefill",
            (
                FrameValue(frozenset({"a", "b"}), 7, 7, 7),
                FrameValue(frozenset({"c"}), 7, 5, 9, recordings=30, misses=2, families=3),
            ),
        )
    }
    assert framing.sealed_text == (
        SealedText(frozenset({"a"}), Decimal("4.4"), Decimal("2.7"), 150, 20, 15, 25),
    )


def test_a_changed_tokenizer_scales_with_a_band_of_whole_tokens() -> None:
    """The factor is rounded to the nearest token, the ends of its band outwards."""
    scale = TokenizerScale(frozenset({"m"}), Decimal("1.1"), Decimal("1.05"), Decimal("1.15"))
    assert scale.times(15) == Count(round(16.5), 15, 18, "estimated")
    assert scale.times(0) == Count(0, 0, 0, "estimated")
