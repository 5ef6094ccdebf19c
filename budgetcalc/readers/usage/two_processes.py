"""Many files are read by two processes where that is sooner done: this one from the first on, a fork from the last.

They meet wherever they do, so that neither waits for the other, whatever else either of them has to do. The rows come
in the order of the files, whoever read them; if the fork fails, its files are read here.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from budgetcalc.packed_calls import PackedCalls, Shape
from budgetcalc.records import dataclass
from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetcalc.readers.usage.reading import Row as OneRow

    type Row = OneRow | PackedCalls
    Found = str | InvalidRow
    Read = Callable[[Found], Iterator[Row]]

WORTH_IT = 20_000_000
"""Bytes from which a second process is sooner started than done without."""

_MOST_ROWS = 20_000
"""Rows that a fork holds; packed calls take less and have no limit."""

_MOST_TOKENS = 4096
"""Bytes that every pipe takes at once."""


class RowsInTwo:
    """The rows of files. The other process begins at once; :meth:`close` ends it.

    Each process takes one token for the files it reads next. The tokens lie in a pipe, so that none is taken twice:
    as many as groups of files, which makes the two processes meet.
    """

    def __init__(self, files: Sequence[Found], read: Read) -> None:
        """Begin to read.

        Args:
            files: their names, or why there is none.
            read: yields the rows of one.
        """
        size = -(-len(files) // _MOST_TOKENS) or 1
        self.groups = [files[at : at + size] for at in range(0, len(files), size)]
        self.read = read
        self.fork = _Fork.of(self.groups, read) if _is_worth_it(files) and _can_fork() else None

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows."""
        at, rows = 0, None
        try:
            while at < len(self.groups) and (self.fork is None or self.fork.take_token()):
                yield from self._rows(at)
                at += 1
            if self.fork is not None:
                rows = self.fork.rows(len(self.groups) - at)
        finally:
            self.close()
        if rows is not None:
            yield from rows
        else:
            for left in range(at, len(self.groups)):
                yield from self._rows(left)

    def _rows(self, group: int) -> Iterator[Row]:
        for file in self.groups[group]:
            yield from self.read(file)

    def close(self) -> None:
        """End the other process, if it has not come to its end."""
        if self.fork is not None and not self.fork.is_done:
            self.fork.stop()


def _can_fork() -> bool:
    """Whether there is a second processor, and a fork is safe: no other thread is stopped half-way.

    How it ended is told only where nobody else asks: not where whoever started this process ignores ``SIGCHLD``.
    """
    has_two = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
    return (
        has_two
        and hasattr(os, "memfd_create")
        and threading.active_count() == 1
        and signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL
    )


def _is_worth_it(files: Sequence[Found]) -> bool:
    size = 0
    for file in files if len(files) > 1 else ():
        size += _size(file)
        if size >= WORTH_IT:
            return True
    return False


def _size(file: Found) -> int:
    try:
        return os.stat(file).st_size if isinstance(file, str) else 0  # noqa: PTH116 - thousands of them
    except OSError:
        return 0


@dataclass(slots=True)
class _Fork:
    """The other process, its and our tokens, and where its rows come from."""

    process: int
    tokens: int
    memory: int
    is_done: bool = False

    @classmethod
    def of(cls, groups: Sequence[Sequence[Found]], read: Read) -> _Fork | None:
        """Return a fork that reads groups of files from the last one on, or nothing where there can be none."""
        tokens, filling = os.pipe()
        os.write(filling, b"." * len(groups))
        os.close(filling)
        try:
            memory = os.memfd_create("rows of usage")
        except OSError:
            os.close(tokens)
            return None
        try:
            process = os.fork()
        except OSError:
            os.close(tokens)
            os.close(memory)
            return None
        if process:
            return cls(process, tokens, memory)
        try:
            _be_fork(groups, read, tokens, memory)
        finally:
            os._exit(1)

    def take_token(self) -> bool:
        """Return whether there are files left that nobody has begun to read."""
        return bool(os.read(self.tokens, 1))

    def rows(self, groups: int) -> Iterator[Row] | None:
        """Return the rows of the last groups; nothing if the other process did not come to its end."""
        _, status = os.waitpid(self.process, 0)
        self.is_done = True  # first of all: an interrupt must not end another process that gets its number
        with os.fdopen(self.memory, "rb", closefd=False) as memory:
            memory.seek(0)  # where we are in it is shared too
            done = list(_parts(memory.read())) if status == 0 else []
        self._close()
        return _unpacked(done[::-1]) if len(done) == groups else None

    def stop(self) -> None:
        """End the other process."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        self.is_done = True
        self._close()

    def _close(self) -> None:
        os.close(self.tokens)
        os.close(self.memory)


def _be_fork(groups: Sequence[Sequence[Found]], read: Read, tokens: int, memory: int) -> None:
    """Read files, write their rows and end. Memory that both share takes them as they come; a pipe is soon full."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.freeze()  # looking through what both share would copy it
    parent, left = os.getppid(), _MOST_ROWS
    with os.fdopen(memory, "wb") as written:
        for group in reversed(groups):
            if not os.read(tokens, 1):
                break
            rows = [row for file in group for row in read(file)]
            left -= sum(not isinstance(row, PackedCalls) for row in rows)
            if left < 0 or os.getppid() != parent:
                os._exit(1)
            part = marshal.dumps([_written(row) for row in rows])
            written.write(len(part).to_bytes(_SIZE))
            written.write(part)
    os._exit(0)


_SIZE = 8
"""Bytes of the size in front of each group's rows."""


def _parts(written: bytes) -> Iterator[memoryview]:
    """Yield the rows of each group, still written."""
    left = memoryview(written)
    while left:
        end = _SIZE + int.from_bytes(left[:_SIZE])
        yield left[_SIZE:end]
        left = left[end:]


def _unpacked(parts: Sequence[memoryview]) -> Iterator[Row]:
    for part in parts:
        yield from map(_read, marshal.loads(part))  # noqa: S302 - our own fork wrote it


def _written(row: Row) -> Any:
    """Return a row in plain values, which cost least to hand over: packed calls are by far the most."""
    if isinstance(row, PackedCalls):
        return row.file, row.rows, [tuple(shape) for shape in row.shapes], row.calls
    import pickle

    return pickle.dumps(row)


def _read(written: Any) -> Row:
    if isinstance(written, tuple):
        file, rows, shapes, calls = written
        return PackedCalls(file, rows, tuple(map(Shape._make, shapes)), calls)
    import pickle

    row: Row = pickle.loads(written)  # noqa: S301 - our own fork wrote it
    return row
