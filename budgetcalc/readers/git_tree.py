"""Files as they were at a git ref, written into a folder of their own; the repository is only read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import IO, TYPE_CHECKING

from budgetcalc.errors import UsageError
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OUTSIDE = frozenset({"", ".", ".."})
_FILE_MODES = {b"100644", b"100755"}
"""Plain files: what a symbolic link or a submodule points to is not in the tree."""


def write_tree(root: Path, ref: str, wanted: Callable[[str], bool], into: Path) -> str:
    """Write the files of a folder as they were at a ref, and return the commit's full name.

    Args:
        root: a folder of a repository's working tree.
        ref: branch, tag or commit, as ``origin/main``.
        wanted: whether a path, relative to ``root`` with forward slashes, is written.
        into: an empty folder.

    Raises:
        UsageError: git is missing, the folder is in no repository, or there is no such ref.
    """
    commit = _commit(root, ref)
    prefix = _output(root, "rev-parse", "--show-prefix").decode(errors="surrogateescape").strip("\n")
    chosen = [(blob, path) for blob, path in _blobs(root, commit, prefix, into) if wanted(path)]
    if chosen:
        _write_blobs(root, chosen, into)
    return commit


def _commit(root: Path, ref: str) -> str:
    shown = printable(ref, limit=60)
    try:
        inside = _run(root, "rev-parse", "--is-inside-work-tree")
    except FileNotFoundError:
        raise UsageError("git was not found", hint="--diff compares with a git ref: install git") from None
    if inside.returncode and b"not a git repository" not in inside.stderr:
        raise _failure("rev-parse", inside)
    if inside.stdout.strip() != b"true":
        hint = "--diff compares with a git ref: run it in a checkout"
        raise UsageError(f"{printable(str(root))} is in no git repository", hint=hint)
    found = _run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found.returncode:
        hint = "check the spelling; in CI fetch it first (actions/checkout with fetch-depth: 0)"
        raise UsageError(f"there is no git ref '{shown}' here", hint=hint)
    return found.stdout.decode().strip()


def _blobs(root: Path, commit: str, prefix: str, into: Path) -> Iterator[tuple[bytes, str]]:
    """Yield the id and path of each plain file below the folder that would be written inside of ``into``."""
    listing = _output(root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", prefix or ".")
    for entry in listing.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, rest = head.partition(b" ")
        path = os.fsdecode(name)
        if mode in _FILE_MODES and path.startswith(prefix):
            relative = path.removeprefix(prefix)
            # Git takes any bytes as a name in a tree, an absolute path too, and checks them only at a checkout.
            if not _OUTSIDE.intersection(relative.split("/")) and (into / relative).is_relative_to(into):
                yield rest.split(b" ")[1], relative


def _write_blobs(root: Path, chosen: list[tuple[bytes, str]], into: Path) -> None:
    """Write blobs, asked for one by one so that neither side waits for the other with a full pipe."""
    with subprocess.Popen(
        ["git", "cat-file", "--batch"],  # noqa: S607 - the git of the user's PATH is the one meant
        cwd=root,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for blob, path in chosen:
            git.stdin.write(blob + b"\n")
            git.stdin.flush()
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_blob(git.stdout))
        git.stdin.close()


def _blob(answers: IO[bytes]) -> bytes:
    """Return the next object of ``cat-file --batch``: a line with its size, the content, a line end."""
    head = answers.readline().split()
    size = int(head[2]) if len(head) == 3 else -1
    content = answers.read(size) if size >= 0 else b""
    if size < 0 or len(content) < size:
        hint = "`git fsck` tells what is missing; `git fetch --refetch --no-filter` completes a partial clone"
        raise UsageError("git could not read a file of the ref", hint=hint)
    answers.read(1)
    return content


def _output(root: Path, *arguments: str) -> bytes:
    done = _run(root, *arguments)
    if done.returncode:
        raise _failure(arguments[0], done)
    return done.stdout


def _failure(command: str, done: subprocess.CompletedProcess[bytes]) -> UsageError:
    """Return what git itself says of its failure, as that a folder belongs to somebody else."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    reason = next((line for line in lines if line.startswith("fatal:")), lines[-1] if lines else "")
    said = printable(reason, limit=200) or f"exit code {done.returncode}"
    return UsageError(
        f"git {command} failed: {said}", hint="`git status` in the folder says the same, and more"
    )


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - no shell; a ref comes after --end-of-options
        ["git", *arguments],  # noqa: S607
        cwd=root,
        env=_environment(),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def _environment() -> dict[str, str]:
    """Return an environment in which git takes no lock, asks nobody, fetches nothing and answers in English.

    In a partial clone, git would fetch what is missing, with the program that the repository's configuration names.
    """
    fetches_nothing = {
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
    }  # git before 2.45 knows the second
    asks_nobody = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    return os.environ | fetches_nothing | asks_nobody
