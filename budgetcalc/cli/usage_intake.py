"""From inputs to what they cost: reads every report, whatever happens to the others."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.errors import BudgetcalcError, InputError
from budgetcalc.usage_report import FailedInput
from budgetcalc.usage_run import price_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.usage_run import CostRow, Row


class Intake:
    """One run over all inputs, with one set of calls for deduplication."""

    def __init__(
        self, question: UsageQuestion, input_format: str | None = None, *, claude_code: bool = False
    ) -> None:
        self.question, self.input_format, self.claude_code = question, input_format, claude_code
        self.failed: list[FailedInput] = []

    def price(
        self, paths: Sequence[str], cost_files: Sequence[str], seen: Callable[[str], None]
    ) -> PricedUsage:
        """Return what the inputs cost together.

        Args:
            paths: files, folders, ``-``.
            cost_files: cost reports to compare with.
            seen: is told the file of each row.
        """
        costs = self._costs(cost_files) if cost_files else None
        return price_rows(self.question, self._rows(paths, seen), costs, failed=self.failed)

    def _costs(self, paths: Sequence[str]) -> Iterator[CostRow]:
        from budgetcalc.readers.cost_files import read_costs

        for path in dict.fromkeys(paths):
            try:
                yield from read_costs(path, stdin=getattr(sys.stdin, "buffer", None))
            except BudgetcalcError as error:
                self._fail(path, error)

    def _rows(self, paths: Sequence[str], seen: Callable[[str], None]) -> Iterator[Row]:
        from budgetcalc.packed_calls import PackedCalls
        from budgetcalc.readers.usage import read_usage

        for path in [*paths, *self._claude_code_folders()]:
            try:
                stdin = getattr(sys.stdin, "buffer", None)
                for row in read_usage(path, stdin=stdin, input_format=self.input_format, packs=True):
                    for _ in range(row.rows if isinstance(row, PackedCalls) else 1):
                        seen(row.file)
                    yield row
            except BudgetcalcError as error:
                self._fail(path, error)

    def _claude_code_folders(self) -> list[str]:
        if not self.claude_code:
            return []
        from budgetcalc.readers.usage import find_claude_code_folders

        folders = find_claude_code_folders(os.environ, Path.home())
        if not folders:
            hint = "name the folder as INPUT, or set CLAUDE_CONFIG_DIR"
            self._fail("--claude-code", InputError("no transcripts of Claude Code were found", hint=hint))
        return [str(folder) for folder in folders]

    def _fail(self, path: str, error: BudgetcalcError) -> None:
        location = str(error.location) if error.location else ""
        name = "<stdin>" if path == "-" else path
        self.failed.append(FailedInput(name, error.message, error.hint, location))
