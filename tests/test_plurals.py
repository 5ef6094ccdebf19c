"""Numbers agree with what they count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from budgetcalc.cli.app import app
from budgetcalc.plurals import plural


def test_one_is_one() -> None:
    """One stands with one, everything else with several, thousands with their commas."""
    assert [plural(n, "day") for n in (0, 1, 2, 1000)] == ["0 days", "1 day", "2 days", "1,000 days"]


REQUEST: dict[str, Any] = {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "x"}]}
MESSAGES = {
    "1 record cannot be read": ("verify", "broken.jsonl"),
    "in 1 day": ("lint", "b.json", "--config", "none", "--on", "2026-06-14", "-v"),
    "1 block of type": ("lint", "c.json", "--config", "none"),
    "1 message has the role of the one before": ("lint", "d.json", "--config", "none", "-v"),
}


@pytest.mark.parametrize("said", MESSAGES)
def test_messages_about_one(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message speaks of 1 days, 1 records or 1 tokens."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
    unknown = {"role": "user", "content": [{"type": "hologram"}]}
    bodies = {
        "b": REQUEST | {"model": "claude-opus-4-20250514"},
        "c": REQUEST | {"messages": [unknown]},
        "d": REQUEST | {"messages": REQUEST["messages"] * 2},
    }
    for name, body in bodies.items():
        Path(f"{name}.json").write_text(json.dumps(body), "utf-8")
    recorded = json.dumps({"request": REQUEST, "usage": {"input_tokens": 8, "output_tokens": 1}})
    Path("broken.jsonl").write_text(f'{recorded}\n{{"cut\n', "utf-8")
    output = CliRunner().invoke(app, MESSAGES[said], prog_name="budgetcalc").output
    assert said in output
