"""Dates beside requests."""

from __future__ import annotations

from datetime import date

import pytest

from budgetcalc.readers.recorded_times import read_date


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-02-19", date(2026, 2, 19)),
        ("20260219", date(2026, 2, 19)),
        ("2026-02-19T23:30:00Z", date(2026, 2, 19)),
        ("2026-02-19T23:30:00-05:00", date(2026, 2, 20)),
        ("2026-02-19 23:30:00.123456789", date(2026, 2, 19)),
        (1771459200, date(2026, 2, 19)),
        (1771459200.5, date(2026, 2, 19)),
        (1771459200000, date(2026, 2, 19)),
        ("1771459200", date(2026, 2, 19)),
        ("Wed, 19 Aug 2026 14:34:13 GMT", date(2026, 8, 19)),
        ("Wed, 19 Aug 2026 23:34:13 -0700", date(2026, 8, 20)),
    ],
)
def test_dates_are_read_as_utc_days(value: object, day: date) -> None:
    """ISO dates and datetimes, epochs and HTTP dates give the UTC day."""
    assert read_date(value) == day


@pytest.mark.parametrize(
    "value",
    [
        "**REDACTED**",
        "",
        "yesterday",
        "2026-13-01",
        5,
        20260219,
        -1,
        1e30,
        float("inf"),
        True,
        None,
        [],
        {},
        "9" * 30,
    ],
)
def test_what_is_no_date_is_none(value: object) -> None:
    """Masked values, ids and impossible days are no dates."""
    assert read_date(value) is None
