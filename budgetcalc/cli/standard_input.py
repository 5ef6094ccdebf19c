"""Standard input as readers take it: bytes, and Ctrl-C is heard while nothing comes."""

from __future__ import annotations

import io
import os
import stat
import sys
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Buffer, Callable

STDIN = "-"

LOOK_FOR_SIGNALS_AFTER = 500
"""Milliseconds without input after which the interpreter looks whether Ctrl-C was pressed."""


class InterruptibleInput(io.RawIOBase):
    """A pipe or socket whose reads end at Ctrl-C, whenever it comes.

    Python acts on a signal between two of its own instructions, and the system ends a read that is under way. A signal
    between the two, just before the read begins, is seen by neither: the read waits for input that nobody may write.

    Args:
        fd: of the pipe. Nothing has been read of it into a buffer.
    """

    def __init__(self, fd: int) -> None:
        import select

        super().__init__()
        self._fd = fd
        waiting = select.poll()
        waiting.register(fd, select.POLLIN)  # the end of a pipe is reported whether asked for or not
        self._poll: Callable[[int], list[tuple[int, int]]] = waiting.poll

    def readable(self) -> bool:
        """Return true: it can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill the buffer with what is there; return how many bytes, 0 at the end.

        Raises:
            OSError: it cannot be read.
        """
        while not self._poll(LOOK_FOR_SIGNALS_AFTER):
            pass
        return os.readv(self._fd, [buffer])


def named_or_piped(inputs: list[str] | None) -> list[str]:
    """Return the inputs that were named; without any, standard input where somebody gives one.

    That is a pipe, a socket or a file. A terminal would keep people waiting, and ``/dev/null`` says that there is none.
    """
    if inputs or sys.stdin is None:
        return inputs or []
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):  # not of the system's: whoever put it there has something to give
        return [] if sys.stdin.closed or sys.stdin.isatty() else [STDIN]
    return [STDIN] if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode) else []


def standard_input() -> BinaryIO | None:
    """Return standard input as bytes; None when the caller closed it."""
    stream: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    try:
        fd = stream.fileno() if stream else -1
        mode = os.fstat(fd).st_mode
    except (OSError, ValueError):  # closed, or not of the system's
        return stream
    waits = os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))
    return cast("BinaryIO", InterruptibleInput(fd)) if waits else stream
