"""What recordings teach, what they do not, and how a calibration enters the count."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import budgetcalc
from budgetcalc.calibration import (
    LARGEST_FACTOR,
    LARGEST_TOKENS,
    LEAST_FACTOR,
    Calibration,
    Constant,
    Evidence,
    Refusal,
)
from budgetcalc.errors import ConfigError
from budgetcalc.readers.calibration_file import read_calibration
from budgetcalc.render import Look, renderer

from .calls import CATALOGUE, counted, record, request, text_tokens

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "calibration.schema.json").read_text("utf-8"))
SEARCH = {"type": "crystal_ball_20270101", "name": "crystal_ball"}
TOOL = {"name": "f", "description": "Does a thing.", "input_schema": {"type": "object", "properties": {}}}
WORDS = [
    "the",
    "quick",
    "brown",
    "fox",
    "jumps",
    "over",
    "the",
    "lazy",
    "dog",
    "and",
    "runs",
    "away",
    "from",
    "every",
    "hen",
    "in",
    "town",
]


def texts(n: int) -> list[str]:
    """Return different texts, each longer than the one before."""
    return [" ".join(WORDS[: 2 + i % 15] * (1 + i // 3)) for i in range(n)]


def without_tools(body: dict[str, Any]) -> int:
    """Return what a request with Anthropic's tools costs but for their definitions."""
    parts = budgetcalc.estimate(body, on="2026-11-01").counted.parts
    return sum(part.count.tokens for part in parts if part.why != "anthropic_tool")


def searching(
    constants: list[int], *, sources: int = 1, model: str = "claude-haiku-4-5"
) -> list[dict[str, Any]]:
    """Return recordings with the search tool, whose definition costs each of the constants."""
    bodies = [request(text, model, tools=[SEARCH]) for text in texts(len(constants))]
    return [
        record(body, without_tools(body) + constant, family=f"family {i % sources}")
        for i, (body, constant) in enumerate(zip(bodies, constants, strict=True))
    ]


def new_model(offset: int, factor: float = 1.0, *, n: int = 12, **body: Any) -> list[dict[str, Any]]:
    """Return recordings of an unknown model that counts as Haiku 4.5 does, but for an offset and a factor."""
    asked = [request(text, "claude-next-9", **body) for text in texts(n)]
    return [
        record(
            each,
            counted(each, "claude-haiku-4-5")
            + offset
            + round((factor - 1) * text_tokens(each, "claude-haiku-4-5")),
        )
        for each in asked
    ]


def only(calibration: Calibration) -> Constant:
    """Return the one constant that was learned."""
    (constant,) = calibration.constants
    return constant


def saved(calibration: Calibration, path: Path, format_: str = "text") -> Path:
    """Write a calibration as the command writes it."""
    path.write_text("".join(renderer("calibrate", format_)(calibration, Look())), encoding="utf-8")
    return path


# ---- tools that Anthropic defines --------------------------------------------------------------------------


def test_a_server_tool_is_learned_to_the_token() -> None:
    """What is billed beyond all exact parts is the tool's definition, for the generation of the recordings."""
    learned = only(budgetcalc.calibrate(searching([2103] * 6, sources=2)))
    assert (learned.name, learned.applies, learned.unit) == ("tool.crystal_ball_20270101", ("4.5",), "tokens")
    assert learned.value == learned.low == learned.high == 2103
    assert learned.evidence.models == ("claude-haiku-4-5-20251001",)
    assert (learned.evidence.recordings, learned.evidence.sources, learned.evidence.spread) == (6, 2, 0)
    assert (learned.evidence.left_out, learned.evidence.worst_error) == ("source", 0)
    assert learned.is_exact


@pytest.mark.parametrize(
    ("recordings", "sources"), [(4, 2), (6, 1)], ids=["too few recordings", "one source"]
)
def test_little_evidence_is_an_estimate_with_a_band(recordings: int, sources: int) -> None:
    """Fewer than five recordings or two sources keep a band, though nothing was ever missed."""
    learned = only(budgetcalc.calibrate(searching([2103] * recordings, sources=sources)))
    assert not learned.is_exact
    assert learned.low < learned.value < learned.high
    assert learned.value == 2103


def test_the_band_is_that_of_the_cross_validation() -> None:
    """A constant that varies has the band that recordings left out in turn were missed by."""
    learned = only(budgetcalc.calibrate(searching([2100, 2103, 2103, 2110, 2103, 2103])))
    assert learned.value == 2103
    assert (learned.low, learned.high) == (2103 - 2103 // 200, 2103 + 2103 // 200)
    assert (learned.evidence.spread, learned.evidence.worst_error) == (10, 7)
    wide = only(budgetcalc.calibrate(searching([2060, 2103, 2103, 2150, 2103, 2103])))
    assert (wide.low, wide.high) == (2103 - 43, 2103 + 47)


def test_generations_that_differ_are_learned_apart() -> None:
    """Generations of one frame share a constant when they agree; else each has its own."""
    older = {"model": "claude-3-5-haiku-20241022"}
    same = budgetcalc.calibrate([*searching([500] * 3), *searching([500] * 3, **older)])
    assert only(same).applies == ("3.5", "4.5")
    apart = budgetcalc.calibrate([*searching([500] * 3), *searching([900] * 3, **older)])
    assert {each.applies: int(each.value) for each in apart.constants} == {("3.5",): 900, ("4.5",): 500}


def test_other_doubtful_parts_keep_a_recording_out() -> None:
    """A request in which something else is a guess teaches nothing of the tool."""
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    bodies = [
        {
            **request(text, tools=[SEARCH]),
            "messages": [{"role": "user", "content": [image, {"type": "text", "text": text}]}],
        }
        for text in texts(6)
    ]
    calibration = budgetcalc.calibrate([record(body, 5000) for body in bodies])
    assert calibration.constants == ()
    assert "with every other one exact" in calibration.refused[0].reason


# ---- refusing ----------------------------------------------------------------------------------------------


def test_too_few_recordings_are_refused() -> None:
    """Two agreeing requests may agree by chance; the same request again says nothing new."""
    calibration = budgetcalc.calibrate(
        [*searching([2103] * 2), *searching([2103] * 2), *searching([2103] * 2)]
    )
    assert calibration.constants == ()
    (refusal,) = calibration.refused
    assert (refusal.name, refusal.recordings) == ("tool.crystal_ball_20270101", 2)
    assert refusal.reason == "too few: 2 distinct requests, 3 are needed"


def test_contradictory_recordings_are_refused_with_both_numbers() -> None:
    """Recordings that show very different constants teach none of them."""
    calibration = budgetcalc.calibrate(searching([400, 2103, 2600, 900, 1200, 2000]))
    assert calibration.constants == ()
    assert "single recordings show 400 to 2,600 tokens" in calibration.refused[0].reason


def test_a_model_that_nothing_describes_is_refused() -> None:
    """Totals that neither an offset nor a factor explains are refused with how far they are missed."""
    wild = [record(request(text, "claude-next-9"), 1 + (i * 7919) % 501) for i, text in enumerate(texts(12))]
    calibration = budgetcalc.calibrate(wild, treat_as="claude-haiku-4-5")
    assert calibration.constants == ()
    reason = calibration.refused[0].reason
    assert reason.startswith("contradictory: 1")
    assert (
        "a factor takes 8 requests, the longest text at least 4 times as long as the shortest (here "
        in reason
    )


def test_what_is_counted_right_teaches_nothing() -> None:
    """A known model whose estimates are exact needs no constant, and one odd recording is no reason for one."""
    right = [record(request(text), counted(request(text))) for text in texts(5)]
    odd = record(request("odd one out"), 999)
    calibration = budgetcalc.calibrate([*right, odd])
    assert (calibration.constants, calibration.refused) == ((), ())


# ---- models ------------------------------------------------------------------------------------------------


def test_an_offset_of_a_new_model_is_learned() -> None:
    """A model that is off by the same two tokens every time is its stand-in and two tokens."""
    learned = only(budgetcalc.calibrate(new_model(2), treat_as="claude-haiku-4-5"))
    assert (learned.name, learned.value, learned.applies) == ("request_offset", 2, ("claude-next-9",))
    assert (learned.treated_as, learned.rules) == ("claude-haiku-4-5-20251001", ("message", "text"))
    assert not learned.is_exact


def test_a_changed_tokenizer_is_a_factor_and_an_offset() -> None:
    """Totals that grow with the text are a factor; its band holds every recording."""
    scale, offset = budgetcalc.calibrate(new_model(3, 1.25, n=40), treat_as="claude-haiku-4-5").constants
    assert (scale.name, offset.name) == ("tokenizer_scale", "request_offset")
    assert float(scale.value) == pytest.approx(1.25, abs=0.003)
    assert int(offset.value) == pytest.approx(3, abs=1)
    assert scale.low < Decimal("1.25") < scale.high
    assert scale.evidence.worst_error <= 2


def test_a_known_models_changed_tokenizer_is_learned() -> None:
    """A model of the catalogue that is suddenly off by a factor is corrected; nothing stands in for it."""
    bodies = [request(text) for text in texts(30)]
    billed = [record(body, counted(body) + round(0.4 * text_tokens(body))) for body in bodies]
    calibration = budgetcalc.calibrate(billed)
    assert [each.name for each in calibration.constants] == ["tokenizer_scale", "request_offset"]
    assert {each.treated_as for each in calibration.constants} == {""}


def test_a_factor_wants_texts_of_different_lengths() -> None:
    """Requests of one length cannot tell a factor from an offset, so an offset it is."""
    bodies = [request(f"the word {word} is here", "claude-next-9") for word in WORDS]
    billed = [record(body, counted(body, "claude-haiku-4-5") + 2) for body in bodies]
    learned = only(budgetcalc.calibrate(billed, treat_as="claude-haiku-4-5"))
    assert (learned.name, learned.value) == ("request_offset", 2)


def test_the_tool_prompt_of_a_new_model_is_learned_beside_its_offset() -> None:
    """Requests with tools are off by the new tool prompt, once the model's own offset is taken off."""
    plain = counted(request(tools=[TOOL])) - counted(request())
    with_tools = new_model(2 + 40, tools=[TOOL])
    offset, prompt = budgetcalc.calibrate([*new_model(2), *with_tools], treat_as="claude-haiku-4-5").constants
    assert (offset.name, offset.value) == ("request_offset", 2)
    known = CATALOGUE.find("claude-haiku-4-5").model.tool_prompt
    assert known is not None
    assert (prompt.name, prompt.value, prompt.applies) == (
        "tool_prompt",
        known.auto.tokens + 40,
        ("claude-next-9",),
    )
    assert plain > known.auto.tokens


# ---- a calibration in use ----------------------------------------------------------------------------------


def test_a_calibrated_tool_is_counted_and_said(tmp_path: Path) -> None:
    """With the calibration the tool's part is what was learned, with the band that its evidence leaves."""
    body = request("a text that was not recorded", tools=[SEARCH])
    for recordings, method in (
        (searching([2103] * 6, sources=2), "exact"),
        (searching([2103] * 3), "estimated"),
    ):
        path = saved(budgetcalc.calibrate(recordings), tmp_path / "calibration.yaml")
        table = budgetcalc.load_catalogue(calibration=path)
        estimate = budgetcalc.estimate(body, on="2026-11-01", catalogue=table)
        (part,) = [part for part in estimate.counted.parts if part.why == "anthropic_tool"]
        assert (part.count.tokens, part.count.method) == (2103, method)
        assert (part.count.low == part.count.high) == (method == "exact")
        assert any("is from the calibration" in note for note in estimate.counted.notes)
        limited = request("a text that was not recorded", tools=[SEARCH | {"max_uses": 3}])
        again = budgetcalc.estimate(limited, on="2026-11-01", catalogue=table)
        assert again.counted.total == estimate.counted.total, "options were learned with the tool"


def test_other_generations_keep_what_is_bundled(tmp_path: Path) -> None:
    """A constant holds for the generations it was learned from, and for no other."""
    path = saved(budgetcalc.calibrate(searching([2103] * 6, sources=2)), tmp_path / "c.yaml")
    table = budgetcalc.load_catalogue(calibration=path)
    body = request(model="claude-opus-4-1", tools=[SEARCH])
    assert (
        budgetcalc.estimate(body, on="2026-11-01", catalogue=table).counted
        == budgetcalc.estimate(body, on="2026-11-01").counted
    )


@pytest.mark.parametrize(("offset", "factor"), [(2, 1.0), (0, 1.0), (3, 1.3)])
def test_a_new_model_is_estimated_better_with_its_calibration(
    tmp_path: Path, offset: int, factor: float
) -> None:
    """Learned on some requests, others are within their (narrower) band, and nearer than without."""
    recordings = new_model(offset, factor, n=40)
    learn_on, judge_on = recordings[::2], recordings[1::2]
    path = saved(budgetcalc.calibrate(learn_on, treat_as="claude-haiku-4-5"), tmp_path / "c.yaml")
    table = budgetcalc.load_catalogue(calibration=path)
    before = budgetcalc.verify(judge_on, treat_as="claude-haiku-4-5").figures
    after = budgetcalc.verify(judge_on, treat_as="claude-haiku-4-5", catalogue=table).figures
    assert after.inside_band == after.compared == 20
    assert after.within_1_token >= 19
    assert after.exact >= before.exact
    assert after.median_band_width is not None
    assert before.median_band_width is not None
    assert after.median_band_width < before.median_band_width


def test_what_a_calibration_has_not_seen_stays_doubtful(tmp_path: Path) -> None:
    """Of a new model, only the kinds of parts that were recorded get a narrower band; all stay estimates."""
    path = saved(budgetcalc.calibrate(new_model(2), treat_as="claude-haiku-4-5"), tmp_path / "c.yaml")
    table = budgetcalc.load_catalogue(calibration=path)
    body = request("some text that is here", "claude-next-9", tools=[TOOL])
    report = budgetcalc.verify([record(body, 700)], treat_as="claude-haiku-4-5", catalogue=table)
    (case,) = report.tally.worst_first()
    widths = {part.why: part.count.high - part.count.low for part in case.doubtful}
    assert widths["tool_prompt"] >= 2 * 30
    assert widths["tool_definition"] > 2
    assert case.method == "estimated"


# ---- the file ----------------------------------------------------------------------------------------------


def everything() -> Calibration:
    """Return a calibration with every kind of entry."""
    recordings = [
        *searching([2103] * 6, sources=2),
        *new_model(3, 1.25, n=40),
        *searching([5], model="claude-opus-4-1"),
    ]
    return budgetcalc.calibrate(recordings, treat_as="claude-haiku-4-5")


@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_file_holds_what_was_learned(tmp_path: Path, format_: str) -> None:
    """What is written is read back the same, as YAML and as JSON, and the schema describes it."""
    calibration = everything()
    path = saved(calibration, tmp_path / "c.yaml", format_)
    assert told(read_calibration(path)) == told(calibration)
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert document["constants"][0].keys() <= SCHEMA["$defs"]["constant"]["properties"].keys()
    assert document["refused"]


def told(calibration: Calibration) -> Calibration:
    """Return a calibration without where it was read from."""
    return replace(calibration, origin="", sha256="")


NAMES = st.text(min_size=1, max_size=30).filter(str.isprintable) | st.sampled_from(
    ["claude-😀", "name: yes", "- a", "~", "{}", "1e5", "'\"\\", "\\ud83d\\ude00", "#x", "猫" * 40, "!!int"]
)
LISTS_OF_NAMES = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
COUNTS = st.integers(0, 10**15)
TOKENS = st.integers(-LARGEST_TOKENS, LARGEST_TOKENS).map(Decimal)
FACTORS = st.decimals(LEAST_FACTOR, LARGEST_FACTOR, places=6)


def constants(name: str, unit: str, numbers: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Constant]:
    """Return constants of a name."""
    evidence = st.builds(
        Evidence,
        COUNTS,
        COUNTS,
        COUNTS,
        LISTS_OF_NAMES,
        st.sampled_from(["recording", "source"]),
        COUNTS,
        COUNTS,
    )
    stand_in = st.just(("", ())) | st.tuples(NAMES, LISTS_OF_NAMES)
    return st.builds(
        lambda applies, band, evidence, other: Constant(
            name, applies, unit, band[1], band[0], band[2], evidence, *other
        ),
        LISTS_OF_NAMES,
        st.lists(numbers, min_size=3, max_size=3).map(sorted),
        evidence,
        stand_in,
    )


CALIBRATIONS = st.builds(
    Calibration,
    st.lists(
        st.sampled_from(["tool.crystal_ball_20270101", "tool_prompt", "request_offset"]).flatmap(
            lambda name: constants(name, "tokens", TOKENS)
        )
        | constants("tokenizer_scale", "factor", FACTORS),
        max_size=3,
    ).map(tuple),
    st.just("2026-11-22"),
    st.just("0.1.0"),
    st.just("0" * 64),
    COUNTS,
    st.lists(st.builds(Refusal, st.just("tool_prompt"), LISTS_OF_NAMES, COUNTS, NAMES), max_size=2).map(
        tuple
    ),
)


@given(CALIBRATIONS, st.sampled_from(["text", "json"]))
def test_a_calibration_reads_back_as_it_is(calibration: Calibration, format_: str) -> None:
    """Whatever its names and figures: what is read is what was written, and written again it has the same bytes."""
    with TemporaryDirectory() as folder:
        path = saved(calibration, Path(folder) / "c.yaml", format_)
        read = read_calibration(path)
        assert told(read) == calibration
        assert path.read_text("utf-8").isascii()
        assert saved(read, Path(folder) / "again.yaml", format_).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("offset", "factor"),
    [(10**6, 1), (10**9, 1), (10**14, 1), (0, 9.99), (0, 10.5), (0, 1000), (-8, 1), (3, 0.004)],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_nothing_is_learned_that_no_calibration_can_hold(
    offset: int, factor: float, format_: str, tmp_path: Path
) -> None:
    """Figures that are no model's are refused with the limit, and the file can be read."""
    calibration = budgetcalc.calibrate(new_model(offset, factor, n=40), treat_as="claude-haiku-4-5")
    assert told(read_calibration(saved(calibration, tmp_path / "c.yaml", format_))) == told(calibration)
    assert {each.name for each in calibration.constants} in (
        set(),
        {"request_offset"},
        {"tokenizer_scale", "request_offset"},
    )
    for each in calibration.refused:
        assert "out of range" in each.reason or "contradictory" in each.reason


@pytest.mark.parametrize("kind", ["Evil\x1b[31m_20270101", "a b", "x.y_20270101", "ü_20270101", "A_20270101"])
def test_a_tool_whose_type_is_none_teaches_nothing(kind: str, jsonl: Any, run: Any, tmp_path: Path) -> None:
    """What Anthropic never named is no constant, can't break the file and can't steer a terminal."""
    bodies = [request(text, tools=[{"type": kind, "name": "crystal_ball"}]) for text in texts(6)]
    recordings = [
        record(body, without_tools(body) + 2103, family=f"{i % 2}") for i, body in enumerate(bodies)
    ]
    result = run("calibrate", jsonl(*recordings), "-o", tmp_path / "c.yaml")
    assert "\x1b" not in result.stdout + result.stderr
    assert read_calibration(tmp_path / "c.yaml").constants == ()
    assert result.exit_code == 0


def test_a_calibration_for_other_constants_says_so(tmp_path: Path, run: Any, jsonl: Any) -> None:
    """A file made beside other frame constants is used with a warning, which --strict counts."""
    path = saved(everything(), tmp_path / "c.yaml")
    asked = ("estimate", jsonl(request()), "--calibration", path)
    assert run(*asked, "--strict", "--on", "2026-11-01").stderr == ""
    path.write_text(path.read_text("utf-8").replace(CATALOGUE.framing.sha256, "0" * 64), encoding="utf-8")
    result = run(*asked)
    assert result.exit_code == 0
    assert "beside other frame constants" in result.stderr
    assert run(*asked, "--strict").exit_code == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("budgetcalc/calibration/v1", "budgetcalc/other", "the schema is `budgetcalc/other`"),
        ('name: "tool.crystal_ball_20270101"', "name: tool/x", "`name` must be"),
        ("value: 2103", "value: 99999999", "whole number of tokens"),
        ("value: 2103", "value: .nan", "whole number of tokens"),
        ("value: 2103", "value: 1e3", "whole number of tokens"),
        ("refused: []", "refused: {}", "expected a list"),
        ("refused: []", "refused: [{name: tool_prompt, applies: [a], recordings: 1}]", "`reason` must be"),
        ("value: 2103", "value: 2000", "is not between low (2103) and high (2103)"),
        ("sources: 2", "sources: -2", "`sources` must be a whole number"),
        ("sources: 2", "sauces: 2", "did you mean `sources`?"),
        ('unit: "tokens"', 'unit: "factor"', "the unit of tool.crystal_ball_20270101 is `tokens`"),
        ('applies: ["4.5"]', "applies: []", "`applies` must be a list of names"),
        ('applies: ["4.5"]', 'applies: &a ["4.5"]', "anchors and aliases"),
        ("value: 2103", "value: 2103\n    value: 2", "duplicate key"),
        ("constants:", "constants: 5\nother:", "expected a list"),
        ("error: {", "error: 5 #", "expected a mapping"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_said_with_its_place(
    tmp_path: Path, run: Any, jsonl: Any, old: str, new: str, said: str
) -> None:
    """Everything wrong with a calibration is said with file and line, and exits 2."""
    path = saved(budgetcalc.calibrate(searching([2103] * 6, sources=2)), tmp_path / "c.yaml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    result = run("estimate", jsonl(request()), "--calibration", path)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "c.yaml:" in result.stderr
    assert "Traceback" not in result.stderr


def test_all_errors_of_a_file_are_said_at_once(tmp_path: Path) -> None:
    """Two mistakes are two errors."""
    path = saved(budgetcalc.calibrate(searching([2103] * 6, sources=2)), tmp_path / "c.yaml")
    text = (
        path.read_text(encoding="utf-8")
        .replace("value: 2103", "value: x")
        .replace("sources: 2", "sources: x")
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_calibration(path)
    assert [str(each.location).rpartition("c.yaml:")[2] for each in error.value.errors] == ["15:5", "20:5"]


def test_no_more_errors_are_said_than_anybody_reads(tmp_path: Path) -> None:
    """Of a file that is wrong from end to end 500 errors are looked up and said, in one pass over its text."""
    path = tmp_path / "c.yaml"
    path.write_text("schema: budgetcalc/calibration/v1\nconstants:\n" + "- {}\n" * 20_000, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_calibration(path)
    assert len(error.value.errors) == 500
    assert str(error.value.errors[-1].location).startswith(f"{path}:")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff\xfe\x00", b"{" * 200, b"a: !!python/object:os.system x"]
)
def test_anything_else_is_no_calibration(tmp_path: Path, content: bytes) -> None:
    """What is no such file at all is an error too, never a crash."""
    path = tmp_path / "c.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        read_calibration(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_calibration(tmp_path / "missing.yaml")
