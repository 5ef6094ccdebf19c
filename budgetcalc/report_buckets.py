"""Buckets and pages of reports across files: what was fetched twice, what overlaps, and what was not fetched.

Pure bookkeeping of the usage way; a bucket is known by its span and everything it is grouped by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from struct import Struct
from typing import TYPE_CHECKING, Literal

from budgetcalc.usage import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from budgetcalc.usage import ReportPage, UsageRow

NAMES_MAY_REPEAT = frozenset({"console-usage-csv"})
"""Formats that name keys by their changeable name: two rows of one file may be two keys of the same name."""

STAND_FOR_NULL = frozenset({"Default", "Workbench", "none", "standard", "not_available"})
"""What readers write for a null of a grouped dimension. One page may show that it was grouped and another not, so
that these tell no buckets apart."""

MOST_DAYS = 400
"""Days of one bucket that are checked for overlaps; no report has longer ones."""

CONFLICT = "the same bucket was reported before with other figures: fetch both reports again"
MIXED_WIDTHS = "the same usage was reported before in buckets of another width: price one of the reports"
MIXED_GROUPING = "the same bucket was reported before, grouped differently: price one of the reports"

type Judgement = Literal["new", "repeated", "repeated in its file", "another of its name"]

_SPAN = Struct("<qqq")
_DIGEST = 8


@dataclass(slots=True)
class BucketLedger:
    """What buckets were seen: overlapping fetches are dropped, contradictions become invalid rows.

    All is kept as digests, some 300 bytes a bucket.

    Attributes:
        _figures: of each bucket the file it was first in, then its figures.
        _spans: of each series and day the spans covered, one for each width.
        _groupings: of each span what it is grouped by.
    """

    _figures: dict[bytes, bytes] = field(default_factory=dict)
    _spans: dict[bytes, bytes] = field(default_factory=dict)
    _groupings: dict[bytes, bytes] = field(default_factory=dict)

    def judge(self, row: UsageRow) -> Judgement | InvalidRow:
        """Enter a bucket and return what it is; one without a span is always new.

        Exports are put together by hand, so that the same figures again are the same bucket within a file too.
        """
        if row.moment is None or row.period_end is None:
            return "new"
        series = _digest(row.format, _told_apart(row), [charge.model for charge in row.charges])
        bucket = _digest(series, row.moment, row.period_end)
        file, figures = _digest(row.file), _digest(row.charges, row.reported_usd)
        known = self._figures.get(bucket, b"")
        is_another = known[:_DIGEST] == file and row.format in NAMES_MAY_REPEAT
        if known and figures in _parts(known, _DIGEST)[1:]:
            return "repeated in its file" if is_another else "repeated"
        is_conflict = bool(known) and not is_another
        problem = self._problem(row, series, row.moment, row.period_end, is_conflict=is_conflict)
        if problem:
            return InvalidRow(row.file, row.line, problem)
        self._figures[bucket] = (known or file) + figures
        return "another of its name" if known else "new"

    def _problem(
        self, row: UsageRow, series: bytes, start: datetime, end: datetime, *, is_conflict: bool
    ) -> str:
        names = _digest([name for name, _ in row.dimensions])
        if self._groupings.setdefault(_digest(row.format, start, end), names) != names:
            return MIXED_GROUPING
        if is_conflict:
            return CONFLICT
        return MIXED_WIDTHS if self._overlaps(series, start, end) else ""

    def _overlaps(self, series: bytes, start: datetime, end: datetime) -> bool:
        """Return whether buckets of another width cover the span, and enter it where none does."""
        begins, ends = int(start.timestamp()), int(end.timestamp())
        days = [_digest(series, day) for day in _days(start, end)]
        covered = {
            day: [_SPAN.unpack(part) for part in _parts(self._spans.get(day, b""), _SPAN.size)]
            for day in days
        }
        for spans in covered.values():
            if any(first < ends and begins < last for width, first, last in spans if width != ends - begins):
                return True
        for day, spans in covered.items():
            by_width = {width: (first, last) for width, first, last in spans}
            first, last = by_width.get(ends - begins, (begins, ends))
            by_width[ends - begins] = min(first, begins), max(last, ends)
            self._spans[day] = b"".join(_SPAN.pack(width, *span) for width, span in by_width.items())
        return False


def unfinished(pages: Iterable[ReportPage]) -> Iterator[ReportPage]:
    """Yield the pages that say more follow where nothing given follows them.

    A page's own token is not in it, so that its successor is the next page of the same file, or one that begins
    where it ends.
    """
    known = list(pages)
    last_of_file = {(page.format, page.file): index for index, page in enumerate(known)}
    starts = {(page.format, page.start) for page in known if page.start is not None}
    for index, page in enumerate(known):
        is_last = last_of_file[page.format, page.file] == index
        if page.has_more and is_last and (page.format, page.end) not in starts:
            yield page


def _told_apart(row: UsageRow) -> list[tuple[str, str]]:
    tier = [("service_tier", row.service_tier)]
    named = [(name, value) for name, value in (*tier, *row.dimensions) if value not in STAND_FOR_NULL]
    return sorted(set(named))


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start
    for _ in range(MOST_DAYS):
        yield day.date()
        day = (day + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if day >= end:
            return


def _parts(packed: bytes, size: int) -> list[bytes]:
    return [packed[start : start + size] for start in range(0, len(packed), size)]


def _digest(*values: object) -> bytes:
    from hashlib import blake2b  # loads OpenSSL, and reports with buckets are not read along with transcripts

    return blake2b(repr(values).encode("utf-8", "backslashreplace"), digest_size=_DIGEST).digest()
