"""First stage of the usage way: one normal form for whatever a report calls a call.

Token buckets are disjoint, so that nothing can be counted twice: Anthropic's ``input_tokens`` already leaves cache
reads and writes out, inclusive sources have them subtracted by their reader. Thinking is a part of output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

Unit = Literal["call", "bucket", "session"]

LARGEST_COUNT = 10**15
"""A count above this is a mistake of the report, not usage."""


REFUSED = "refused before any output"
"""Why most refusals are unbilled."""


CUT_OFF = "a stream was cut off before its final counts: the cost is a lower bound"
"""Said of a row whose output is not all there was: the report it is in is incomplete."""


@dataclass(frozen=True, slots=True)
class UsageTokens:
    """Billed tokens in disjoint buckets; ``thinking`` is the part of ``output`` that was thinking, if known."""

    uncached_input: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output: int = 0
    thinking: int | None = None

    @property
    def prompt(self) -> int:
        """All input, cached or not: what decides a long-context tier."""
        return self.uncached_input + self.cache_write_5m + self.cache_write_1h + self.cache_read

    def merged(self, other: UsageTokens) -> UsageTokens:
        """Return the field-wise maximum: the last of several lines of one streamed call.

        The two kinds of cache writes are one field: a line without their lifetimes and one with them tell of the
        same writes.
        """
        known = [count for count in (self.thinking, other.thinking) if count is not None]
        writes, hour = max(
            (tokens.cache_write_5m + tokens.cache_write_1h, tokens.cache_write_1h) for tokens in (self, other)
        )
        return UsageTokens(
            uncached_input=max(self.uncached_input, other.uncached_input),
            cache_write_5m=writes - hour,
            cache_write_1h=hour,
            cache_read=max(self.cache_read, other.cache_read),
            output=max(self.output, other.output),
            thinking=max(known) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """What one model did within a call: most calls have one, compaction, advisors and fallbacks add more.

    Attributes:
        model: as the report spells it; ``None`` when it does not say.
        tokens: the billed tokens.
        web_search_requests: searches, billed by use.
        long_context: whether the report itself says so; ``None`` when the prompt's size decides.
        reported_usd: the report's own cost of this charge, where the lifetimes of its cache writes follow from
            nothing else (:func:`budgetcalc.usage_prices.with_lifetimes`); ``None`` when they are known.
        billed_from: the day from which such a charge is billed, and free before; ``None`` when it always is.
    """

    model: str | None
    tokens: UsageTokens
    web_search_requests: int = 0
    long_context: bool | None = None
    reported_usd: Decimal | None = None
    billed_from: date | None = None


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One call, or one bucket of a report.

    Attributes:
        file: where it was read.
        line: its line, from 1, if the input has lines.
        format: which format it was read as.
        charges: what is billed; empty for an unbilled row.
        day: the UTC day that decides the price; ``None`` when the report does not say.
        moment: its time, for grouping in a time zone; the start of a bucket.
        period_end: the end of a bucket; with ``moment`` and the dimensions it identifies the bucket.
        unit: a call's own prompt decides its tier; a bucket's or session's sum does not.
        service_tier: ``standard``, ``batch``, ``priority`` or what the report says.
        us_only: ``inference_geo`` was ``us``.
        fast: ``speed`` was ``fast``.
        unbilled: why nothing is billed; ``""`` when it is.
        reported_usd: money the report gives beside the tokens; shown beside, never mixed in.
        call_id: identity of the API call, for deduplication; ``None`` when the report has none.
        request_id: the request that a call is told apart by where its identity repeats; ``None`` makes this row
            one with every other of its ``call_id`` (a replay, or a line that names no request).
        dimensions: what it can be grouped by: project, session, api_key, workspace, ….
        warnings: what had to be assumed.
        rivals: what other records of the same call say instead: the models of a call, the costs of a session.
    """

    file: str
    line: int | None
    format: str
    charges: tuple[Charge, ...]
    day: date | None = None
    moment: datetime | None = None
    period_end: datetime | None = None
    unit: Unit = "call"
    service_tier: str = "standard"
    us_only: bool = False
    fast: bool = False
    unbilled: str = ""
    reported_usd: Decimal | None = None
    call_id: str | None = None
    request_id: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvalidRow:
    """A row that cannot be read, with the place and what is wrong, never with its text."""

    file: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page of a paged report: no row, but what tells whether the last page was fetched.

    Attributes:
        file: where it was read.
        line: its line, from 1, if the input has lines.
        format: which format it was read as.
        start: start of its first bucket; ``None`` for a page without buckets in time.
        end: end of its last bucket.
        has_more: another page follows it.
    """

    file: str
    line: int | None
    format: str
    start: datetime | None
    end: datetime | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class ReportedCost:
    """Money of a cost report: compared with, never priced and never added to what is computed.

    Attributes:
        file: where it was read.
        line: its line, from 1, if the input has lines.
        day: the UTC day; ``None`` when unreadable.
        model: as the report spells it; ``None`` when it does not say.
        kind: a token bucket's name, ``web_search``, or another cost type; ``None`` when it does not say.
        usd: what was charged.
        list_usd: before discounts, where the report gives it.
        step: the last digit the report gives, in dollars: ``usd`` is known to half of it.
        description: what the report calls it.
        dimensions: workspace, api_key, ….
    """

    file: str
    line: int | None
    day: date | None
    model: str | None
    kind: str | None
    usd: Decimal
    list_usd: Decimal | None
    step: Decimal
    description: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
