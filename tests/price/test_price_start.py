"""What a start of ``price`` loads, and when it shows progress."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.cli import progress as module
from budgetcalc.cli.progress import progress

from .rows import response

CHECKOUT = Path(__file__).parents[2]
REPORT = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"


@pytest.mark.parametrize("format_", ["json", "jsonl", "csv", "text", "markdown", "html"])
def test_a_pipe_loads_no_terminal_and_no_yaml(format_: str) -> None:
    """No format needs rich or YAML on its way into a pipe, nor anything that counts text."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{REPORT} from budgetcalc.cli import main; main()",
            "price",
            "-",
            "-f",
            format_,
        ],
        input=json.dumps(response()),
        capture_output=True,
        encoding="utf-8",
        cwd=CHECKOUT,
        env={k: v for k, v in os.environ.items() if not k.startswith(("COV_", "BUDGETCALC_"))},
        check=True,
    )
    modules = set(done.stderr.split())
    assert not modules & {"rich", "yaml", "tiktoken", "regex", "pydantic", "jsonschema"}
    assert not modules & {"budgetcalc.counting", "budgetcalc.claude_text", "budgetcalc.estimates"}
    assert "budgetcalc.usage_report" in modules


class _Terminal(StringIO):
    def isatty(self) -> bool:
        """A person looks at it."""
        return True


def test_no_progress_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe and -q are never animated, however long it takes."""
    monkeypatch.setattr(module, "QUIET_SECONDS", -1.0)
    for stream, quiet in ((StringIO(), False), (_Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress(quiet=quiet) as seen:
            for _ in range(2 * module.EVERY):
                seen("a.jsonl")
        assert stream.getvalue() == ""


def test_progress_on_a_terminal_counts_rows_and_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long work shows how far it is, with the file's name made safe, and takes the bar away."""
    stream: Any = _Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(module, "QUIET_SECONDS", -1.0)
    monkeypatch.setenv("TERM", "xterm")
    with progress(quiet=False) as seen:
        for n in range(2 * module.EVERY):
            seen(f"[red]{n % 2}\x1b]0;title\x07")
    assert "1,000 rows" in stream.getvalue()
    assert "\x1b]0;title" not in stream.getvalue()


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that is done at once loads no progress bar."""
    stream = _Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(module, "QUIET_SECONDS", 1000.0)
    with progress(quiet=False) as seen:
        for _ in range(2 * module.EVERY):
            seen("a.jsonl")
    assert stream.getvalue() == ""
