"""What people and programs write where a time belongs becomes a moment in UTC.

One function for recorded requests and usage reports: both take ISO texts, epochs and HTTP dates, and both call what
is none of them undated.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from budgetcalc.patterns import pattern

YEARS = range(2000, 2200)
"""What lies outside these years is an id, a count or a default, not a moment of a call."""

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138, as milliseconds 1973."""

_LONGEST_EPOCH = 20
_DAY_ONLY = pattern(r"[0-9]{4}-?(?:[0-9]{2}-?[0-9]{2}|W[0-9]{2}(?:-?[0-9])?)")


def read_moment(value: object) -> datetime | None:
    """Return the UTC time of an ISO date or datetime, epoch seconds or milliseconds, or an HTTP date.

    ``None`` when it is none of them, or not within 2000 to 2199; a datetime without a zone is UTC.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    return _from_iso(text) or _from_digits(text) or _from_http(text)


def read_time(value: object) -> datetime | None:
    """Return the moment that :func:`read_moment` can read; ``None`` too when only the day is said."""
    is_day = isinstance(value, str) and _DAY_ONLY.fullmatch(value.strip()) is not None
    return None if is_day else read_moment(value)


def read_date(value: object) -> date | None:
    """Return the UTC date of what :func:`read_moment` can read, else ``None``."""
    read = read_moment(value)
    return None if read is None else read.date()


def _from_iso(text: str) -> datetime | None:
    try:
        return _plausible(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _from_digits(text: str) -> datetime | None:
    try:
        return _from_epoch(float(text)) if len(text) <= _LONGEST_EPOCH else None
    except ValueError:
        return None


def _from_epoch(number: float) -> datetime | None:
    try:
        seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
        return _plausible(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _from_http(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return _plausible(parsedate_to_datetime(text))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _plausible(read: datetime) -> datetime | None:
    in_utc = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return in_utc if in_utc.year in YEARS else None
