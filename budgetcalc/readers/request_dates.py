"""The day of a recorded request: what people and programs write in ``date`` becomes a UTC date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_YEARS = range(2000, 2200)
"""An epoch number outside these years is an id or a count, not a moment."""

_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138, as milliseconds 1973."""

_DAY_ONLY = re.compile(r"[0-9]{4}-?(?:[0-9]{2}-?[0-9]{2}|W[0-9]{2}(?:-?[0-9])?)")


def read_date(value: object) -> date | None:
    """Return the UTC date of an ISO date or datetime, epoch seconds or milliseconds, or an HTTP date.

    ``None`` when it is none of them; a datetime without a zone is UTC.
    """
    moment = _moment(value)
    return None if moment is None else moment.date()


def read_moment(value: object) -> datetime | None:
    """Return the moment in UTC that :func:`read_date` takes the day of; ``None`` when only the day is said."""
    if isinstance(value, str) and _DAY_ONLY.fullmatch(value.strip()):
        return None
    return _moment(value)


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    return _from_iso(text) or _from_digits(text) or _from_http(text)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _from_iso(text: str) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _from_digits(text: str) -> datetime | None:
    try:
        return _from_epoch(float(text)) if len(text) <= 20 else None
    except ValueError:
        return None


def _from_epoch(number: float) -> datetime | None:
    try:
        seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in _YEARS else None


def _from_http(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
