"""The Console's usage export: every generation, and what spreadsheets make of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.errors import InputError
from budgetcalc.readers.usage import console_csv
from budgetcalc.readers.usage.csv_tables import header_of
from budgetcalc.usage import UsageTokens

from .report_rows import aggregated, lines, only, refused, tokens, usd

FIRST = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    "usage_output_tokens,web_search_count"
)
SECOND = FIRST.replace("usage_type,", "usage_type,context_window,")
THIRD = f"{SECOND},inference_geo,speed"
ROW = "2026-08-05,claude-opus-5,key,Default,standard,≤ 200k,100,20,30,40,50,2,global,"


def read(*texts: str) -> list[Any]:
    """Return what is read of these lines."""
    assert console_csv.is_header(header_of(texts))
    return list(console_csv.read_csv(lines(*texts), "tokens.csv"))


def changed(column: str, cell: str) -> str:
    """Return the row with another value in a column."""
    cells = ROW.split(",")
    cells[THIRD.split(",").index(column)] = cell
    return ",".join(cells)


def test_the_golden_day_of_2026_02() -> None:
    """Two rows of a real account, as arithmetic: 4.38401975 in all."""
    found = read(
        SECOND,
        "2026-02-01,claude-haiku-4-5-20251001,claude-sdk,Default,standard,≤ 200k,16765,0,0,0,1702,0",
        "2026-02-01,claude-opus-4-5-20251101,claude-sdk,Default,standard,≤ 200k,43,302527,0,3301672,32676,0",
    )
    haiku = 16765 * Decimal(1) + 1702 * Decimal(5)
    opus = 43 * Decimal(5) + 302527 * Decimal("6.25") + 3301672 * Decimal("0.5") + 32676 * Decimal(25)
    assert usd(found) == (haiku + opus) / 1_000_000 == Decimal("4.38401975")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (FIRST, "2026-08-05,claude-opus-5,key,Default,standard,100,20,30,40,50,2"),
        (SECOND, "2026-08-05,claude-opus-5,key,Default,standard,≤ 200k,100,20,30,40,50,2"),
        (THIRD, ROW),
        (f"{THIRD},a_new_column", f"{ROW},x"),
        ("\ufeff" + THIRD, ROW),
        (THIRD + "\r", ROW + "\r"),
        (THIRD.replace(",", ";"), ROW.replace(",", ";")),
        (THIRD.replace(",", "\t"), ROW.replace(",", "\t")),
        (",".join(reversed(THIRD.split(","))), ",".join(reversed(ROW.split(",")))),
    ],
)
def test_every_generation_and_spelling_reads_the_same(header: str, row: str) -> None:
    """Columns are found by name, whatever their number, order and delimiter."""
    found = only(read(header, row))
    assert tokens(found) == UsageTokens(100, 20, 30, 40, 50)
    assert (found.charges[0].web_search_requests, found.day) == (2, date(2026, 8, 5))
    assert found.line == 2


def test_a_quoted_comma_shifts_nothing() -> None:
    """A workspace may be called "Acme, Inc"."""
    row = only(read(THIRD, changed("workspace", '"Acme, Inc"')))
    assert dict(row.dimensions)["workspace"] == "Acme, Inc"
    assert tokens(row).output == 50


def test_an_unquoted_comma_is_said() -> None:
    """A row of another width is invalid: its cells cannot be told."""
    assert (
        refused(read(THIRD, changed("workspace", "Acme, Inc"))) == "15 cells where the header has 14 columns"
    )


def test_a_broken_quote_costs_its_own_line_only() -> None:
    """The rows after it are still priced, and a quoted cell may hold a line break."""
    unclosed, misplaced = changed("workspace", '"Acme'), changed("workspace", '"Acme" Inc')
    others = [changed("api_key", name) for name in "ab"]
    found = aggregated(read(THIRD, ROW, unclosed, others[0], misplaced, others[1]))
    assert (found.rows.priced, found.rows.invalid) == (3, 2)
    first, second = read(THIRD, changed("workspace", '"Acme\nInc"'), ROW)
    assert (first.line, second.line) == (2, 4)
    assert dict(first.dimensions)["workspace"] == "Acme\nInc"


@pytest.mark.parametrize(
    "column",
    [
        "usage_input_tokens_no_cache",
        "usage_input_tokens_cache_write_5m",
        "usage_input_tokens_cache_write_1h",
        "usage_input_tokens_cache_read",
        "usage_output_tokens",
    ],
)
def test_a_missing_token_column_is_an_error_that_names_it(column: str) -> None:
    """It would be read as no tokens otherwise, also below blank lines."""
    for blank in ((), ("",)):
        with pytest.raises(InputError, match=f"no column {column}\n"):
            list(console_csv.read_csv(lines(*blank, THIRD.replace(column, "other"), ROW), "tokens.csv"))


def test_the_single_column_of_cache_writes_is_five_minutes_and_said() -> None:
    """Exports before the split have one column."""
    header = FIRST.replace("_cache_write_5m,usage_input_tokens_cache_write_1h", "_cache_write")
    row = only(read(header, "2025-01-05,claude-3-opus-20240229,key,Default,standard,1,20,3,4,0"))
    assert tokens(row) == UsageTokens(1, 20, 0, 3, 4)
    assert any("5-minute" in warning for warning in row.warnings)


def test_missing_dimensions_are_said() -> None:
    """Without usage_type batch would cost twice its price; without web_search_count searches are missing."""
    header = "usage_date_utc,model_version," + ",".join(FIRST.split(",")[5:-1])
    warnings = only(read(header, "2026-08-05,claude-opus-5,1,2,3,4,5")).warnings
    assert warnings == (console_csv.NO_TIER, console_csv.NO_SEARCHES)
    assert not only(read(THIRD, ROW)).warnings


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("usage_output_tokens", "-1", "is negative"),
        ("usage_output_tokens", "1.5", "is not a whole number"),
        ("usage_output_tokens", "1.000", "is not a whole number"),
        ("usage_output_tokens", "1e3", "is not a whole number"),
        ("usage_output_tokens", "", "is empty"),
        ("usage_output_tokens", '"12,34"', "is not a whole number"),
        ("usage_output_tokens", "9" * 17, "is too large"),
        ("usage_type", "premium", 'unknown service tier "premium"'),
        ("context_window", "some", "unknown context window"),
        ("inference_geo", "moon", "unknown inference_geo"),
    ],
)
def test_what_cannot_be_a_count_or_a_known_word_is_invalid(column: str, cell: str, said: str) -> None:
    """The row is invalid and says why."""
    assert said in refused(read(THIRD, changed(column, cell)))


def test_thousands_commas_of_a_spreadsheet_are_read() -> None:
    """``1,234,567`` is a whole number."""
    assert tokens(only(read(THIRD, changed("usage_output_tokens", '"1,234,567"')))).output == 1_234_567


@pytest.mark.parametrize(
    ("written", "is_long"),
    [
        ("≤ 200k", False),
        ("<= 200k", False),
        ("0-200k", False),
        ("> 200k", True),
        ("200k-1M", True),
        ("", None),
    ],
)
def test_the_context_window_is_read_in_every_spelling(written: str, is_long: bool | None) -> None:
    """The Console, the API and spreadsheets spell it differently."""
    assert only(read(THIRD, changed("context_window", written))).charges[0].long_context is is_long


def test_batch_rows_cost_half() -> None:
    """The tier of the row decides, searches aside."""
    free = changed("web_search_count", "0")
    assert usd(read(THIRD, free.replace("standard", "batch"))) == usd(read(THIRD, free)) / 2


def test_hourly_rows_are_an_hour_and_daily_rows_a_day() -> None:
    """The span tells an hourly export from a daily one of the same day."""
    hour = only(read(THIRD, changed("usage_date_utc", "2026-08-05 02:00")))
    day = only(read(THIRD, ROW))
    assert hour.moment is not None
    assert hour.period_end is not None
    assert day.moment is not None
    assert day.period_end is not None
    assert (hour.period_end - hour.moment, hour.moment.hour) == (timedelta(hours=1), 2)
    assert day.period_end - day.moment == timedelta(days=1)


def test_an_unreadable_date_is_undated_and_said() -> None:
    """The row is priced at the day of the question."""
    row = only(read(THIRD, changed("usage_date_utc", "last week")))
    assert row.day is None
    assert row.warnings


def test_a_repeated_header_and_blank_lines_are_no_rows() -> None:
    """Exports are concatenated by hand."""
    assert len(read(THIRD, ROW, "", THIRD, ROW)) == 2


def test_a_column_named_twice_is_an_error() -> None:
    """Nobody knows which one counts."""
    with pytest.raises(InputError, match="twice"):
        read(f"{THIRD},speed", f"{ROW},")


@given(st.lists(st.text(max_size=60) | st.just(ROW), max_size=6))
def test_any_rows_under_a_header_are_read_or_invalid(texts: list[str]) -> None:
    """Whatever stands below the header, no exception comes out."""
    aggregated(console_csv.read_csv(lines(THIRD, *texts), "tokens.csv"))


@given(st.sampled_from(THIRD.split(",")), st.text(max_size=30))
def test_any_cell_is_read_or_invalid(column: str, cell: str) -> None:
    """Whatever stands in a cell, no exception comes out."""
    quoted = cell.replace('"', '""')
    aggregated(console_csv.read_csv(lines(THIRD, changed(column, f'"{quoted}"')), "tokens.csv"))
