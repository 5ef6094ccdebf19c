"""Reading that begins before the arguments are parsed changes no answer and leaves nothing behind."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from budgetcalc.cli import early_reading
from budgetcalc.cli.usage_intake import Intake
from budgetcalc.readers.usage import two_processes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from budgetcalc.readers.usage.two_processes import RowsInTwo


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder that is worth a second process."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("the system has no memory that two processes share by number")
    monkeypatch.setattr(two_processes, "WORTH_IT", 1)
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    logs = tmp_path / "logs" / "projects"
    logs.mkdir(parents=True)
    for at in range(4):
        usage = {"input_tokens": at, "output_tokens": 5}
        line = {"type": "assistant", "sessionId": "s", "timestamp": "2026-10-01T00:00:00Z"}
        message = {"id": f"m{at}", "model": "claude-haiku-4-5", "usage": usage}
        (logs / f"{at}.jsonl").write_text(json.dumps(line | {"message": message}))
    yield logs
    early_reading.end()


def is_gone(rows: RowsInTwo) -> bool:
    """Whether the process that read is no child of ours any more."""
    assert rows.fork is not None
    try:
        os.waitpid(rows.fork.process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_a_folder_is_read_by_whoever_asks_for_it(folder: Path) -> None:
    early_reading.begin(["price", "-f", "json", str(folder), "--by", "day"])
    (rows,) = early_reading._begun.values()
    intake = Intake([str(folder)])
    assert intake.begun is rows
    early = list(intake._rows(lambda file, rows=1: None))
    assert early == list(Intake([str(folder)])._rows(lambda file, rows=1: None))
    assert len(early) == 4
    assert is_gone(rows)


@pytest.mark.parametrize(
    "words", [["price", "--help"], ["price"], [], ["lint", "FOLDER"], ["price", "-o=FOLDER"]]
)
def test_other_command_lines_begin_nothing(folder: Path, words: list[str]) -> None:
    early_reading.begin([word.replace("FOLDER", str(folder)) for word in words])
    assert not early_reading._begun


def test_the_transcripts_of_this_machine_are_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(folder.parent))
    early_reading.begin(["price", "--claude-code"])
    (rows,) = early_reading._begun.values()
    assert Intake([], claude_code=True).begun is rows
    rows.close()


def test_a_small_folder_is_not_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process is sooner done with it."""
    monkeypatch.setattr(two_processes, "WORTH_IT", 10**9)
    early_reading.begin(["price", str(folder)])
    assert not early_reading._begun


def test_a_folder_that_is_read_in_another_way_is_read_anew(folder: Path) -> None:
    """What was begun finds out the format by itself."""
    early_reading.begin(["price", str(folder), "--input-format", "litellm"])
    (rows,) = early_reading._begun.values()
    intake = Intake([str(folder)], "litellm")
    assert intake.begun is not rows
    intake.close()
    early_reading.end()
    assert is_gone(rows)
    assert not early_reading._begun


def test_a_command_line_that_is_refused_ends_what_was_begun(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """No process goes on reading for nobody."""
    from budgetcalc.cli import main

    begun: list[RowsInTwo] = []
    end = early_reading.end

    def note_and_end() -> None:
        begun.extend(early_reading._begun.values())
        end()

    monkeypatch.setattr(early_reading, "end", note_and_end)
    monkeypatch.setattr("sys.argv", ["budgetcalc", "price", str(folder), "--no-such-option"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "--no-such-option" in capfd.readouterr().err
    (rows,) = begun
    assert is_gone(rows)
