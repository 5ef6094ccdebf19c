"""Drop a folder into ``tests/corpus/<command>/`` and it is a test.

``cmd`` holds the arguments, one shell-like line that is run inside the folder, then the exit code if not 0.
``expected.<txt|json|jsonl|csv|md>`` is what standard output must be in that format. JSON is compared as
data, and may leave keys out: they are not looked at. ``BUDGETCALC_UPDATE=1`` writes the other formats.
"""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from budgetcalc.cli.app import app

CORPUS = Path(__file__).parent / "corpus"
SUFFIXES = {"text": "txt", "json": "json", "jsonl": "jsonl", "csv": "csv", "markdown": "md"}
EXPECTATIONS = sorted(CORPUS.glob("*/*/expected.*"))


def contains(actual: Any, expected: Any, path: str = "") -> None:
    """Assert that the data holds everything expected of it; lists have to be of one length."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in actual, f"{path}/{key} is missing"
            contains(actual[key], value, f"{path}/{key}")
    elif isinstance(expected, list):
        assert len(actual) == len(expected), f"{path} has {len(actual)} items, not {len(expected)}"
        for index, value in enumerate(expected):
            contains(actual[index], value, f"{path}/{index}")
    else:
        assert actual == expected, f"{path} is {actual!r}, not {expected!r}"


@pytest.mark.parametrize(
    "expectation", EXPECTATIONS, ids=lambda path: f"{path.parent.name}-{path.suffix[1:]}"
)
def test_case(expectation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of the folder says what its expectation says, and exits with its code."""
    format_ = next(name for name, suffix in SUFFIXES.items() if expectation.suffix == f".{suffix}")
    line, _, code = (expectation.parent / "cmd").read_text(encoding="utf-8").strip().partition("\n")
    monkeypatch.chdir(expectation.parent)
    for name in [each for each in os.environ if each.startswith(("BUDGETCALC_", "NO_COLOR", "FORCE_COLOR"))]:
        if name != "BUDGETCALC_UPDATE":
            monkeypatch.delenv(name)
    result = CliRunner().invoke(app, [*shlex.split(line), "-f", format_], prog_name="budgetcalc")
    assert result.exit_code == int(code or 0), result.output
    if os.environ.get("BUDGETCALC_UPDATE") and format_ not in {"json", "jsonl"}:
        expectation.write_bytes(result.stdout_bytes)
    expected = expectation.read_text(encoding="utf-8")
    if format_ == "json":
        contains(json.loads(result.stdout), json.loads(expected))
    elif format_ == "jsonl":
        contains(
            [json.loads(row) for row in result.stdout.splitlines()],
            [json.loads(row) for row in expected.splitlines()],
        )
    else:
        assert result.stdout == expected


def test_every_case_expects_something() -> None:
    """A folder without an expectation tests nothing."""
    for cmd in CORPUS.glob("*/*/cmd"):
        assert list(cmd.parent.glob("expected.*")), cmd.parent
