"""Where output goes."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.cli.output import encodable, write
from budgetcalc.errors import UsageError


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """The file holds everything, with line feeds, and nothing else is left beside it."""
    target = tmp_path / "out.txt"
    write(iter(["one\n", "two – three\n"]), str(target))
    assert target.read_bytes() == "one\ntwo – three\n".encode()
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    """When the output cannot be finished the old file stays as it was and no draft is left."""
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")

    def pieces() -> Any:
        yield "new"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(pieces(), str(target))
    assert target.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.txt"]


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    """A file that is replaced keeps its permissions, and a link goes on pointing to it."""
    target, link = tmp_path / "out.txt", tmp_path / "link"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    write(["new"], str(link))
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_device_is_written_directly() -> None:
    """What is no file is not replaced by one."""
    write(["gone"], os.devnull)
    assert not Path(os.devnull).is_file()


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    """A file that cannot be made is an error of usage."""
    with pytest.raises(UsageError, match="No such file"):
        write(["x"], str(tmp_path / "missing" / "out.txt"))


def test_the_command_writes_the_same_to_a_file(run: Any, request_file: Any, tmp_path: Path) -> None:
    """-o FILE holds what standard output would; -o - is standard output."""
    target, args = tmp_path / "out.json", ("estimate", request_file(), "-f", "json")
    result = run(*args, "-o", str(target))
    assert result.stdout == ""
    assert target.read_text(encoding="utf-8") == run(*args).stdout == run(*args, "-o", "-").stdout


def test_text_that_a_stream_cannot_carry() -> None:
    """Typography turns to ASCII and the rest is escaped; text it can carry stays."""
    assert encodable("1–2 × é 猫", "latin-1") == "1-2 x é \\u732b"
    assert encodable("1–2 × é 猫", "utf-8") == "1–2 × é 猫"
    assert encodable("\udc80", "utf-8") == "\\udc80"


@pytest.mark.parametrize(
    ("command", "name", "format_"),
    [
        ("estimate", "a.json", "json"),
        ("estimate", "a.jsonl", "jsonl"),
        ("estimate", "a.csv", "csv"),
        ("estimate", "A.MD", "markdown"),
        ("estimate", "a.html", "text"),  # it has no HTML
        ("estimate", "a.txt", "text"),
        ("estimate", "json", "text"),
        ("lint", "a.sarif", "sarif"),
        ("lint", "a.json", "json"),
    ],
)
def test_the_name_of_the_output_says_the_format(
    run: Any, request_file: Any, tmp_path: Path, command: str, name: str, format_: str
) -> None:
    """Without --format, a file is what its ending says, where the command has that format."""
    request = request_file()
    run(command, request, "-o", str(tmp_path / name), "--config", "none")
    run(command, request, "-o", str(tmp_path / "expected"), "-f", format_, "--config", "none")
    assert (tmp_path / name).read_text("utf-8") == (tmp_path / "expected").read_text("utf-8")


def test_a_format_that_the_command_has_not_is_said(run: Any, request_file: Any, tmp_path: Path) -> None:
    """A name that ends with another format gets text with a warning, and a name that ends with none of them text."""
    request = request_file()
    result = run("estimate", request, "-o", str(tmp_path / "a.sarif"))
    assert "warning: estimate has no sarif, so that" in result.stderr
    assert "-f takes text, json, jsonl, csv, markdown" in result.stderr
    assert "warning: estimate has no" not in run("estimate", request, "-o", str(tmp_path / "a.txt")).stderr
    assert (tmp_path / "a.sarif").read_text("utf-8") == (tmp_path / "a.txt").read_text("utf-8")


def test_a_format_that_was_named_wins_over_the_name_of_the_output(
    run: Any, request_file: Any, tmp_path: Path
) -> None:
    """A flag and a variable say more than an ending does; -v says where the format is from."""
    out, request = tmp_path / "a.json", request_file()
    run("estimate", request, "-f", "csv", "-o", str(out))
    assert out.read_text("utf-8").startswith("file,line,id")
    run("estimate", request, "-o", str(out), env={"BUDGETCALC_FORMAT": "markdown"})
    assert not out.read_text("utf-8").startswith("{")
    said = run("estimate", request, "-v", "-o", str(out)).stderr
    assert "format: json (from the name of --output)" in said
    assert out.read_text("utf-8").startswith("{")
