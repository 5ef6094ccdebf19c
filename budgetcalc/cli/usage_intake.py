"""From inputs to what they cost: reads every report, whatever happens to the others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.cli import early_reading
from budgetcalc.cli.standard_input import standard_input
from budgetcalc.errors import BudgetcalcError, InputError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.readers.usage import read_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budgetcalc.cli.progress import Seen
    from budgetcalc.input_limits import Limits
    from budgetcalc.packed_calls import PackedCalls
    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_report import FailedInput, PricedUsage
    from budgetcalc.usage_run import CostRow, Row


class Intake:
    """One run over all inputs, with one set of calls for deduplication.

    A folder may be read by a second process, which begins at once: what the answer needs is loaded while it reads.
    """

    def __init__(
        self,
        paths: Sequence[str],
        input_format: str | None = None,
        *,
        claude_code: bool = False,
        limits: Limits | None = None,
    ) -> None:
        """Begin to read.

        Args:
            paths: files, folders, ``-``.
            input_format: decides what is otherwise found out from the content.
            claude_code: read the transcripts of this machine too.
            limits: how much is read of each input.
        """
        self.input_format, self.limits = input_format, limits
        self.failed: list[FailedInput] = []
        folders = _claude_code_folders() if claude_code else []
        self.paths = [*paths, *folders]
        self.lacks_transcripts = claude_code and not folders
        self.begun = self._begin(self.paths[0]) if self.paths else None

    def price(self, question: UsageQuestion, cost_files: Sequence[str], seen: Seen) -> PricedUsage:
        """Return what the inputs cost together.

        Args:
            question: what is asked.
            cost_files: cost reports to compare with.
            seen: is told a file and how many more of its rows were read.
        """
        from budgetcalc.usage_run import price_rows

        costs = self._costs(cost_files) if cost_files else None
        return price_rows(question, self._rows(seen), costs, failed=self.failed)

    def close(self) -> None:
        """End what was begun."""
        close = getattr(self.begun, "close", None)
        if close is not None:
            close()

    def _costs(self, paths: Sequence[str]) -> Iterator[CostRow]:
        from budgetcalc.readers.cost_files import read_costs

        for path in dict.fromkeys(paths):
            try:
                yield from read_costs(path, stdin=standard_input(), limits=self.limits)
            except BudgetcalcError as error:
                self._fail(path, error)

    def _rows(self, seen: Seen) -> Iterator[Row | PackedCalls]:
        from budgetcalc.packed_calls import PackedCalls

        for at, path in enumerate(self.paths):
            try:
                for row in self._open(path) if at or self.begun is None else self.begun:
                    seen(row.file, row.rows if isinstance(row, PackedCalls) else 1)
                    yield row
            except BudgetcalcError as error:
                self._fail(path, error)
        if self.lacks_transcripts:
            hint = "name the folder as INPUT, or set CLAUDE_CONFIG_DIR"
            self._fail("--claude-code", InputError("no transcripts of Claude Code were found", hint=hint))

    def _begin(self, path: str) -> Iterable[Row | PackedCalls] | None:
        """Return the rows of a folder; what is wrong with it is said when its turn comes."""
        try:
            return self._open(path) if Path(path).is_dir() else None
        except (BudgetcalcError, OSError, ValueError):
            return None

    def _open(self, path: str) -> Iterable[Row | PackedCalls]:
        is_as_guessed = self.input_format is None and self.limits in (None, DEFAULTS)
        early = early_reading.take(path) if is_as_guessed else None
        if early is not None:
            return early
        return read_usage(
            path, stdin=standard_input(), input_format=self.input_format, limits=self.limits, packs=True
        )

    def _fail(self, path: str, error: BudgetcalcError) -> None:
        from budgetcalc.usage_report import FailedInput

        location = str(error.location) if error.location else ""
        name = "<stdin>" if path == "-" else path
        self.failed.append(FailedInput(name, error.message, error.hint, location))


def _claude_code_folders() -> list[str]:
    from budgetcalc.readers.usage import find_claude_code_folders

    try:
        return [str(folder) for folder in find_claude_code_folders(os.environ, Path.home())]
    except RuntimeError:  # no home, or none of the user whom a ~name names
        return []
