"""``budgetcalc plan``: the pipelines of a configuration on a real folder."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

CONFIG = """\
version: 1
defaults: {on: 2026-11-22, max_tokens: 300}
pipelines:
  - name: report
    max_cost_usd: 0.40
    stages:
      - {name: explain, model: claude-haiku-4-5, prompt: prompts/explain.md, max_tokens: 200}
      - {name: plan, model: claude-opus-4-5, prompt: prompts/plan.md, max_tokens: 4096, thinking_budget: 1024,
         calls: 3, fed_by: [explain]}
  - name: "short [red]\\e[31m"
    stages:
      - {name: only, model: claude-haiku-4-5, prompt: prompts/explain.md, max_input_tokens: LIMIT}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write a project with two pipelines and go there."""

    def write(limit: int = 1_000) -> Path:
        (tmp_path / "prompts").mkdir(exist_ok=True)
        (tmp_path / "prompts/explain.md").write_text("Explain the module.\n", "utf-8")
        (tmp_path / "prompts/plan.md").write_text("Write a plan.\n", "utf-8")
        (tmp_path / "budgetcalc.yaml").write_text(CONFIG.replace("LIMIT", str(limit)), "utf-8")
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return write


def test_a_project_within_its_limits(run: Any, project: Any) -> None:
    """Every pipeline is a table with a total; exit code 0."""
    project()
    result = run("plan")
    assert result.exit_code == 0
    assert "pipeline report" in result.stdout
    assert "within  max_cost_usd: $0.3118 of $0.4" in result.stdout
    assert "\x1b" not in result.stdout


def test_json_has_what_the_table_has(run: Any, project: Any) -> None:
    """Stages add up to the totals, money is plain text, and the defaults of the config hold."""
    project()
    document = json.loads(run("plan", "-f", "json").stdout)
    assert (document["schema"], document["passed"], document["prices"]["on"]) == (
        "budgetcalc/plan/v1",
        True,
        "2026-11-22",
    )
    report, short = document["pipelines"]
    assert (
        sum(each["input"]["tokens"] * each["calls"] for each in report["stages"])
        == report["totals"]["input_tokens"]
    )
    money = [Decimal(each["cost"]["total_max"]) for each in report["stages"]]
    assert sum(money) == Decimal(report["totals"]["cost"]["total_max"])
    assert report["stages"][1]["fed_tokens"] == 200
    assert short["stages"][0]["max_tokens"] == 300


def test_over_a_limit_is_exit_1(run: Any, project: Any) -> None:
    """A stage over its limit is an error with both numbers."""
    project(limit=5)
    result = run("plan", "-f", "markdown")
    assert result.exit_code == 1
    assert "BC121" in result.stdout
    assert "allowed 5" in result.stdout


def test_one_pipeline_by_name(run: Any, project: Any) -> None:
    """A name leaves the others out, and their faults."""
    project(limit=5)
    result = run("plan", "report")
    assert result.exit_code == 0
    assert "short" not in result.stdout


def test_an_unknown_name_says_what_there_is(run: Any, project: Any) -> None:
    """A misspelled name is a question that cannot be answered."""
    project()
    result = run("plan", "reprot")
    assert result.exit_code == 2
    assert "report" in result.stderr


def test_a_missing_prompt_is_exit_2(run: Any, project: Any) -> None:
    """What cannot be read is said, the other stages are planned, and there is no total."""
    (project() / "prompts/plan.md").unlink()
    result = run("plan", "report", "-f", "json")
    assert result.exit_code == 2
    (pipeline,) = json.loads(result.stdout)["pipelines"]
    assert pipeline["totals"]["cost"]["total_max"] is None
    assert "no such file" in result.stderr


def test_without_a_configuration_init_is_named(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to plan where nothing is configured."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    result = run("plan")
    assert result.exit_code == 2
    assert "init" in result.stderr
