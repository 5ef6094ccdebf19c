"""Files as they were at a git ref, from real repositories."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.errors import UsageError
from budgetcalc.readers.git_tree import write_tree

IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose first commit is tagged v1, and which has changed since."""
    folder = tmp_path / "repo"
    (folder / "sub/deep").mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "a.json").write_bytes(b"old\r\n\x00\xff")
    (folder / "sub/b c.json").write_text("empty follows", "utf-8")
    (folder / "sub/empty.md").write_text("", "utf-8")
    (folder / "sub/deep/ü.md").write_text("deep", "utf-8")
    (folder / "link").symlink_to("a.json")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    git(folder, "tag", "v1")
    (folder / "a.json").write_text("new", "utf-8")
    git(folder, "rm", "-q", "--cached", "sub/b c.json")
    git(folder, "commit", "-qam", "two")
    return folder


def written(root: Path, ref: str, into: Path, wanted: Any = lambda _path: True) -> dict[str, bytes]:
    into.mkdir()
    write_tree(root, ref, wanted, into)
    return {p.relative_to(into).as_posix(): p.read_bytes() for p in into.rglob("*") if p.is_file()}


def test_files_are_as_they_were(repository: Path, tmp_path: Path) -> None:
    """Bytes are those of the commit, not of the working tree; links are left out."""
    assert written(repository, "v1", tmp_path / "out") == {
        "a.json": b"old\r\n\x00\xff",
        "sub/b c.json": b"empty follows",
        "sub/empty.md": b"",
        "sub/deep/ü.md": b"deep",
    }


def test_a_folder_of_the_repository_has_its_own_paths(repository: Path, tmp_path: Path) -> None:
    """Paths are relative to the folder that was asked for."""
    found = written(repository / "sub", "v1", tmp_path / "out")
    assert set(found) == {"b c.json", "empty.md", "deep/ü.md"}


def test_only_what_is_wanted_is_written(repository: Path, tmp_path: Path) -> None:
    """A file that no budget names is not even read."""
    assert set(written(repository, "v1", tmp_path / "out", lambda path: path.endswith(".md"))) == {
        "sub/empty.md",
        "sub/deep/ü.md",
    }


@pytest.mark.parametrize("ref", ["v2", "--help", "", "v1:a.json", "a\x1b[31m"])
def test_what_is_no_ref_is_said(repository: Path, tmp_path: Path, ref: str) -> None:
    """A misspelled ref, a flag or a file is no commit; the message cannot steer a terminal."""
    with pytest.raises(UsageError, match="no git ref") as caught:
        write_tree(repository, ref, lambda _: True, tmp_path)
    assert "\x1b" not in str(caught.value)


def test_outside_of_a_repository(tmp_path: Path) -> None:
    """A folder without git has nothing to compare with."""
    with pytest.raises(UsageError, match="no git repository"):
        write_tree(tmp_path, "HEAD", lambda _: True, tmp_path)


def test_without_git(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git is told so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("git") is None
    with pytest.raises(UsageError, match="git was not found"):
        write_tree(repository, "HEAD", lambda _: True, tmp_path)


def test_many_large_files_do_not_fill_a_pipe(repository: Path, tmp_path: Path) -> None:
    """Asking for all and reading none would wait for ever."""
    for number in range(60):
        (repository / f"{number}.txt").write_text("x" * 100_000, "utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "many")
    assert len(written(repository, "HEAD", tmp_path / "out", lambda path: path.endswith(".txt"))) == 60


def test_nothing_is_fetched_for_a_partial_clone(repository: Path, tmp_path: Path) -> None:
    """What the clone lacks is said to be missing: no network, and no program that its configuration names."""
    git(repository, "config", "uploadpack.allowFilter", "true")
    partial, started = tmp_path / "partial", tmp_path / "started"
    git(tmp_path, "clone", "-q", "--filter=blob:none", repository.as_uri(), str(partial))
    program = tmp_path / "upload-pack"
    program.write_text(f'#!/bin/sh\necho > "{started}"\nexec git-upload-pack "$@"\n', "utf-8")
    program.chmod(0o755)
    git(partial, "config", "remote.origin.uploadpack", str(program))
    with pytest.raises(UsageError, match="git could not read a file") as error:
        written(partial, "v1", tmp_path / "out")
    assert "git fetch --refetch --no-filter" in error.value.hint
    assert not started.exists()
    git(partial, "fetch", "-q", "--refetch", "--no-filter", "--tags")
    assert started.exists()
    assert written(partial, "v1", tmp_path / "again")["a.json"] == b"old\r\n\x00\xff"
