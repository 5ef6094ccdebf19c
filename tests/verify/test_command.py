"""``budgetcalc verify`` and ``budgetcalc calibrate`` as commands: formats, exit codes, what is said."""

from __future__ import annotations

import copy
import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from budgetcalc.render import formats

from .calls import HELLO_TOKENS, counted, record, request

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "verify.schema.json").read_text("utf-8"))
CONTRACT = (
    "schema", "records", "compared", "exact", "exact_share", "within_1_token", "within_1_percent",
    "median_ape", "p95_ape", "bias", "inside_band", "median_band_width", "by", "worst",
)  # fmt: skip
SEARCH = {"type": "crystal_ball_20270101", "name": "crystal_ball"}


def strict(schema: Any) -> Any:
    """Return the schema with every object closed, so that a key it does not know is found."""
    closed = copy.deepcopy(schema)
    waiting = [closed]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "properties" in each and "additionalProperties" not in each:
                each["additionalProperties"] = False
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return closed


@pytest.fixture
def mixed(jsonl: Any) -> str:
    """Nine exact recordings, one that is off, one that cannot be compared and one that cannot be read."""
    exact = [record(request(f"word {i}"), counted(request(f"word {i}"))) for i in range(9)]
    off = record(request("off"), counted(request("off")) + 4)
    path: str = jsonl(*exact, off, request(), {"request": request(), "usage": {"input_tokens": -1}})
    return path


def test_the_document_has_the_contracts_keys_and_fits_the_schema(run: Any, mixed: str) -> None:
    """The JSON has every key of the contract, no key the schema does not know, and adds up."""
    result = run("verify", mixed, "-f", "json", "--fail-under", "0.5")
    document = json.loads(result.stdout)
    jsonschema.validate(document, strict(SCHEMA))
    assert set(CONTRACT) <= document.keys()
    skipped = sum(each["records"] for each in document["skipped"])
    assert document["records"] == 12 == document["compared"] + skipped + document["invalid"]
    assert (document["compared"], document["exact"], document["exact_share"]) == (10, 9, 9 / 10)
    assert (document["fail_under"], document["passed"]) == (0.5, True)
    assert [each["key"] for each in document["by"]] == [
        {"model": "claude-haiku-4-5-20251001"},
        {"feature": "text, system, turns"},
    ]


def test_a_document_with_a_calibration_and_shared_differences_fits_the_schema(
    run: Any, jsonl: Any, tmp_path: Path
) -> None:
    """The keys that only some documents have are described too."""
    bodies = [request(f"word {i}", tools=[SEARCH]) for i in range(4)]
    path = jsonl(*(record(body, counted(body) + 100) for body in bodies))
    calibration = tmp_path / "c.yaml"
    assert run("calibrate", path, "-o", calibration).exit_code == 0
    before = json.loads(run("verify", path, "-f", "json").stdout)
    assert before["shared_differences"][0]["records"] == 4
    assert before["exact"] == 0
    after = json.loads(run("verify", path, "-f", "json", "--calibration", calibration).stdout)
    for document in before, after:
        jsonschema.validate(document, strict(SCHEMA))
    assert after["exact"] == 4
    assert after["calibration"]["source"] == str(calibration)


@pytest.mark.parametrize("format_", formats("verify"))
def test_every_format_tells_the_figures(run: Any, mixed: str, format_: str) -> None:
    """Text, JSON, CSV and Markdown are all made, with model and feature in them."""
    result = run("verify", mixed, "-f", format_)
    assert result.exit_code == 0
    assert "claude-haiku-4-5-20251001" in result.stdout
    assert "text, system, turns" in result.stdout


def test_the_csv_has_a_row_for_all_then_for_each_group(run: Any, mixed: str) -> None:
    """Rows of CSV name their dimension, and the first is everything."""
    rows = list(csv.DictReader(StringIO(run("verify", mixed, "-f", "csv").stdout)))
    assert [(row["by"], row["value"]) for row in rows] == [
        ("all", ""),
        ("model", "claude-haiku-4-5-20251001"),
        ("feature", "text, system, turns"),
    ]
    assert {(row["compared"], row["exact"]) for row in rows} == {("10", "9")}


def test_the_csv_reads_back_as_the_json(run: Any, mixed: str) -> None:
    """Every figure of CSV is that of JSON, group by group."""
    document = json.loads(run("verify", mixed, "-f", "json").stdout)
    groups = [(("all", ""), document)]
    groups += [(next(iter(each["key"].items())), each) for each in document["by"]]
    rows = csv.DictReader(StringIO(run("verify", mixed, "-f", "csv").stdout))
    for row, ((by, value), figures) in zip(rows, groups, strict=True):
        assert (row.pop("by"), row.pop("value")) == (by, value)
        assert {name: json.loads(cell) for name, cell in row.items()} == {name: figures[name] for name in row}


@pytest.mark.parametrize(
    ("fail_under", "code"),
    [("0", 0), ("0.9", 0), ("0.90001", 1), ("1", 1)],
    ids=["none", "equal", "over", "all"],
)
def test_the_limit_decides_the_exit_code(run: Any, mixed: str, fail_under: str, code: int) -> None:
    """Exit 1 when fewer are exact than wanted; the very share that is wanted is enough."""
    result = run("verify", mixed, "--fail-under", fail_under)
    assert result.exit_code == code
    assert "9 of 10 estimates are exact (90.0 %)" in result.stdout


def test_strict_counts_what_was_left_out(run: Any, mixed: str, jsonl: Any) -> None:
    """With --strict, records that were skipped or invalid are errors; without any it is fine."""
    assert run("verify", mixed).exit_code == 0
    assert run("verify", mixed, "--strict").exit_code == 1
    assert run("verify", jsonl(record(), name="clean.jsonl"), "--strict").exit_code == 0


@pytest.mark.parametrize("bad", ["-0.1", "1.1", "nan", "90%"])
def test_a_limit_is_a_share(run: Any, mixed: str, bad: str) -> None:
    """A limit outside 0 to 1 is refused."""
    assert run("verify", mixed, "--fail-under", bad).exit_code == 2


def test_nothing_to_compare_is_no_answer(run: Any, jsonl: Any, tmp_path: Path) -> None:
    """Where nothing could be compared the exit code is 2, and the reasons are said."""
    result = run("verify", jsonl(request(), request("x")), "--fail-under", "0")
    assert result.exit_code == 2
    assert "2: no usage stands beside the request" in result.stdout
    assert "nothing could be compared" in result.stderr
    missing = run("verify", tmp_path / "missing.jsonl", "-f", "json")
    assert missing.exit_code == 2
    document = json.loads(missing.stdout)
    jsonschema.validate(document, strict(SCHEMA))
    assert document["exact_share"] is None
    assert document["errors"][0]["message"] == "no such file"


def test_one_input_that_fails_does_not_hide_the_others(run: Any, jsonl: Any, tmp_path: Path) -> None:
    """The figures of the readable inputs are given; the exit code says that one was not."""
    result = run("verify", jsonl(record()), tmp_path / "missing.jsonl")
    assert result.exit_code == 2
    assert "1 of 1 estimates are exact" in result.stdout


def test_standard_input_is_read(run: Any) -> None:
    """A minus is standard input."""
    result = run("verify", "-", "-f", "json", stdin=json.dumps(record()) + "\n")
    assert json.loads(result.stdout)["exact"] == 1


def test_hostile_names_are_shown_safely(run: Any, jsonl: Any) -> None:
    """Ids and model names of recordings can neither steer a terminal nor be formulas or markup."""
    evil = "\x1b[31m=1+1|<img>::error::[bold]"
    path = jsonl(
        record(request("x"), 99, id=evil),
        record(request(model=evil)),
        {"request": request(), "usage": {"input_tokens": -1}, "id": evil},
    )
    for format_ in formats("verify"):
        result = run("verify", path, "-f", format_)
        assert "\x1b" not in result.stdout + result.stderr
    assert "<img>" not in run("verify", path, "-f", "markdown").stdout


def test_text_of_a_conversation_is_never_said(run: Any, jsonl: Any) -> None:
    """Neither the worst cases nor warnings repeat a word of a request."""
    body = request("zanzibar submarine", tools=[SEARCH])
    path = jsonl(record(body, 9), {"request": {"messages": "zanzibar"}, "usage": {"input_tokens": 5}})
    for format_ in formats("verify"):
        result = run("verify", path, "-f", format_, "-v")
        assert "zanzibar" not in result.stdout + result.stderr


def test_where_values_come_from(run: Any, mixed: str) -> None:
    """-v says which prices, day and model are used, and from which flag."""
    result = run("verify", mixed, "-v", "--on", "2026-11-01", "--model", "claude-opus-4-6")
    assert "date: 2026-11-01 (from --on), for recordings without their own" in result.stderr
    assert "model: each recording's own, else claude-opus-4-6 (from --model)" in result.stderr


# ---- calibrate ---------------------------------------------------------------------------------------------


def test_calibrate_writes_a_file_and_says_what_it_learned(run: Any, jsonl: Any, tmp_path: Path) -> None:
    """The file is the output; what was learned and refused is said beside it."""
    bodies = [request(f"word {i}", tools=[SEARCH]) for i in range(4)]
    path = jsonl(*(record(body, counted(body) + 100) for body in bodies))
    output = tmp_path / "calibration.yaml"
    result = run("calibrate", path, "-o", output)
    assert result.exit_code == 0
    assert "learned: tool.crystal_ball_20270101 = 700 tokens for 4.5: 4 requests of 1 source" in result.stderr
    assert output.read_text(encoding="utf-8").startswith("# What recordings taught")
    assert run("calibrate", path).stdout == output.read_text(encoding="utf-8")
    shown = run("estimate", jsonl(bodies[0], name="r.jsonl"), "--calibration", output, "-v", "-f", "json")
    assert json.loads(shown.stdout)["calibration"]["constants"] == 1
    assert f"calibration: {output} (from --calibration)" in shown.stderr


def test_the_environment_names_a_calibration(
    run: Any, jsonl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BUDGETCALC_CALIBRATION is the flag's stand-in."""
    bodies = [request(f"word {i}", tools=[SEARCH]) for i in range(4)]
    path = jsonl(*(record(body, counted(body) + 100) for body in bodies))
    output = tmp_path / "calibration.yaml"
    run("calibrate", path, "-o", output)
    monkeypatch.setenv("BUDGETCALC_CALIBRATION", str(output))
    result = run("verify", path, "-v")
    assert "4 of 4 estimates are exact" in result.stdout
    assert "(from BUDGETCALC_CALIBRATION)" in result.stderr


def test_nothing_learned_of_something_to_learn_is_no(run: Any, jsonl: Any, tmp_path: Path) -> None:
    """Too few recordings: exit 1, the reason, and no file; nothing to learn at all is fine."""
    body = request(tools=[SEARCH])
    output = tmp_path / "calibration.yaml"
    result = run("calibrate", jsonl(record(body, 2000)), "-o", output)
    assert result.exit_code == 1
    assert (
        "refused: tool.crystal_ball_20270101 for 4.5: too few: 1 distinct request, 3 are needed"
        in result.stderr
    )
    assert not output.exists()
    fine = run("calibrate", jsonl(record(name="r", tokens=HELLO_TOKENS)))
    assert fine.exit_code == 0
    assert "nothing to learn" in fine.stderr


def test_calibrating_on_nothing_is_no_answer(run: Any, jsonl: Any) -> None:
    """Without a comparable recording there is no answer."""
    result = run("calibrate", jsonl(request()))
    assert result.exit_code == 2
    assert result.stdout == ""


def test_an_output_never_replaces_an_input(run: Any, jsonl: Any) -> None:
    """Writing onto the recordings is refused."""
    path = jsonl(record())
    for command in "verify", "calibrate":
        assert run(command, path, "-o", path).exit_code == 2
    assert json.loads(Path(path).read_text(encoding="utf-8"))["request"] == request()
