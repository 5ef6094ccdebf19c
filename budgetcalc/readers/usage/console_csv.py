"""The Console's usage export, every generation of its columns (formats.md §4.3).

2025-06 had 11 columns; ``context_window`` came by 2026-02, ``inference_geo`` and ``speed`` by 2026-03. Older exports
have one column of cache writes. The single-day export has hourly rows, the others daily ones.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.csv_tables import MOST_LINES_OF_A_CELL, Record, cell_count, records
from budgetcalc.readers.usage.fields import ASSUMED_5M, UNREADABLE_DATE, BadUsage, text
from budgetcalc.readers.usage.reported_values import (
    is_fast,
    is_us_only,
    long_context,
    service_tier,
)
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "console-usage-csv"

_DATE = "usage_date_utc"
_UNCACHED = "usage_input_tokens_no_cache"
_WRITE = "usage_input_tokens_cache_write"
_WRITE_5M = "usage_input_tokens_cache_write_5m"
_WRITE_1H = "usage_input_tokens_cache_write_1h"
_READ = "usage_input_tokens_cache_read"
_OUTPUT = "usage_output_tokens"
_SEARCHES = "web_search_count"

# Column → (dimension, what an empty cell means).
_DIMENSIONS = {
    "workspace": ("workspace", "Default"),
    "api_key": ("api_key", "Workbench"),
    "usage_type": ("service_tier", "standard"),
    "context_window": ("context_window", "none"),
    "inference_geo": ("inference_geo", "not_available"),
    "speed": ("speed", "standard"),
}
NO_SEARCHES = "the export has no column web_search_count: searches are not in the total"
NO_TIER = "the export has no column usage_type: batch use is priced at twice its price"


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of a usage export, complete or not."""
    return _DATE in header and any(name.startswith(("usage_input_", "usage_output_")) for name in header)


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[UsageRow | InvalidRow]:
    """Yield a row per line of the export.

    Raises:
        InputError: a token column is missing.
    """
    for record in records(lines, file, is_header, _required, cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        try:
            yield _row(record, file)
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))


def _required(header: list[str]) -> tuple[str, ...]:
    is_old = _WRITE in header and _WRITE_5M not in header
    return (_UNCACHED, *((_WRITE,) if is_old else (_WRITE_5M, _WRITE_1H)), _READ, _OUTPUT)


def _row(record: Record, file: str) -> UsageRow:
    cells = record.cells
    tokens, warnings = _tokens(cells)
    tier, said = service_tier(cells.get("usage_type"))
    warnings += said
    if "usage_type" not in cells:
        warnings += (NO_TIER,)
    if _SEARCHES not in cells:
        warnings += (NO_SEARCHES,)
    start = read_moment(cells[_DATE])
    if start is None:
        warnings += (UNREADABLE_DATE,)
    width = timedelta(hours=1) if ":" in cells[_DATE] else timedelta(days=1)
    searches = cell_count(cells, _SEARCHES) if _SEARCHES in cells else 0
    model = text(cells.get("model_version")) or text(cells.get("model"))
    return UsageRow(
        file,
        record.line,
        FORMAT,
        (Charge(model, tokens, searches, long_context(cells.get("context_window"))),),
        day=start.date() if start else None,
        moment=start,
        period_end=start + width if start else None,
        unit="bucket",
        service_tier=tier,
        us_only=is_us_only(cells.get("inference_geo")),
        fast=is_fast(cells.get("speed")),
        dimensions=tuple(
            (dimension, cells[column] or absent)
            for column, (dimension, absent) in _DIMENSIONS.items()
            if column in cells
        ),
        warnings=warnings,
    )


def _tokens(cells: Mapping[str, str]) -> tuple[UsageTokens, tuple[str, ...]]:
    if _WRITE_5M in cells:
        five, hour = cell_count(cells, _WRITE_5M), cell_count(cells, _WRITE_1H)
        warnings: tuple[str, ...] = ()
    else:
        five, hour = cell_count(cells, _WRITE), 0
        warnings = (ASSUMED_5M,) if five else ()
    tokens = UsageTokens(
        uncached_input=cell_count(cells, _UNCACHED),
        cache_write_5m=five,
        cache_write_1h=hour,
        cache_read=cell_count(cells, _READ),
        output=cell_count(cells, _OUTPUT),
    )
    return tokens, warnings
