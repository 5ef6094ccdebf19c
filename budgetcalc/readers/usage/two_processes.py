"""Many files are read by two processes where that is sooner done: this one, and a fork that reads the second half.

The rows come in the order of the files, whoever read them; if the fork fails, its files are read here.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING

from budgetcalc.packed_calls import PackedCalls
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetcalc.readers.usage.reading import Row

    Found = str | InvalidRow
    Read = Callable[[Found], Iterator[Row]]

WORTH_IT = 20_000_000
"""Bytes from which a second process is sooner started than done without."""

_MOST_ROWS = 20_000
"""Rows that a fork holds; packed calls take less and have no limit."""


def rows_in_two(files: Sequence[Found], read: Read) -> Iterator[Row]:
    """Yield the rows of files.

    Args:
        files: their names, or why there is none.
        read: yields the rows of one.
    """
    middle = _middle(files)
    other = _Fork.of(files[middle:], read) if middle and _can_fork() else None
    if other is None:
        middle = len(files)
    try:
        for file in files[:middle]:
            yield from read(file)
        rows = iter(()) if other is None else other.rows()
    finally:
        if other is not None and not other.is_done:
            other.stop()
    if rows is None:
        for file in files[middle:]:
            yield from read(file)
    else:
        yield from rows


def _can_fork() -> bool:
    """Whether there is a second processor, and a fork is safe: no other thread is stopped half-way."""
    has_two = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
    return has_two and threading.active_count() == 1


def _middle(files: Sequence[Found]) -> int:
    """Return where the second half of the bytes begins; 0 when there are too few."""
    sums = list(accumulate(_size(file) for file in files))
    if len(files) < 2 or sums[-1] < WORTH_IT:
        return 0
    return next(at for at, size in enumerate(sums, 1) if 2 * size >= sums[-1])


def _size(file: Found) -> int:
    try:
        return os.stat(file).st_size if isinstance(file, str) else 0  # noqa: PTH116 - thousands of them
    except OSError:
        return 0


@dataclass(slots=True)
class _Fork:
    """The other process, and where its rows come from."""

    process: int
    pipe: int
    is_done: bool = False

    @classmethod
    def of(cls, files: Sequence[Found], read: Read) -> _Fork | None:
        """Return a fork that reads files, or nothing where there can be none."""
        reading, writing = os.pipe()
        try:
            process = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            return None
        if process:
            os.close(writing)
            return cls(process, reading)
        try:
            _be_fork(files, read, reading, writing)
        finally:
            os._exit(1)

    def rows(self) -> Iterator[Row] | None:
        """Return the rows of the other process; nothing if it did not come to its end."""
        with os.fdopen(self.pipe, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(self.process, 0)
        self.is_done = True
        return _unpacked(data) if status == 0 else None

    def stop(self) -> None:
        """End the other process."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def _be_fork(files: Sequence[Found], read: Read, reading: int, writing: int) -> None:
    """Read files, write their rows and end; all at the end, as a pipe is soon full."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.freeze()  # looking through what both share would copy it
    os.close(reading)
    packed: list[bytes] = []
    rows = 0
    for file in files:
        for row in read(file):
            packed.append(pickle.dumps(row, protocol=pickle.HIGHEST_PROTOCOL))
            rows += not isinstance(row, PackedCalls)
            if rows > _MOST_ROWS:
                os._exit(1)
    with os.fdopen(writing, "wb") as pipe:
        for each in packed:
            pipe.write(each)
    os._exit(0)


def _unpacked(data: bytes) -> Iterator[Row]:
    stream = BytesIO(data)
    while stream.tell() < len(data):
        yield pickle.load(stream)  # noqa: S301 - our own fork wrote it
