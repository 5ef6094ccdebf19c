"""The command line as a real process: a terminal, closed pipes, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-X", "warn_default_encoding", "-m", "budgetcalc"]
posix = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal and signals")


def in_terminal(args: list[str], env: dict[str, str], *, columns: int = 80) -> tuple[int, str]:
    """Run arguments with a pseudo-terminal as output; return the exit code and what it showed."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([*COMMAND, *args], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(), shown.decode()


@posix
def test_a_terminal_gets_colours_and_bars(request_file: Any, process_env: dict[str, str]) -> None:
    """On a terminal the page has colours, a bar, and no line wider than the window."""
    code, shown = in_terminal(
        ["estimate", request_file()], process_env | {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
    )
    assert code == 0
    assert "\x1b[" in shown
    assert "█" in shown


@posix
def test_help_when_a_terminal_would_be_read(process_env: dict[str, str]) -> None:
    """Without INPUT on a terminal there is help instead of waiting, and exit code 2."""
    code, shown = in_terminal(["estimate"], process_env | {"TERM": "dumb"})
    assert code == 2
    assert "Examples:" in shown


@posix
def test_a_dumb_terminal_gets_ascii(request_file: Any, process_env: dict[str, str]) -> None:
    """TERM=dumb has neither escapes nor glyphs."""
    _, shown = in_terminal(["estimate", request_file()], process_env | {"TERM": "dumb"})
    assert "\x1b" not in shown
    assert "█" not in shown
    assert "#" in shown


@posix
def test_no_input_on_a_terminal_is_help(process_env: dict[str, str]) -> None:
    """Nobody waits for input that is not coming."""
    code, shown = in_terminal(["estimate"], process_env)
    assert code == 2
    assert "Examples:" in shown


def test_a_pipe_gets_plain_text(request_file: Any, process_env: dict[str, str]) -> None:
    """In a pipe nothing is coloured, drawn or cut."""
    long = request_file(f"{'long' * 30}.json")
    done = subprocess.run([*COMMAND, "estimate", long], capture_output=True, env=process_env, check=True)
    text = done.stdout.decode()
    assert "\x1b" not in text
    assert long in text
    assert not set("█▓░│─…") & set(text)
    assert done.stderr == b""


def test_an_ascii_stream_gets_ascii(request_file: Any, process_env: dict[str, str]) -> None:
    """A stream that carries only ASCII gets only ASCII, and no error."""
    env = process_env | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*COMMAND, "estimate", request_file()], capture_output=True, env=env, check=True)
    assert done.stdout.isascii()
    assert b">=" in done.stdout


@posix
@pytest.mark.parametrize("args", [["models", "--all"], ["--help"], ["explain"]])
def test_a_closed_pipe_is_quiet(args: list[str], process_env: dict[str, str]) -> None:
    """A reader that goes away ends the program quietly with 0."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*COMMAND, *args], stdout=write, stderr=subprocess.PIPE, env=process_env, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@posix
def test_head_closes_a_stream_quietly(tmp_path: Path, process_env: dict[str, str]) -> None:
    """`budgetcalc estimate -f jsonl | head -1` shows one line and nothing else."""
    row = '{"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "hi"}]}\n'
    file = tmp_path / "rows.jsonl"
    file.write_text(row * 300, encoding="utf-8")
    command = [*COMMAND, "estimate", str(file), "-f", "jsonl"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=process_env
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b'{"source"')
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@posix
def test_ctrl_c(tmp_path: Path, process_env: dict[str, str]) -> None:
    """Ctrl-C while reading exits with 130, without a traceback, and leaves no file behind."""
    target = tmp_path / "out.jsonl"
    command = [*COMMAND, "estimate", "-", "-v", "-f", "jsonl", "-o", str(target)]
    del process_env["PYTHONWARNINGS"]  # an import that is interrupted leaves its file to the collector
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_env,
        # A suite that runs in the background of a shell ignores the signal, and its children would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    ) as process:
        assert process.stderr
        # The last line that is said before it waits for input that does not come.
        while not process.stderr.readline().startswith(b"betas:"):
            pass
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


def test_the_module_runs(process_env: dict[str, str]) -> None:
    """`python -m budgetcalc --version` is the command."""
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, env=process_env, check=True)
    assert done.stdout == b"budgetcalc 0.1.0\n"
