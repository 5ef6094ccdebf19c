"""A sign of life for long work: on a terminal's standard error, after a moment, and gone at the end."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from budgetcalc.locations import printable
from budgetcalc.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

QUIET_SECONDS = 1.0
"""Work that is done sooner needs no progress bar, and does not pay for loading one."""
EVERY = 500
"""Rows between two looks at the clock."""


class Seen(Protocol):
    """Is told a file and how many more of its rows were read."""

    def __call__(self, file: str, rows: int = 1) -> None:
        """Take note of rows."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Seen]:
    """Give a callback that is told a file and how many more of its rows were read."""
    if quiet or not sys.stderr.isatty():
        yield _ignore
        return
    state = _State()
    try:
        yield state.see
    finally:
        state.stop()


def _ignore(file: str, rows: int = 1) -> None:
    del file, rows


class _State:
    """What was read so far; the bar is made when it is first needed."""

    def __init__(self) -> None:
        self.rows, self.files, self.file = 0, 0, ""
        self.started = monotonic()
        self.bar: Progress | None = None

    def see(self, file: str, rows: int = 1) -> None:
        """Count rows."""
        looked, self.rows = self.rows // EVERY, self.rows + rows
        if file != self.file:
            self.file, self.files = file, self.files + 1
        if self.rows // EVERY > looked and (self.bar or monotonic() - self.started > QUIET_SECONDS):
            self._show()

    def stop(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        if self.bar is None:
            columns = (SpinnerColumn(), BarColumn(20), TextColumn("{task.description}"), TimeElapsedColumn())
            self.bar = Progress(*columns, console=Console(stderr=True, markup=False), transient=True)
            self.bar.add_task("", total=None)
            self.bar.start()
        name = printable(self.file, limit=40)
        seen = f"{plural(self.rows, 'row')}, {plural(self.files, 'file')}, {name}"
        self.bar.update(self.bar.task_ids[0], description=seen)
