"""What the tests of ``price`` share: a runner with a clean environment, and files of JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from budgetcalc.cli.app import app

CLEARED = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS", "TERM")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*CLEARED, *(each for each in os.environ if each.startswith("BUDGETCALC_"))]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run ``price`` with arguments in this process, through the error boundary."""

    def runner(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["price", *args], input=stdin, prog_name="budgetcalc")

    return runner


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write JSON lines to a file and return its name."""

    def writer(*records: Any, name: str = "usage.jsonl") -> str:
        path = tmp_path / name
        lines = (each if isinstance(each, str) else json.dumps(each) for each in records)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)

    return writer
