"""Words a shell completes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.cli import completion


@pytest.mark.parametrize(
    ("complete", "incomplete", "word"),
    [
        (completion.complete_model, "claude-haiku-4", "claude-haiku-4-5"),
        (completion.complete_effort, "hi", "high"),
        (completion.complete_topic, "clam", "clamped"),
        (completion.complete_topic, "BC3", "BC301"),
        (completion.complete_beta, "context-1m", "context-1m-2025-08-07"),
        (completion.complete_limit, "doc", "document="),
    ],
)
def test_words(complete: Any, incomplete: str, word: str) -> None:
    """Completion offers what starts like the incomplete word, and nothing twice."""
    words = complete(incomplete)
    assert word in words
    assert len(set(words)) == len(words)
    assert all(each.startswith(incomplete) for each in words)


HOSTILE = [
    "$(touch x)",
    "a b",
    "-rf",
    "a\x1b[31m",
    "`id`",
    "a;b",
    "a'b",
    'a"b',
    "a\nb",
    "a*",
    "\u202ea",
]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_only_plain_words_of_a_checkout(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    """Names of pipelines that a shell or a terminal would obey are not offered."""
    stage = {"name": "s", "prompt": "a.md"}
    pipelines = [{"name": name, "stages": [stage]} for name in [*HOSTILE, "report-1", "übersicht"]]
    (tmp_path / "budgetcalc.yaml").write_text(json.dumps({"version": 1, "pipelines": pipelines}), "utf-8")
    monkeypatch.chdir(tmp_path)
    assert completion.complete_pipeline("") == ["report-1", "übersicht"]
    env = {
        "_BUDGETCALC_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "budgetcalc plan ",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": "budgetcalc plan ",
        "COMP_CWORD": "2",
    }
    offered = run(env=env).stdout
    assert "report-1" in offered
    assert not [name for name in HOSTILE if name in offered]


def test_a_shell_gets_model_names(run: Any) -> None:
    """The completion built into typer answers with them."""
    env = {
        "_BUDGETCALC_COMPLETE": "complete_bash",
        "COMP_WORDS": "budgetcalc models claude-haiku-4-5-",
        "COMP_CWORD": "2",
    }
    result = run(env=env)
    assert "claude-haiku-4-5-20251001" in result.stdout
    assert result.exit_code == 0
