"""``lint --baseline``, ``--write-baseline`` and ``--diff`` in a real repository, and pipelines of its config."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/lint.schema.json").read_text("utf-8"))
IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
CONFIG = """\
version: 1
defaults: {model: claude-sonnet-4-6, max_tokens: 1000, on: 2026-11-22}
budgets:
  - {name: all, files: ["prompts/**/*.json"], max_input_tokens: 40, max_growth: 10%}
"""
INPUT_USD_PER_MTOK, OUTPUT_USD_PER_MTOK = 3, 15


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one prompt over its budget and one within, committed."""
    monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "repo"
    (folder / "prompts").mkdir(parents=True)
    (folder / "budgetcalc.yaml").write_text(CONFIG, "utf-8")
    write(folder, "long", "Summarise this text. " * 20)
    write(folder, "short", "Hello, Claude")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    monkeypatch.chdir(folder)
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: Path, name: str, text: str) -> None:
    body = {"model": "claude-sonnet-4-6", "max_tokens": 1000, "messages": [{"role": "user", "content": text}]}
    (folder / f"prompts/{name}.json").write_text(json.dumps(body), "utf-8")


def rules(result: Any) -> list[tuple[str, str]]:
    return [(each["rule"], each["file"]) for each in json.loads(result.stdout)["findings"]]


def test_the_ratchet(run: Any, project: Path) -> None:
    """What is written passes; what grows fails; what shrinks is to be written down."""
    assert run("lint").exit_code == 1
    assert run("lint", "--write-baseline").exit_code == 0
    written = (project / ".budgetcalc-baseline.json").read_text("utf-8")
    accepted = run("lint", "-f", "json")
    assert (accepted.exit_code, rules(accepted), json.loads(accepted.stdout)["checked"]["accepted"]) == (
        0,
        [],
        1,
    )

    write(project, "long", "Summarise this text. " * 21)
    grown = run("lint", "-f", "json")
    assert (grown.exit_code, rules(grown)) == (1, [("BC101", "prompts/long.json")])

    write(project, "long", "Summarise this text. " * 15)
    shrunk = run("lint", "-f", "json")
    assert (shrunk.exit_code, rules(shrunk)) == (0, [("BC912", ".budgetcalc-baseline.json")])
    assert (project / ".budgetcalc-baseline.json").read_text("utf-8") == written

    assert run("lint", "--write-baseline").exit_code == 0
    assert rules(run("lint", "-f", "json")) == []


def test_growth_is_held_against_the_baseline(run: Any, project: Path) -> None:
    """A file within its budget may not grow by more than max_growth."""
    run("lint", "--write-baseline")
    write(project, "short", "Hello, Claude, how are you")
    grown = run("lint", "-f", "json")
    assert (grown.exit_code, rules(grown)) == (1, [("BC108", "prompts/short.json")])


def test_growth_that_a_baseline_takes_over_is_not_kept_in_it(run: Any, project: Path) -> None:
    """Growth is held against the new figures from then on: the next run has nothing to say, and nothing is gone."""
    run("lint", "--write-baseline")
    write(project, "short", "Hello, Claude, how are you")
    taken = run("lint", "--write-baseline", "-f", "json")
    assert (taken.exit_code, rules(taken)) == (0, [])
    after = run("lint", "-f", "json", "--strict")
    assert (after.exit_code, rules(after)) == (0, [])


def test_nothing_has_grown_right_after_the_baseline(run: Any, project: Path) -> None:
    """warn_at is of the growth that is allowed: none of it is used by a file that is as it was."""
    config = (project / "budgetcalc.yaml").read_text("utf-8").replace("10%", "10%, warn_at: 90%")
    (project / "budgetcalc.yaml").write_text(
        config.replace("max_input_tokens: 40", "max_input_tokens: 4000"), "utf-8"
    )
    run("lint", "--write-baseline")
    assert rules(run("lint", "-f", "json")) == []


def test_a_baseline_is_of_all_rules(run: Any, project: Path) -> None:
    """With a selection of rules, what the others accept would be forgotten."""
    result = run("lint", "--write-baseline", "--select", "BC1")
    assert result.exit_code == 2
    assert "--select" in result.stderr


def test_the_table_says_what_is_accepted(run: Any, project: Path) -> None:
    """A limit that is over beside a verdict of passed says why."""
    run("lint", "--write-baseline")
    text = run("lint").stdout
    assert "OVER, accepted" in text
    assert text.rstrip().endswith("passed")
    assert "OVER, not asked" in run("lint", "--baseline", "none", "--select", "BC3").stdout
    ignores = "ignores: [{file: prompts/long.json, rule: BC101, reason: of its age}]\n"
    (project / "budgetcalc.yaml").write_text(CONFIG + ignores, "utf-8")
    assert "OVER, ignored" in run("lint", "--baseline", "none").stdout


def test_the_table_counts_growth_from_what_was_there(run: Any, project: Path) -> None:
    """All that is allowed beside what was there is used twice over by twice as much growth."""
    write(project, "short", "one " * 22)
    measured = json.loads(run("estimate", "prompts/short.json", "-f", "json").stdout)
    was = measured["estimates"][0]["input"]["tokens"]
    assert was == 30
    run("lint", "--write-baseline")
    write(project, "short", "one " * (22 + 6))
    [row] = [
        line for line in run("lint").stdout.splitlines() if line.startswith("all ") and "max_growth" in line
    ]
    assert row.split()[2:] == ["36", "30", "+", "3", "200.0%", "OVER", "prompts/short.json"]


def test_without_a_baseline_growth_is_not_judged_and_that_is_said(run: Any, project: Path) -> None:
    """A budget that waits for a baseline is a note; with one there is none."""
    assert ("BC913", "budgetcalc.yaml") in rules(run("lint", "-f", "json"))
    run("lint", "--write-baseline")
    assert rules(run("lint", "-f", "json")) == []
    assert ("BC913", "budgetcalc.yaml") in rules(run("lint", "-f", "json", "--baseline", "none"))


def test_one_file_does_not_make_the_others_gone(run: Any, project: Path) -> None:
    """A run on some files neither misses what is accepted in others nor forgets it."""
    run("lint", "--write-baseline")
    assert rules(run("lint", "prompts/short.json", "-f", "json")) == []
    run("lint", "prompts/short.json", "--write-baseline")
    assert run("lint").exit_code == 0


def test_nothing_is_accepted_that_was_not_measured(run: Any, project: Path) -> None:
    """With an unreadable file there is no baseline at all."""
    (project / "prompts/bad.json").write_text("{", "utf-8")
    result = run("lint", "--write-baseline")
    assert result.exit_code == 2
    assert "not written" in result.stderr
    assert not (project / ".budgetcalc-baseline.json").exists()


def test_a_baseline_that_was_named_has_to_be_there(run: Any, project: Path) -> None:
    """A misspelled name is no empty baseline."""
    result = run("lint", "--baseline", "nothing.json")
    assert result.exit_code == 2
    assert "there is no baseline" in result.stderr


def test_diff_counts_tokens_and_dollars_by_impact(run: Any, project: Path) -> None:
    """Changed, added and removed files with their change, the dearest first; the rest is not listed."""
    write(project, "short", "Hello, Claude. " * 3)
    write(project, "new", "Hi")
    (project / "prompts/long.json").unlink()
    document = json.loads(run("lint", "--diff", "HEAD", "-f", "json").stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    diff = document["diff"]
    states = {each["file"]: each["state"] for each in diff["files"]}
    assert states == {
        "prompts/long.json": "removed",
        "prompts/new.json": "added",
        "prompts/short.json": "changed",
    }
    changes = {each["file"]: each["input_tokens"]["change"] for each in diff["files"]}
    money = {each["file"]: Decimal(each["cost_usd"]["change"]) for each in diff["files"]}
    output = Decimal(1000 * OUTPUT_USD_PER_MTOK) / 1_000_000
    calls = {"prompts/long.json": -1, "prompts/new.json": 1, "prompts/short.json": 0}
    for file, tokens in changes.items():
        assert money[file] == Decimal(tokens * INPUT_USD_PER_MTOK) / 1_000_000 + output * calls[file]
    assert diff["totals"]["input_tokens"] == sum(changes.values())
    assert Decimal(diff["totals"]["cost_usd"]) == sum(money.values())
    impacts = [abs(money[each["file"]]) for each in diff["files"]]
    assert impacts == sorted(impacts, reverse=True)


def test_diff_without_a_change_says_so(run: Any, project: Path) -> None:
    """An unchanged tree has an empty table."""
    assert "no change of tokens or cost since HEAD" in run("lint", "--diff", "HEAD").stdout


def test_diff_of_one_file(run: Any, project: Path) -> None:
    """Paths limit what is compared."""
    write(project, "short", "Hi")
    write(project, "long", "Hi")
    result = run("lint", "prompts/short.json", "--diff", "HEAD", "-f", "json")
    assert [each["file"] for each in json.loads(result.stdout)["diff"]["files"]] == ["prompts/short.json"]


def test_what_could_not_be_measured_at_the_ref_is_said(run: Any, project: Path) -> None:
    """Nothing is claimed of a file that was broken then."""
    (project / "prompts/short.json").write_text("{", "utf-8")
    git(project, "commit", "-qam", "broken")
    write(project, "short", "Hi")
    result = run("lint", "--diff", "HEAD", "-f", "json")
    diff = json.loads(result.stdout)["diff"]
    assert (diff["files"], diff["unmeasured"]) == ([], ["prompts/short.json"])


def test_diff_in_a_folder_of_the_repository(run: Any, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The config's folder is what names are relative to, wherever the repository begins."""
    inner = project / "inner"
    (inner / "prompts").mkdir(parents=True)
    (inner / "budgetcalc.yaml").write_text(CONFIG, "utf-8")
    write(inner, "a", "Hi")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "two")
    write(inner, "a", "Hello there, Claude")
    monkeypatch.chdir(inner)
    (change,) = json.loads(run("lint", "--diff", "HEAD", "-f", "json").stdout)["diff"]["files"]
    assert change["file"] == "prompts/a.json"


def test_diff_with_an_unknown_ref(run: Any, project: Path) -> None:
    """A ref that was not fetched is a question that cannot be answered."""
    result = run("lint", "--diff", "origin/main")
    assert result.exit_code == 2
    assert "fetch-depth: 0" in result.stderr


PIPELINE = """\
version: 1
defaults: {on: 2026-11-22}
pipelines:
  - name: report
    max_cost_usd: LIMIT
    stages: [{name: only, model: claude-haiku-4-5, prompt: PROMPT, max_tokens: 200}]
"""


@pytest.mark.parametrize(
    ("limit", "prompt", "code", "rule"),
    [("1", "p.md", 0, None), ("0.0001", "p.md", 1, "BC122"), ("1", "missing.md", 2, "BC904")],
)
def test_pipelines_are_judged_with_the_rest(
    run: Any, project: Path, limit: str, prompt: str, code: int, rule: str | None
) -> None:
    """A pipeline over its limit fails the build at its line of the config; one that cannot be planned does too."""
    (project / "p.md").write_text("Explain.", "utf-8")
    text = PIPELINE.replace("LIMIT", limit).replace("PROMPT", prompt)
    (project / "budgetcalc.yaml").write_text(text, "utf-8")
    result = run("lint", "-f", "json")
    assert result.exit_code == code
    found = [f for f in json.loads(result.stdout)["findings"] if f["severity"] == "error"]
    assert [(f["rule"], f["file"], f["line"]) for f in found] == (
        [(rule, "budgetcalc.yaml", 4)] if rule else []
    )


def test_what_ends_with_a_new_baseline_is_not_accepted(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """The run that writes, what it says it wrote, and the next run agree on how many findings are accepted."""
    monkeypatch.chdir(tmp_path)
    budget = "{files: ['*.md'], max_input_tokens: 1, max_growth: 10%}"
    config = f"version: 1\ndefaults: {{model: claude-opus-4-6}}\nbudgets: [{budget}]\n"
    Path("budgetcalc.yaml").write_text(config, encoding="utf-8")
    for words in (5, 500):
        # First there is no baseline to have grown over; then there is one, and the file has outgrown it.
        Path("a.md").write_text("word " * words, encoding="utf-8")
        written = run("lint", "--write-baseline", "-f", "json")
        assert "1 file, 1 finding accepted" in written.stderr
        document, following = json.loads(written.stdout), json.loads(run("lint", "-f", "json").stdout)
        assert document["checked"]["accepted"] == following["checked"]["accepted"] == 1
        assert [document["passed"], document["findings"]] == [following["passed"], following["findings"]]
        assert "max_growth" not in {line["limit_key"] for line in document["budgets"]}
