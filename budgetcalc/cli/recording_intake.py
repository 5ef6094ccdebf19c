"""From inputs to recordings: reads every input, whatever happens to the others, and says what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.cli.messages import place, say
from budgetcalc.cli.standard_input import standard_input
from budgetcalc.errors import BudgetcalcError
from budgetcalc.locations import printable
from budgetcalc.plurals import plural
from budgetcalc.readers.recordings import read_recordings
from budgetcalc.recorded_counts import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetcalc.input_limits import Limits
    from budgetcalc.recordings import InvalidRecord, Record

MOST_SAID = 10
"""Invalid records that are named one by one."""


class RecordingIntake:
    """One run over all inputs.

    Attributes:
        failed: inputs that could not be read, as a document has them.
        hints: what to do about invalid records, as far as it was said: once is enough.
        unread: takes what is not compared.
    """

    def __init__(
        self, paths: Sequence[str], input_format: str | None, *, quiet: bool, limits: Limits | None = None
    ) -> None:
        self.paths, self.input_format, self.quiet, self.limits = paths, input_format, quiet, limits
        self.failed: list[dict[str, str]] = []
        self.hints: set[str] = set()
        self.unread = Unread(self._say_invalid)

    def records(self, seen: Callable[[str], None]) -> Iterator[Record]:
        """Yield the records of every input; ``seen`` is told the file of each."""
        for path in self.paths:
            try:
                found = read_recordings(
                    path, stdin=standard_input(), input_format=self.input_format, limits=self.limits
                )
                for record in found:
                    seen(record.source.file)
                    yield record
            except BudgetcalcError as error:
                self._fail("<stdin>" if path == "-" else path, error)

    def say_unread(self) -> None:
        """Say how many records were left out, and why."""
        if self.quiet:
            return
        if self.unread.invalid > MOST_SAID:
            say(f"warning: {plural(self.unread.invalid - MOST_SAID, 'more record')} cannot be read")
        for reason, times in self.unread.left_out.most_common():
            say(f"note: {times:,} skipped: {printable(reason, limit=400)}")

    def _fail(self, path: str, error: BudgetcalcError) -> None:
        where = str(error.location or path)
        self.failed.append({"source": path, "message": error.message, "hint": error.hint})
        say(f"{printable(where, limit=400)}: error: {printable(error.message, limit=400)}")
        if error.hint:
            say(f"hint: {printable(error.hint, limit=400)}")

    def _say_invalid(self, record: InvalidRecord) -> None:
        if self.quiet or self.unread.invalid > MOST_SAID:
            return
        where = printable(record.location, limit=400) or place(record.source)
        say(f"{where}: warning: {printable(record.message, limit=400)}")
        if record.hint and record.hint not in self.hints:
            self.hints.add(record.hint)
            say(f"hint: {printable(record.hint, limit=400)}")
