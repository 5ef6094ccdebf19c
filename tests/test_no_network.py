"""Nothing is sent, nothing is fetched: every command runs where no socket can be made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from budgetcalc.cli import app
from budgetcalc.render import formats

CHECKOUT = Path(__file__).parents[1]
SEALED = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        raise SystemExit(f"network: {event}")

sys.addaudithook(refuse)
from budgetcalc.cli import main
main()
"""
REQUEST = {
    "model": "claude-haiku-4-5",
    "max_tokens": 2_000,
    "thinking": {"type": "enabled", "budget_tokens": 1_024},
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Read both."},
                {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
                {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}},
            ],
        }
    ],
}
USAGE = {"model": "claude-haiku-4-5", "usage": {"input_tokens": 10, "output_tokens": 5}}
COMMANDS = {
    "estimate": [["estimate", "request.json", "-f", each] for each in formats("estimate")]
    + [
        ["estimate", "prompt.md", "--model", name]
        for name in ("gpt-4o", "gpt-4.1", "gemini-2.5-pro", "claude-opus-5")
    ],
    "price": [["price", "usage.json", "-f", each] for each in formats("price")],
    "lint": [["lint", "-f", each] for each in formats("lint")]
    + [["lint", "request.json", "--config", "none"]],
    "verify": [["verify", "recordings.jsonl", "-f", each] for each in formats("verify")],
    "calibrate": [["calibrate", "recordings.jsonl"]],
    "plan": [["plan", "-f", each] for each in formats("plan")],
    "init": [["init", "-o", "-"]],
    "models": [["models", "-f", each] for each in formats("models")] + [["models", "claude-opus-4-6"]],
    "explain": [["explain"], ["explain", "BC301", "-f", "json"]],
}


CONFIG = """\
version: 1
defaults: {model: claude-haiku-4-5, max_tokens: 500}
budgets: [{name: all, files: [request.json, prompt.md], max_input_tokens: 100000}]
pipelines: [{name: one, stages: [{name: only, prompt: prompt.md}]}]
"""


def sealed(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SEALED, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "BUDGETCALC_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "request.json").write_text(json.dumps(REQUEST), "utf-8")
    (tmp_path / "usage.json").write_text(json.dumps(USAGE), "utf-8")
    hello = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
    recording = {"request": hello, "usage": {"input_tokens": 8, "output_tokens": 1}}
    (tmp_path / "recordings.jsonl").write_text(f"{json.dumps(recording)}\n", "utf-8")
    (tmp_path / "budgetcalc.yaml").write_text(CONFIG, "utf-8")
    (tmp_path / "prompt.md").write_text("Write a poem about the sea.\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("arguments", [each for group in COMMANDS.values() for each in group], ids=" ".join)
def test_no_command_makes_a_socket(folder: Path, arguments: list[str]) -> None:
    """A command answers, and asks nobody: URLs in a request are not fetched, vocabularies are at hand."""
    done = sealed(folder, arguments)
    assert "network:" not in done.stderr
    assert done.returncode in {0, 1}
    assert done.stdout or arguments[0] == "calibrate"


def test_the_seal_holds() -> None:
    """The hook these tests rest on stops a socket that is made."""
    done = sealed(CHECKOUT, ["--version"])
    assert done.returncode == 0
    code = SEALED.replace("main()", "import socket; socket.socket()")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert "network: socket.__new__" in done.stderr


def test_every_command_is_in_the_table() -> None:
    """A new command has to show that it needs no network."""
    assert set(app.COMMANDS) == set(COMMANDS)
