"""``budgetcalc init``: what it writes is a configuration that passes, for just the files that were found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

REQUEST = {
    "model": "claude-sonnet-4-6",
    "max_tokens": 500,
    "messages": [{"role": "user", "content": "Hello"}],
}


def put(folder: Path, name: str, content: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with all kinds of files, and some that are none of them."""
    monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "repo"
    put(folder, "prompts/support/ask.json", REQUEST)
    put(folder, "prompts/support/deep/again.json", REQUEST)
    put(folder, "suite/all.jsonl", f"{json.dumps(REQUEST)}\n{json.dumps(REQUEST)}\n")
    put(folder, "prompts/write.md", "Write a poem.\n")
    put(folder, "CLAUDE.md", "Be brief.\n")
    put(folder, ".claude/skills/a/SKILL.md", "Do this.\n")
    put(folder, "tools/all.json", [{"name": "get", "description": "d", "input_schema": {"type": "object"}}])
    put(folder, "tools/other.json", {"not": "a list of tools"})
    put(folder, "package.json", {"name": "x"})
    put(folder, "node_modules/a/request.json", REQUEST)
    put(folder, "docs/readme.md", "Not a prompt.\n")
    put(folder, "broken.json", '{"messages": [')
    monkeypatch.chdir(folder)
    return folder


def test_what_is_written_passes_and_covers_what_is_there(run: Any, project: Path) -> None:
    """Lint passes at once; requests, prompts, instructions and tools have budgets, other files have none."""
    assert run("init", "--on", "2026-11-22").exit_code == 0
    config = yaml.safe_load((project / "budgetcalc.yaml").read_text("utf-8"))
    assert [each["name"] for each in config["budgets"]] == [
        "instructions",
        "prompts in prompts",
        "requests in prompts",
        "requests in suite",
        "tool definitions in tools",
    ]
    assert config["defaults"]["model"] == "claude-sonnet-4-6"
    result = run("lint", "-f", "json", "--on", "2026-11-22")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["passed"]) == (0, True)
    assert [each["file"] for each in document["measurements"]] == [
        ".claude/skills/a/SKILL.md",
        "CLAUDE.md",
        "prompts/support/ask.json",
        "prompts/support/deep/again.json",
        "prompts/write.md",
        "suite/all.jsonl",
        "tools/all.json",
    ]


def test_a_glob_never_takes_in_other_files(run: Any, project: Path) -> None:
    """Beside a file that is no list of tools, the tools are named and not globbed."""
    run("init")
    config = yaml.safe_load((project / "budgetcalc.yaml").read_text("utf-8"))
    globs = {each["name"]: each["files"] for each in config["budgets"]}
    assert globs["tool definitions in tools"] == ["tools/all.json"]
    assert globs["requests in prompts"] == ["prompts/**/*.json"]


def test_a_budget_has_room_but_not_much(run: Any, project: Path) -> None:
    """A fifth more than today, rounded up."""
    run("init", "--on", "2026-11-22")
    budgets = yaml.safe_load((project / "budgetcalc.yaml").read_text("utf-8"))["budgets"]
    measured = json.loads(run("lint", "-f", "json", "--on", "2026-11-22").stdout)["budgets"]
    for each in (line for line in measured if line["limit_key"] == "max_input_tokens"):
        assert each["measured"] * 1.2 <= each["limit"] <= each["measured"] * 1.2 * 1.1 + 1
    assert all("max_growth" in each for each in budgets)


def test_an_empty_folder_gets_an_example(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to budget is said in the file, which is still a configuration."""
    monkeypatch.chdir(tmp_path)
    assert run("init").exit_code == 0
    text = (tmp_path / "budgetcalc.yaml").read_text("utf-8")
    assert "Nothing was found" in text
    assert run("lint").exit_code == 2


def test_nothing_is_replaced_unasked(run: Any, project: Path) -> None:
    """A configuration that is there stays, unless --force says otherwise; '-' only shows."""
    put(project, "budgetcalc.yaml", "mine")
    result = run("init")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert run("init", "-o", "-").stdout.startswith("# Budgets")
    assert (project / "budgetcalc.yaml").read_text("utf-8") == "mine"
    assert run("init", "--force").exit_code == 0
    assert (project / "budgetcalc.yaml").read_text("utf-8") != "mine"


def test_hostile_names_are_quoted(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names with glob characters, quotes and colons come out as globs that stand for just them."""
    monkeypatch.chdir(tmp_path)
    for name in ("a[1]*.json", 'b": {x}.json', "c # d.json", "ü\u202e.json"):
        put(tmp_path, f"x/{name}", REQUEST)
    put(tmp_path, "x/other.json", {"no": "request"})
    assert run("init").exit_code == 0
    result = run("lint", "-f", "json")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["measurements"]) == 4


def test_what_gets_no_budget_is_said(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be measured is named with the reason, and a request that the API refuses is announced."""
    put(tmp_path, "ask.json", REQUEST)
    put(tmp_path, "broken.json", '{"messages": [\n')
    put(tmp_path, "new.json", REQUEST | {"model": "claude-9"})
    put(tmp_path, "thin.json", REQUEST | {"thinking": {"type": "enabled", "budget_tokens": 3}})
    put(tmp_path, "package.json", {"name": "no request"})
    monkeypatch.chdir(tmp_path)
    result = run("init", "--on", "2026-11-22")
    assert result.exit_code == 0
    said = result.stderr.splitlines()
    assert said[0].startswith("no budget for broken.json:")
    assert said[1] == 'no budget for new.json: unknown model "claude-9"'
    assert said[2] == "1 file breaks a rule of the API: `budgetcalc lint` will fail until that is mended"
    assert said[3].startswith("budgetcalc.yaml: 1 budget for 2 files.")


def test_many_files_without_a_budget_are_counted(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten are named, the others counted."""
    for number in range(13):
        put(tmp_path, f"broken{number:02}.json", '{"messages": [')
    monkeypatch.chdir(tmp_path)
    said = run("init").stderr.splitlines()
    assert len([line for line in said if line.startswith("no budget for broken")]) == 10
    assert said[10] == "no budget for 3 more files that cannot be measured"


def test_a_repository_with_too_many_files_is_told_so(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not looked at is not passed over in silence."""
    monkeypatch.setattr("budgetcalc.readers.project_files.MOST_FILES", 2)
    for name in ("a.json", "b.json", "c.json"):
        put(tmp_path, name, REQUEST)
    monkeypatch.chdir(tmp_path)
    result = run("init")
    assert "only the first 2 files that may hold something were looked at" in result.stderr.splitlines()[0]
    assert "budgetcalc.yaml: 1 budget for 2 files" in result.stderr


@pytest.mark.parametrize(
    ("on", "model", "comment"),
    [
        ("2026-10-14", "claude-haiku-4-5-20251001", "the usual one here"),
        ("2026-10-15", "claude-haiku-5-5", "requests name claude-haiku-4-5-20251001, which"),
    ],
)
def test_the_default_is_a_model_that_is_promised(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: str, model: str, comment: str
) -> None:
    """The usual model until the day it may be retired; from then on the newest of its family, and why is said."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "a.json", REQUEST | {"model": "claude-haiku-4-5"})
    put(tmp_path, "b.json", REQUEST | {"model": "claude-haiku-4-5"})
    put(tmp_path, "c.json", REQUEST)
    text = run("init", "-o", "-", "--on", on).stdout
    assert yaml.safe_load(text)["defaults"]["model"] == model
    assert comment in text


def test_small_files_may_grow_by_more_than_a_word(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10 % where that is 50 tokens of every file; else tokens, 50 of them at least."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "CLAUDE.md", "Be brief.\n")
    put(tmp_path, "long/a.json", REQUEST | {"messages": [{"role": "user", "content": "word " * 600}]})
    put(tmp_path, "mixed/a.json", REQUEST)
    put(tmp_path, "mixed/b.json", REQUEST | {"messages": [{"role": "user", "content": "word " * 993}]})
    budgets = yaml.safe_load(run("init", "-o", "-", "--on", "2026-11-22").stdout)["budgets"]
    growth = {each["name"]: each["max_growth"] for each in budgets}
    assert growth["instructions"] == 50
    assert growth["requests in long"] == "10%"
    assert growth["requests in mixed"] == 1001 * 10 // 100
