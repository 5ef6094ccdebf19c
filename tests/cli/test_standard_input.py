"""Commands that take inputs read standard input when somebody gives one, and show their help otherwise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "budgetcalc"]
REQUEST = {
    "model": "claude-haiku-4-5",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "Hello, Claude"}],
}
USAGE = {"input_tokens": 10, "output_tokens": 5}
RESPONSE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5",
    "usage": USAGE,
}
GIVEN = {
    "estimate": (REQUEST, 0),
    "price": (RESPONSE, 0),
    "verify": ({"request": REQUEST, "usage": USAGE}, 0),
    "calibrate": ({"request": REQUEST, "usage": USAGE}, 0),
}
commands = pytest.mark.parametrize("command", GIVEN)


@commands
def test_a_pipe_without_a_minus_is_read(command: str, process_env: dict[str, str]) -> None:
    """What is piped into a command is read, whichever of them it is."""
    content, code = GIVEN[command]
    done = subprocess.run(
        check=False,
        args=[*COMMAND, command],
        input=json.dumps(content).encode(),
        capture_output=True,
        env=process_env,
    )
    assert done.returncode == code, done.stderr
    assert b"Usage:" not in done.stdout


@commands
def test_a_file_as_standard_input_is_read(command: str, process_env: dict[str, str], tmp_path: Path) -> None:
    """``< FILE`` is standard input as a pipe is."""
    content, code = GIVEN[command]
    path = tmp_path / "given.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with path.open("rb") as stdin:
        done = subprocess.run(
            check=False, args=[*COMMAND, command], stdin=stdin, capture_output=True, env=process_env
        )
    assert done.returncode == code, done.stderr
    assert b"Usage:" not in done.stdout


@commands
def test_nothing_as_standard_input_gives_help(command: str, process_env: dict[str, str]) -> None:
    """``/dev/null`` says that there is no input: the help, examples first, and exit code 2."""
    done = subprocess.run(
        [*COMMAND, command], check=False, stdin=subprocess.DEVNULL, capture_output=True, env=process_env
    )
    assert done.returncode == 2
    assert b"Usage:" in done.stdout
    assert b"Examples:" in done.stdout.split(b"Options:")[0]


@commands
def test_standard_input_has_one_name(command: str, process_env: dict[str, str]) -> None:
    """What is wrong with standard input is said of ``<stdin>``, by every command."""
    done = subprocess.run(
        check=False,
        args=[*COMMAND, command, "-"],
        input=b'{"a": 1}\n[1\n',
        capture_output=True,
        env=process_env,
    )
    said = (done.stdout + done.stderr).decode()
    assert done.returncode in {1, 2}
    assert "<stdin>" in said
    assert not re.search(r"(^|\s)-:", said)


def test_transcripts_are_priced_without_looking_at_standard_input(
    process_env: dict[str, str], tmp_path: Path
) -> None:
    """``--claude-code`` names an input: a pipe that a script happens to hold is not read."""
    done = subprocess.run(
        check=False,
        args=[*COMMAND, "price", "--claude-code"],
        input=json.dumps(RESPONSE).encode(),
        capture_output=True,
        env=process_env | {"HOME": str(tmp_path), "CLAUDE_CONFIG_DIR": str(tmp_path)},
    )
    assert done.returncode == 2
    assert b"0 read" in done.stdout


def test_doubts_about_a_request_name_standard_input_too(process_env: dict[str, str]) -> None:
    """A warning, the page and the document have the same name for it."""
    for form in ("text", "json", "csv"):
        done = subprocess.run(
            [*COMMAND, "estimate", "-", "--max-tokens", "5", "-f", form],
            check=False,
            input=json.dumps(REQUEST).encode(),
            capture_output=True,
            env=process_env,
        )
        assert b"<stdin>: warning: --max-tokens is ignored" in done.stderr
        assert b"<stdin>" in done.stdout
