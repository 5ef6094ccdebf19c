"""Buckets fetched twice, in two widths or with two groupings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.report_buckets import CONFLICT, MIXED_GROUPING, MIXED_WIDTHS, BucketLedger
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

from .priced import aggregated

START = datetime(2026, 3, 31, tzinfo=UTC)


def bucket(hour: int = 0, hours: int = 24, output: int = 1, file: str = "a", **names: str) -> UsageRow:
    """Return a bucket of a day."""
    start = START + timedelta(hours=hour)
    return UsageRow(
        file,
        1,
        "admin-usage-report",
        (Charge("claude-opus-5", UsageTokens(output=output)),),
        day=start.date(),
        moment=start,
        period_end=start + timedelta(hours=hours),
        unit="bucket",
        dimensions=tuple(names.items()),
    )


def judged(*rows: UsageRow) -> list[str]:
    """Return the judgements of rows in a row."""
    ledger = BucketLedger()
    found = [ledger.judge(row) for row in rows]
    return [each.message if isinstance(each, InvalidRow) else each for each in found]


def test_the_same_bucket_again_is_dropped() -> None:
    """Overlapping fetches of one report count once."""
    assert judged(bucket(), bucket(file="b")) == ["new", "repeated"]


def test_other_figures_of_the_same_bucket_contradict() -> None:
    """Nobody knows which of two figures is right."""
    assert judged(bucket(), bucket(output=2, file="b")) == ["new", CONFLICT]


def test_a_bucket_that_contradicts_is_an_invalid_row_with_its_place() -> None:
    """The first is priced, the second is counted as invalid and shown with file, line and reason."""
    found = aggregated()
    found.add_all([bucket(), bucket(output=2, file="b")])
    found.finish()
    assert (found.rows.priced, found.rows.invalid) == (1, 1)
    assert found.invalid == [InvalidRow("b", 1, CONFLICT)]


def test_other_dimensions_are_other_buckets() -> None:
    """Workspaces, tiers and hours are told apart."""
    rows = [
        bucket(workspace="a"),
        bucket(workspace="b"),
        replace(bucket(workspace="a"), service_tier="batch"),
    ]
    assert judged(*rows) == ["new", "new", "new"]
    assert judged(bucket(0, 1), bucket(1, 1)) == ["new", "new"]


@pytest.mark.parametrize("hours_first", [True, False])
def test_two_widths_of_one_span_count_double(*, hours_first: bool) -> None:
    """An hourly and a daily report of one day hold the same tokens."""
    rows = [bucket(2, 1), bucket()]
    assert judged(*(rows if hours_first else rows[::-1])) == ["new", MIXED_WIDTHS]


def test_two_widths_of_two_spans_are_fine() -> None:
    """Yesterday by hour and today by day do not overlap."""
    assert judged(bucket(23, 1), bucket(24, 24), bucket(48, 1)) == ["new", "new", "new"]


def test_two_groupings_of_one_bucket_count_double() -> None:
    """A report by model and one by model and workspace hold the same tokens."""
    assert judged(bucket(), bucket(workspace="a", output=2, file="b")) == ["new", MIXED_GROUPING]


def test_a_repeated_page_that_shows_no_workspace_is_still_the_same() -> None:
    """A null of the default workspace may look ungrouped on one page and grouped on another."""
    assert judged(bucket(workspace="Default"), bucket(file="b")) == ["new", "repeated"]


def test_two_keys_of_one_name_in_a_console_export_are_two() -> None:
    """The Console names keys by their changeable name; the same figures are the same row again."""
    rows = [
        replace(bucket(output=output, file=file), format="console-usage-csv")
        for file, output in (("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 1))
    ]
    assert judged(*rows) == ["new", "another of its name", "repeated", "repeated", "repeated in its file"]


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.sampled_from([1, 24, 168, 24 * 1000]), st.integers(1, 2)),
        max_size=12,
    )
)
def test_any_order_of_buckets_is_judged(spans: list[tuple[int, int, int]]) -> None:
    """The ledger answers whatever comes, and drops what comes again."""
    rows = [bucket(hour, hours, output) for hour, hours, output in spans]
    first = judged(*rows)
    again = judged(*rows, *rows)[len(rows) :]
    assert all(later != "new" for later in again)
    assert all(later == "repeated" for now, later in zip(first, again, strict=True) if now == "new")


def test_a_row_without_a_span_is_always_new() -> None:
    """What has no time cannot be the same."""
    assert judged(replace(bucket(), moment=None), replace(bucket(), moment=None)) == ["new", "new"]
