"""The day of a recorded request: what people and programs write in ``date`` becomes a UTC date."""

from __future__ import annotations

from datetime import UTC, date, datetime

_YEARS = range(2000, 2200)
"""An epoch number outside these years is an id or a count, not a moment."""

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138, as milliseconds 1973."""


def read_date(value: object) -> date | None:
    """Return the UTC date of an ISO date or datetime, epoch seconds or milliseconds, or an HTTP date.

    ``None`` when it is none of them; a datetime without a zone is UTC.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    return _from_iso(text) or _from_digits(text) or _from_http(text)


def _from_iso(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).date()
    except (ValueError, OverflowError):
        return None


def _from_digits(text: str) -> date | None:
    try:
        return _from_epoch(float(text)) if len(text) <= 20 else None
    except ValueError:
        return None


def _from_epoch(number: float) -> date | None:
    try:
        seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.date() if moment.year in _YEARS else None


def _from_http(text: str) -> date | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).date()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
