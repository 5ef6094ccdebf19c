"""Where output goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from os.path import samestat
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.errors import UsageError
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from budgetcalc.cli.console import ColourFlag
    from budgetcalc.input_limits import Limits
    from budgetcalc.render import Look

_TYPOGRAPHY = ["–", "—", "−", "×", "±", "≤", "≥", "…", "·", "→", "’", "“", "”"]
_PLAIN = ["-", "-", "-", "x", "+-", "<=", ">=", "...", "-", "->", "'", '"', '"']
_ASCII = str.maketrans(dict(zip(_TYPOGRAPHY, _PLAIN, strict=True)))


FORMATS_OF_NAMES = {
    ".csv": "csv",
    ".htm": "html",
    ".html": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".markdown": "markdown",
    ".md": "markdown",
    ".ndjson": "jsonl",
    ".sarif": "sarif",
}


def format_of_name(output: str, command: str) -> tuple[str | None, str]:
    """Return the format that an output file's name ends with, and what is to be said where the command lacks it."""
    from budgetcalc.render import formats

    format_, has = FORMATS_OF_NAMES.get(Path(output).suffix.lower()), formats(command)
    if format_ is None or format_ in has:
        return format_, ""
    return None, f"{command} has no {format_}, so that {printable(output)} is text: -f takes {', '.join(has)}"


def write(pieces: Iterable[str], output: str | None) -> None:
    """Write the pieces as they come, to standard output for ``None`` and ``-``.

    Raises:
        UsageError: the file cannot be written.
    """
    if output in {None, "-"}:
        stream = sys.stdout
        for piece in pieces:
            stream.write(encodable(piece, stream.encoding))
        stream.flush()
        return
    with _whole_file(Path(str(output))) as stream:
        for piece in pieces:
            stream.write(encodable(piece, "utf-8"))


def refuse_overwriting(output: str | None, inputs: Iterable[str]) -> None:
    """Check that an output is none of the inputs, which it would replace.

    Raises:
        UsageError: it is.
    """
    if output in {None, "-"}:
        return
    try:
        target = Path(str(output)).stat()
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(target.st_mode):
        return
    for path in inputs:
        with suppress(OSError, ValueError):
            if path == "-" or not samestat(Path(path).stat(), target):
                continue
            raise UsageError(f"{printable(path)} is an input", hint="write the output to another file")


def encodable(text: str, encoding: str | None) -> str:
    """Return text that the encoding can carry: typography in ASCII, the rest escaped."""
    codec = encoding or "utf-8"
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(codec, "backslashreplace").decode(codec)
    return text


def look_of(
    output: str | None, flag: ColourFlag, env: Mapping[str, str], *, verbose: bool, quiet: bool = False
) -> Look:
    """Return how text may look on its way to that output."""
    from budgetcalc.cli.console import decide_look

    if output not in {None, "-"}:
        return decide_look(flag, env, is_terminal=False, encoding="utf-8", verbose=verbose, quiet=quiet)
    stream = sys.stdout
    is_terminal = stream.isatty()
    return decide_look(
        flag,
        env,
        is_terminal=is_terminal,
        encoding=stream.encoding or "ascii",
        terminal_width=os.get_terminal_size(stream.fileno()).columns or 80 if is_terminal else 80,
        verbose=verbose,
        quiet=quiet,
    )


def read_text(path: str, limits: Limits) -> str:
    """Return the text of a file named by a flag.

    Raises:
        UsageError: it cannot be read, or is not UTF-8.
    """
    from budgetcalc.readers.small_files import read_at_once

    try:
        content = read_at_once(Path(path), limits.document)
        if len(content) > limits.document:
            raise UsageError(
                f"{printable(path)} is over {limits.document:,} bytes", hint=limits.how_to_raise("document")
            )
        return content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise UsageError(f"{printable(path)} is not UTF-8 text") from error
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise UsageError(f"cannot read {printable(path)}: {reason}") from error


@contextmanager
def _whole_file(path: Path) -> Iterator[TextIO]:
    """Open a neighbour of the file and rename it at the end; pipes and devices are written directly."""
    try:
        target = _resolved(path)
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream
            return
        # Not by the process id: in a container each run has the same, and one that was killed leaves its draft.
        draft = target.with_name(f".budgetcalc-{os.urandom(8).hex()}.tmp")
        try:
            with draft.open("x", encoding="utf-8", newline="\n") as stream:
                yield stream
            if target.exists():
                draft.chmod(target.stat().st_mode)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {printable(str(path))}: {error.strerror}") from error


def _resolved(path: Path) -> Path:
    """Return the file that a link leads to.

    Raises:
        OSError: the link leads to itself.
    """
    try:
        target = path.resolve()
        if not target.is_symlink():
            return target
    except RuntimeError:  # what Python before 3.13 makes of it
        pass
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
