"""Words a shell completes."""

from __future__ import annotations

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
