"""Files that are read at once and never waited for: configurations, price tables, calibrations, baselines."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK = 1 << 16


def read_at_once(path: Path, most: int) -> bytes:
    """Return the bytes of a file; of a larger one no more than ``most`` and one.

    A pipe is read to its end while somebody writes to it, as a shell's ``<(...)``. One without a writer, which may
    stand in any folder that was checked out, would be waited for without end.

    Raises:
        OSError: it cannot be read, or is a pipe that nobody writes to; ``strerror`` says which.
        ValueError: the path is none.
    """
    with open(path, "rb", buffering=0, opener=_open_without_waiting) as file:
        end = file.fileno()
        parts: list[bytes] = []
        if stat.S_ISFIFO(os.fstat(end).st_mode):
            parts.append(_first_of_pipe(end))
            os.set_blocking(end, True)
        left = most + 1 - sum(map(len, parts))
        while left > 0 and (part := file.read(min(left, _CHUNK))):
            parts.append(part)
            left -= len(part)
    return b"".join(parts)[: most + 1]


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _first_of_pipe(end: int) -> bytes:
    """Return what lies in a pipe; nothing yet when its writer has written nothing yet."""
    try:
        part = os.read(end, _CHUNK)
    except BlockingIOError:
        return b""
    if not part:
        raise OSError(errno.EPIPE, "it is a pipe that nobody writes to")
    return part
