"""A long run in small: many kinds of requests and rows in one go, the exact total, and nothing left behind."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc import load_catalogue
from budgetcalc.usage import Charge, UsageRow, UsageTokens
from budgetcalc.usage_question import UsageQuestion
from budgetcalc.usage_run import price_rows

from .price.rows import ON

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent


def test_a_long_run_in_small() -> None:
    """The script's own checks: totals to the last decimal, rows, answers of library and command, memory."""
    done = subprocess.run(
        [sys.executable, "benchmarks/long_run.py", "--requests", "200", "--rows", "20000", "--seed", "7"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WRONG" not in done.stdout
    assert done.stdout.endswith("all as expected\n")


def test_rows_without_an_identity_leave_no_object_behind() -> None:
    """They go straight into integer sums: after twenty thousand there are no more objects than after a thousand."""
    objects = []

    def rows() -> Iterator[UsageRow]:
        for number in range(20_001):
            if number in {1_000, 20_000}:
                gc.collect()
                objects.append(len(gc.get_objects()))
            charge = Charge("claude-opus-4-6", UsageTokens(number, output=number % 977))
            yield UsageRow("usage.jsonl", number + 1, "messages", (charge,), day=ON)

    report = price_rows(UsageQuestion(load_catalogue(), ON), rows())
    assert report.rows.priced == 20_001
    assert objects[1] - objects[0] < 100
