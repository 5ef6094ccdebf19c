"""What the tests of the command line share: a runner with a clean environment, and small inputs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from budgetcalc.cli.app import app

CHECKOUT = Path(__file__).parents[2]
CLEARED = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS", "TERM")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*CLEARED, *(each for each in os.environ if each.startswith("BUDGETCALC_"))]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run() -> Any:
    """Run arguments in this process, through the error boundary."""

    def runner(*args: str, stdin: str | bytes | None = None, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(app, list(args), input=stdin, env=env, prog_name="budgetcalc")

    return runner


@pytest.fixture
def request_file(tmp_path: Path) -> Any:
    """Write a request body to a file and return its name."""

    def write(name: str = "request.json", **changes: Any) -> str:
        body = {
            "model": "claude-sonnet-4-5",
            "max_tokens": 1000,
            "messages": [{"role": "user", "content": "Hello, Claude"}],
        } | changes
        path = tmp_path / name
        path.write_text(json.dumps({k: v for k, v in body.items() if v is not None}), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def process_env() -> dict[str, str]:
    """The environment of a real process: the checkout importable, nothing that changes the look."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("BUDGETCALC_") and k not in CLEARED}
    return env | {"PYTHONPATH": str(CHECKOUT), "PYTHONWARNINGS": "error"}
