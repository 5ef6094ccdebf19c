"""The command: exit codes, flags, and what is said where."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.dimensions import is_dimension
from budgetcalc.readers.usage import read_usage
from budgetcalc.readers.usage.detection import CSV_FORMATS, FORMATS
from budgetcalc.usage import UsageRow
from fuzz.seeds import SEEDS

from .rows import OPUS, response

USAGE = {"input_tokens": 1000, "output_tokens": 100}
COST = Decimal(1000 * 5 + 100 * 25) / 10**6


def test_a_bare_usage_object_from_standard_input(run: Any) -> None:
    """The smallest report there is, with the model and the day given by flag."""
    result = run("-", "--model", OPUS, "--on", "2026-11-22", "-f", "json", stdin=json.dumps(USAGE))
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert Decimal(document["total_usd"]) == COST
    assert document["prices"]["on"] == "2026-11-22"


def test_model_fills_and_never_replaces(run: Any, write: Any) -> None:
    """--model is for rows that name none."""
    name = write(response(OPUS), response(None))
    document = json.loads(run(name, "--model", "claude-haiku-4-5", "--by", "model", "-f", "json").stdout)
    assert [group["key"]["model"] for group in document["groups"]] == [
        "claude-opus-4-6",
        "claude-haiku-4-5-20251001",
    ]


def test_an_unknown_model_flag_is_two(run: Any, write: Any) -> None:
    """A model that nobody knows cannot fill anything."""
    result = run(write(response()), "--model", "claude-opus-9000")
    assert result.exit_code == 2
    assert "claude-opus-9000" in result.stderr


@pytest.mark.parametrize("bad", [response(None), response("mystery"), '{"cut": ', response(input_tokens=-1)])
def test_one_when_not_everything_has_a_price(run: Any, write: Any, bad: Any) -> None:
    """An unpriced or invalid row is exit code 1, the others are priced, and --lenient takes it."""
    name = write(response(), bad)
    result = run(name, "-f", "json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert Decimal(document["total_usd"]) == COST
    assert document["complete"] is False
    assert document["rows"]["read"] == 2
    assert run(name, "--lenient").exit_code == 0


def test_one_over_the_limit(run: Any, write: Any) -> None:
    """--fail-over is exit code 1 when the total is more, lenient or not; the document is written."""
    name = write(response())
    assert run(name, "--fail-over", "0.0075").exit_code == 0
    result = run(name, "--fail-over", "0.0074", "--lenient", "-f", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["limits"] == [
        {"limit": "fail_over_usd", "allowed": "0.0074", "measured": "0.0075", "exceeded": True}
    ]
    assert "OVER the limit" in result.stderr


def test_two_when_an_input_cannot_be_read(run: Any, write: Any) -> None:
    """A missing input is exit code 2, before 1; the others are priced and the document is written."""
    result = run("missing.jsonl", write(response(), response(None)), "-f", "json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert Decimal(document["total_usd"]) == COST
    assert document["errors"][0]["source"] == {"file": "missing.jsonl"}
    assert document["complete"] is False
    assert "missing.jsonl: error:" in result.stderr


def test_strict_makes_warnings_count(run: Any, write: Any) -> None:
    """An undated row is a warning, and with --strict a no."""
    name = write(response())
    assert run(name).exit_code == 0
    assert run(name, "--strict").exit_code == 1


def test_reported_money_is_refused_as_input(run: Any, tmp_path: Path) -> None:
    """A cost report has no tokens: exit code 2, naming --reconcile."""
    path = tmp_path / "cost.csv"
    path.write_text(
        "usage_date_utc,model,token_type,cost_usd,cost_type\n2026-11-20,Claude Opus 4.6,output,1.00,token\n"
    )
    result = run(str(path))
    assert result.exit_code == 2
    assert "--reconcile" in result.stderr


def test_reconcile_sets_reported_beside_computed(run: Any, write: Any, tmp_path: Path) -> None:
    """Each line of the comparison has both amounts, the difference and why."""
    usage = write(response() | {"timestamp": "2026-11-20T10:00:00Z"})
    cost = tmp_path / "cost.csv"
    cost.write_text(
        "usage_date_utc,model,token_type,cost_usd,cost_type\n"
        "2026-11-20,Claude Opus 4.6,output,0.00,token\n2026-11-20,Claude Opus 4.6,input_no_cache,0.01,token\n"
    )
    result = run(usage, "--reconcile", str(cost), "-f", "json", "--timezone", "Asia/Tokyo")
    assert result.exit_code == 0, result.output
    compared = json.loads(result.stdout)["reconcile"]
    assert compared["reported_usd"] == "0.01"
    assert compared["computed_usd"] == str(COST)
    assert [(line["kind"], line["reason"]) for line in compared["lines"]] == [
        ("output", "rounding"),
        ("uncached_input", "rounding"),
    ]
    assert "0.01" in run(usage, "--reconcile", str(cost)).stdout


def test_reconcile_counts_an_amount_of_two_files_once(run: Any, write: Any, tmp_path: Path) -> None:
    """Overlapping exports and a file given twice; equal amounts within a file are several."""
    usage = write(response() | {"timestamp": "2026-11-20T10:00:00Z"})
    line = "2026-11-20,Claude Opus 4.6,output,0.02,token\n"
    names = []
    for name, lines in (("a.csv", line * 2), ("b.csv", line + line.replace("0.02", "0.05"))):
        (tmp_path / name).write_text(f"usage_date_utc,model,token_type,cost_usd,cost_type\n{lines}")
        names += ["--reconcile", str(tmp_path / name)]
    document = json.loads(run(usage, *names, *names, "-f", "json").stdout)
    assert document["reconcile"]["reported_usd"] == str(2 * Decimal("0.02") + Decimal("0.05"))
    assert any("it counts once" in said for said in document["warnings"])


def test_reconcile_leaves_out_the_days_that_do_not_count(run: Any, write: Any, tmp_path: Path) -> None:
    """--since applies to both sides."""
    usage = write(response() | {"timestamp": "2026-11-20T10:00:00Z"})
    cost = tmp_path / "cost.csv"
    cost.write_text(
        "usage_date_utc,model,token_type,cost_usd,cost_type\n2026-11-19,Claude Opus 4.6,output,9.00,token\n"
    )
    arguments = (usage, "--reconcile", str(cost), "--since", "2026-11-20", "-f", "json")
    assert json.loads(run(*arguments).stdout)["reconcile"]["reported_usd"] == "0"


def test_a_usage_report_is_no_cost_report(run: Any, write: Any) -> None:
    """--reconcile wants reported money."""
    name = write(response())
    result = run(name, "--reconcile", name)
    assert result.exit_code == 2
    assert "no cost report" in result.stderr


def test_claude_code_finds_the_transcripts(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--claude-code needs no input, and the total is labelled."""
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    result = run("--claude-code")
    assert result.exit_code == 2
    assert "no transcripts" in result.stderr
    folder = tmp_path / "claude" / "projects" / "-shop"
    folder.mkdir(parents=True)
    message = response() | {"id": "msg_1"}
    line = {"type": "assistant", "sessionId": "s", "requestId": "r", "uuid": "u", "cwd": "/shop"}
    line |= {"timestamp": "2026-11-20T10:00:00.000Z", "message": message}
    (folder / "s.jsonl").write_text(json.dumps(line) + "\n")
    result = run("--claude-code", "--by", "project")
    assert result.exit_code == 0, result.output
    assert "/shop" in result.stdout
    assert "API list value, not your bill" in result.stdout.splitlines()[-1]


def test_a_call_in_two_inputs_is_billed_once(run: Any, write: Any) -> None:
    """One set of calls over all inputs."""
    body = response() | {"id": "msg_1"}
    result = run(write(body, name="a.jsonl"), write(body, name="b.jsonl"), "-f", "json")
    document = json.loads(result.stdout)
    assert document["rows"] | {"read": 2, "priced": 1, "deduplicated": 1} == document["rows"]
    assert Decimal(document["total_usd"]) == COST


@pytest.mark.parametrize(
    "flags", [("--by", "modle"), ("--timezone", "Mars"), ("--where", "x"), ("--since", "soon"), ("-f", "pdf")]
)
def test_wrong_flags_are_two(run: Any, write: Any, flags: tuple[str, str]) -> None:
    """A flag that cannot be meant so is exit code 2."""
    assert run(write(response()), *flags).exit_code == 2


def test_a_near_dimension_is_suggested(run: Any, write: Any) -> None:
    """A slip of the fingers is answered with what was meant."""
    assert "did you mean model?" in run(write(response()), "--by", "modle").stderr


@pytest.mark.parametrize(
    ("where", "near"), [("modle=x", "model"), ("MODEL=x", "model"), ("vesion=2", "version")]
)
def test_a_filter_by_a_key_that_no_report_has_is_refused(run: Any, write: Any, where: str, near: str) -> None:
    """It would let nothing pass, and so any bill get under --fail-over."""
    result = run(write(response()), "--where", where, "--fail-over", "0.01")
    assert (result.exit_code, f"did you mean {near}?" in result.stderr) == (2, True)


def test_where_takes_every_key_that_a_report_has() -> None:
    """All that readers tell rows apart by, over the valid inputs of every format."""
    seeds = [seed for name in SEEDS if name.startswith("usage-") for seed in SEEDS[name]]
    rows = (row for seed in seeds for row in read_usage("-", stdin=BytesIO(seed)))
    found = {name for row in rows if isinstance(row, UsageRow) for name, _ in row.dimensions}
    assert {"trace", "terminal", "property.App"} <= found
    assert [name for name in found if not is_dimension(name)] == []


def test_a_filter_that_nothing_passes_is_said(run: Any, write: Any) -> None:
    """The rows were there, and the filter left none of them."""
    result = run(write(response()), "--where", "model=claude-typo")
    assert "warning     --where model=claude-typo matches no row: there is claude-opus-4-6" in result.stdout


def test_money_that_nothing_explains_fails_under_strict(run: Any, write: Any, tmp_path: Path) -> None:
    """A difference with a reason passes; without one, --strict says no."""
    usage = write(response() | {"timestamp": "2026-11-20T10:00:00Z"})
    cost = tmp_path / "cost.csv"
    line = (
        "2026-11-20,Claude Opus 4.6,output,{},token\n2026-11-20,Claude Opus 4.6,input_no_cache,0.01,token\n"
    )
    header = "usage_date_utc,model,token_type,cost_usd,cost_type\n"
    for amount, code in (("0.00", 0), ("0.07", 1)):
        cost.write_text(header + line.format(amount))
        result = run(usage, "--reconcile", str(cost), "--strict", "-f", "json")
        assert (result.exit_code, "unexplained" in result.stdout) == (code, bool(code)), result.output


def test_output_goes_to_a_file(run: Any, write: Any, tmp_path: Path) -> None:
    """-o writes the document there and nothing to standard output."""
    out = tmp_path / "report.html"
    result = run(write(response()), "-f", "html", "-o", str(out), "-q")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_machine_formats_say_problems_on_standard_error(run: Any, write: Any) -> None:
    """Who looks only at the exit code still learns why; -q leaves the one sentence that says why it is 1."""
    name = write(response(None))
    assert "unpriced: 1 row" in run(name, "-f", "json").stderr
    assert run(name, "-f", "json", "-q").stderr == "error: nothing was priced\n"
    assert run(name, "-f", "json", "-q", "--lenient").stderr == ""


DATED = {"timestamp": "2026-11-20T10:00:00Z"}
PAGES = ("text", "json", "jsonl", "csv", "markdown", "html")
NOES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "unpriced": (response("claude-unknown-9"), ()),
    "over the limit": (response(OPUS), ("--fail-over", "0")),
    "an assumption under --strict": (USAGE | {"model": OPUS}, ("--strict",)),
}


@pytest.mark.parametrize("why", NOES)
@pytest.mark.parametrize("flags", [(), ("-q",)], ids=["", "quiet"])
@pytest.mark.parametrize("form", PAGES)
def test_exit_code_1_is_never_without_a_sentence(
    run: Any, write: Any, why: str, flags: tuple[str, ...], form: str
) -> None:
    """Whatever the format and however quiet, a "no" is explained on standard error or in the last line of the page."""
    record, more = NOES[why]
    result = run(write(record), "-f", form, *more, *flags)
    assert result.exit_code == 1
    page = result.stdout.splitlines() if form in {"text", "markdown"} else []
    said = [*result.stderr.splitlines(), *(line for line in page if "otal" in line)]
    assert any(
        word in line
        for line in said
        for word in ("error: ", "OVER the limit", "INCOMPLETE", "nothing was priced")
    )


def test_csv_says_the_reconciliation_beside_its_table(run: Any, write: Any, tmp_path: Path) -> None:
    """CSV has one table: what a cost report says to it is on standard error, with where its lines are."""
    cost = tmp_path / "cost.csv"
    cost.write_text(
        "usage_date_utc,model,token_type,cost_usd,cost_type\n2026-11-20,Claude Opus 4.6,output,0.07,token\n"
    )
    usage = write(response(OPUS) | DATED)
    said = run(usage, "-f", "csv", "--reconcile", str(cost)).stderr
    assert "reconciled: $0.07 reported" in said
    assert "-f text, json and html have the lines" in said


def test_a_limit_on_nothing_cannot_be_answered(run: Any, tmp_path: Path) -> None:
    """A misspelt folder does not pass a gate on spending: with --fail-over, no row at all is exit code 2."""
    (tmp_path / "empty").mkdir()
    result = run(str(tmp_path / "empty"), "--fail-over", "1")
    assert result.exit_code == 2
    assert "no row of usage was found" in result.stderr
    assert run(str(tmp_path / "empty")).exit_code == 0


def test_a_limit_on_what_filters_leave_is_one_on_nothing_spent(run: Any, write: Any) -> None:
    """Days without usage cost nothing: the rows were read, so a gate on them can be answered."""
    name = write(response(OPUS) | DATED)
    assert run(name, "--since", "2026-11-21", "--fail-over", "1").exit_code == 0


def test_a_value_that_no_row_has_is_said_with_those_there_are(run: Any, write: Any) -> None:
    """A misspelt --where is a warning that names up to five values; one that matches something is not said."""
    models = (
        "claude-opus-4-6",
        "claude-haiku-4-5",
        "claude-sonnet-4-5",
        "claude-opus-4-5",
        "claude-opus-4-1",
    )
    name = write(*(response(model) for model in (*models, "claude-sonnet-4-6")))
    result = run(name, "--where", "model=haiku", "-f", "json")
    (said,) = json.loads(result.stdout)["warnings"]  # no --where passed: no date had to be taken
    assert said.startswith("--where model=haiku matches no row: there is claude-opus-4-6, claude-haiku-4-5")
    assert said.endswith(", ...")
    assert said.count("claude-") == 5
    assert "matches no row" not in run(name, "--where", "model=claude-haiku-4-5", "-f", "json").stdout


def test_a_model_out_of_a_config_is_said(run: Any, write: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Rows priced by a default that nobody typed are a warning, with their number; a flag is somebody's word."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "budgetcalc.yaml").write_text("version: 1\ndefaults: {model: claude-opus-4-6}\n")
    name = write(response(None) | DATED, response(OPUS) | DATED)
    said = "1 row: no model is named: priced as claude-opus-4-6, the defaults.model of budgetcalc.yaml"
    assert json.loads(run(name, "-f", "json").stdout)["warnings"] == [said]
    assert run(name, "--strict").exit_code == 1
    assert json.loads(run(name, "--model", OPUS, "-f", "json").stdout)["warnings"] == []
    monkeypatch.setenv("BUDGETCALC_MODEL", OPUS)
    assert "as BUDGETCALC_MODEL says" in run(name, "-f", "json").stdout


def test_a_page_in_a_file_says_problems_on_standard_error_too(run: Any, write: Any, tmp_path: Path) -> None:
    """Nobody sees a page that goes to a file; on standard output it is not said twice."""
    name = write(response(None))
    assert "unpriced: 1 row" in run(name, "-f", "html", "-o", str(tmp_path / "x.html")).stderr
    assert "unpriced" not in run(name).stderr


def test_verbose_says_where_values_come_from(run: Any, write: Any) -> None:
    """-v names the price table, the day and the model with their origin."""
    said = run(write(response()), "-v", "--on", "2026-11-01", "--model", OPUS).stderr
    assert "date: 2026-11-01 (from --on)" in said
    assert "(from --model)" in said


def test_groups_are_repeatable_and_keep_their_order(run: Any, write: Any) -> None:
    """--by twice makes keys of two parts, in the order given."""
    result = run(write(response()), "--by", "model", "--by", "day", "--by", "model", "-f", "json")
    assert list(json.loads(result.stdout)["groups"][0]["key"]) == ["model", "day"]


def test_the_documentation_names_every_format_that_is_read() -> None:
    """The first column of docs/price.md is what --input-format takes."""
    text = (Path(__file__).parents[2] / "docs/price.md").read_text("utf-8")
    cells = [
        line.split("|")[1] for line in text.partition("## ")[0].splitlines()[1:] if line.startswith("| `")
    ]
    named = [name for cell in cells for name in re.findall("`([^`]+)`", cell)]
    assert sorted(named) == sorted({each.name for each in (*FORMATS, *CSV_FORMATS)})


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_the_dearest_groups_and_the_others(run: Any, write: Any, form: str) -> None:
    """People see the N dearest groups and one row for the others; machines get every group."""
    models = ("claude-opus-4-6", "claude-haiku-4-5", "claude-sonnet-4-5", "claude-3-haiku-20240307")
    flags = ("--by", "model", "--top", "1", "--on", "2026-11-22")
    name = write(*map(response, models))
    page = run(name, *flags, "-f", form).stdout
    assert "3 others" in page
    assert "claude-opus-4-6" in page
    assert "claude-sonnet-4-5-20250929</th><td" not in page.replace(' class="n"', "")
    assert len(json.loads(run(name, *flags, "-f", "json").stdout)["groups"]) == len(models)
    assert len(run(name, *flags, "-f", "csv").stdout.splitlines()) == 1 + len(models)
    assert run(name, "--top", "1").exit_code == 2


def test_amounts_of_a_table_add_up_to_the_total(run: Any, write: Any) -> None:
    """Dollars and fractions of a cent stand under each other with the same decimals, and people can add them."""
    big, small = response(OPUS, input_tokens=304_500, output_tokens=0), response("claude-haiku-4-5")
    page = run(write(big, small), "--by", "model", "--on", "2026-11-22").stdout
    shown = re.findall(r"^claude-.* (\$[\d.]+)$", page, re.MULTILINE)
    (total,) = re.findall(r"^total +\$([\d.]+)$", page, re.MULTILINE)
    assert shown == ["$1.5225", "$0.0015"]
    assert sum(Decimal(each[1:]) for each in shown) == Decimal(total)
