"""Whole commands on broken files: exit code 0, 1 or 2, one clear answer, and nobody's text in the messages."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from budgetcalc.cli.app import app

from ..readers_usage.test_metamorphic import JSONL_FORMATS, some_calls
from .damage import MARK, broken_bytes, marked, requests
from .test_authored import configs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that examples write over."""
    return tmp_path_factory.mktemp("commands")


@pytest.fixture(autouse=True, scope="module")
def _clean_environment() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith("BUDGETCALC_")]:
            patch.delenv(name)
        yield


def run(*args: str) -> Result:
    """Run a command in this process and hold what has to hold of every run."""
    result = CliRunner().invoke(app, list(args), prog_name="budgetcalc")
    assert result.exit_code in {0, 1, 2}, result.stderr
    assert "Traceback" not in result.stderr
    assert MARK not in result.output
    assert "\x1b" not in result.output
    assert result.exit_code != 2 or result.output.strip()
    return result


transcripts = some_calls().map(lambda calls: marked(JSONL_FORMATS["transcript"](calls[0])))


@settings(max_examples=20)
@given(broken_bytes(requests), st.sampled_from(["text", "json", "jsonl", "csv", "markdown"]))
def test_estimate(folder: Path, data: bytes, format_: str) -> None:
    """Requests."""
    path = folder / "request.json"
    path.write_bytes(data)
    run("estimate", str(path), "-f", format_, "--config", "none")


@settings(max_examples=20)
@given(broken_bytes(transcripts), st.sampled_from(["text", "json", "csv", "markdown"]))
def test_price(folder: Path, data: bytes, format_: str) -> None:
    """Usage."""
    path = folder / "usage.jsonl"
    path.write_bytes(data)
    run("price", str(path), "-f", format_, "--config", "none", "--by", "project", "--lines")


@settings(max_examples=20)
@given(broken_bytes(requests), st.sampled_from(["text", "json", "github", "sarif", "junit", "gitlab"]))
def test_lint(folder: Path, data: bytes, format_: str) -> None:
    """Every rule."""
    path = folder / "linted.json"
    path.write_bytes(data)
    run("lint", str(path), "-f", format_, "--config", "none")


@settings(max_examples=20)
@given(broken_bytes(configs), st.sampled_from(["lint", "plan", "estimate"]))
def test_configurations(folder: Path, data: bytes, command: str) -> None:
    """A project whose configuration is broken."""
    path = folder / "budgetcalc.yaml"
    path.write_bytes(data)
    prompt = folder / "prompt.md"
    prompt.write_text("Hello", encoding="utf-8")
    run(command, *([] if command == "plan" else [str(prompt)]), "--config", str(path))


@settings(max_examples=15)
@given(requests)
def test_valid_requests_are_answered(folder: Path, body: Any) -> None:
    """An error boundary that turned everything into exit code 2 would pass every other test here."""
    path = folder / "valid.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    result = run("estimate", str(path), "-f", "json", "--config", "none")
    assert result.exit_code in {0, 1}
    assert json.loads(result.stdout)["estimates"][0]["input"]["tokens"] > 0


@pytest.mark.parametrize(
    "amount", ["1e999999999", "1e15", "1e-101", "0e999999999", "NaN", "-1", "1e99999999999999999999"]
)
def test_an_amount_that_is_short_and_huge(folder: Path, amount: str) -> None:
    """Eleven characters that would be a gigabyte of digits are refused where they stand."""
    path = folder / "small.json"
    path.write_text('{"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "x"}]}', "utf-8")
    result = run("estimate", str(path), "--max-cost", amount, "--config", "none")
    assert result.exit_code == 2
    assert "--max-cost" in result.stderr
    assert len(result.output) < 1_000
