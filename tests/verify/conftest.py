"""What the tests of recordings share: the command line in this process, and small recorded calls."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from budgetcalc.cli.app import app


@pytest.fixture
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith(("BUDGETCALC_", "ANTHROPIC_", "NO_COLOR"))]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(_clean_environment: None) -> Any:
    """Run arguments in this process, through the error boundary."""

    def runner(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, list(map(str, args)), input=stdin, prog_name="budgetcalc")

    return runner


@pytest.fixture
def jsonl(tmp_path: Path) -> Any:
    """Write values as lines of JSON and return the file's name."""

    def write(*values: Any, name: str = "recordings.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
        return str(path)

    return write
