"""Last stage of the usage way: rows become totals and groups, streamed.

Calls with an identity are held until the end, packed, because a later line or file may complete or repeat them;
everything else goes straight into integer sums. Money is computed once per group, price key and bucket.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.calls import Calls
from budgetcalc.catalogue import Bucket
from budgetcalc.errors import UnknownModelError
from budgetcalc.overlaps import (
    MORE_RIVALS,
    MOST_NAMED,
    REPEATED_IN_FILE,
    RETOLD,
    SAME_NAME,
    CoveredDays,
    is_retold,
    rival_warning,
    transcribed_sessions,
    undated_refusal,
)
from budgetcalc.packed_calls import PackedCalls
from budgetcalc.plurals import plural
from budgetcalc.records import dataclass, replace
from budgetcalc.report_buckets import BucketLedger
from budgetcalc.settling import Settling
from budgetcalc.usage import REFUSED, InvalidRow, ReportPage, UsageRow
from budgetcalc.usage_prices import BUCKETS, PriceKey, Unpriced, price_key, with_lifetimes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from budgetcalc.calls import Entry
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.report_buckets import Judgement
    from budgetcalc.settling import Summed, Totals
    from budgetcalc.usage import Charge

GroupKey = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class KeySums:
    """Integer sums under one price key."""

    tokens: dict[Bucket, int] = field(default_factory=lambda: dict.fromkeys(BUCKETS, 0))
    thinking_known: int = 0
    output_of_unknown_thinking: int = 0
    web_search_requests: int = 0

    def plus(self, other: KeySums) -> KeySums:
        """Add other sums to these, and return these."""
        for bucket, count in other.tokens.items():
            self.tokens[bucket] += count
        self.thinking_known += other.thinking_known
        self.output_of_unknown_thinking += other.output_of_unknown_thinking
        self.web_search_requests += other.web_search_requests
        return self

    def usd(self, key: PriceKey) -> Decimal:
        """Return what the tokens cost; searches are a line of their own."""
        return money.total([key.usd(bucket, count) for bucket, count in self.tokens.items() if count])


@dataclass(slots=True)
class Group:
    """The sums of one group."""

    key: GroupKey
    rows: int = 0
    sums: dict[PriceKey, KeySums] = field(default_factory=dict)
    web_search_usd: Decimal = Decimal(0)


@dataclass(slots=True)
class RowCounts:
    """What became of the rows; ``read`` is the sum of the other five."""

    priced: int = 0
    deduplicated: int = 0
    unbilled: int = 0
    unpriced: int = 0
    invalid: int = 0

    @property
    def read(self) -> int:
        """Rows read."""
        return self.priced + self.deduplicated + self.unbilled + self.unpriced + self.invalid


@dataclass(slots=True)
class Aggregation:
    """Rows in, totals out.

    Attributes:
        catalogue: models and prices.
        undated: the day that rows without one take.
        overlaps: what whole reports tell of twice; known when it is finished.
        model: fills in where a report names none.
        model_origin: where that came from, if it is to be said of rows that take it.
        group_by: returns a row's group; all rows are one group by default. A call's group depends on its time,
            its models and what it shares with others (file, dimensions, …), not on its line or its counts.
        keep: whether a row passes the filters, which look at the same; it is not read at all if not.
        looks_at: the dimensions that ``group_by`` and ``keep`` look at; ``None`` for any.
    """

    catalogue: Catalogue
    undated: date
    model: str | None = None
    model_origin: str = ""
    group_by: Callable[[UsageRow], GroupKey] = lambda _: ()
    keep: Callable[[UsageRow], bool] = lambda _: True
    looks_at: frozenset[str] | None = None
    rows: RowCounts = field(default_factory=RowCounts)
    groups: dict[GroupKey, Group] = field(default_factory=dict)
    unpriced: dict[tuple[str, str], int] = field(default_factory=dict)
    unbilled: dict[str, int] = field(default_factory=dict)
    invalid: list[InvalidRow] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    pages: list[ReportPage] = field(default_factory=list)
    undated_rows: int = 0
    reported_usd: Decimal | None = None
    _calls: Calls = field(default_factory=Calls)
    overlaps: list[str] = field(default_factory=list)
    _covered: CoveredDays = field(default_factory=CoveredDays)
    _rivals: int = 0
    _buckets: BucketLedger = field(default_factory=BucketLedger)

    def add_all(self, rows: Iterable[UsageRow | InvalidRow | ReportPage | PackedCalls]) -> None:
        """Take in rows."""
        for row in rows:
            self.add(row)

    def add(self, row: UsageRow | InvalidRow | ReportPage | PackedCalls) -> None:
        """Take in one row, or a page that says whether more follow."""
        if isinstance(row, ReportPage):
            self.pages.append(row)
        elif isinstance(row, InvalidRow):
            self._reject(row)
        elif isinstance(row, PackedCalls):
            self._calls.add_packed(row)
        elif row.call_id is not None:
            self._calls.add(row)
        elif self.keep(row):
            self._add_bucket(row, self._buckets.judge(row) if row.unit == "bucket" else "new")

    def _add_bucket(self, row: UsageRow, judgement: Judgement | InvalidRow) -> None:
        if isinstance(judgement, InvalidRow):
            self._reject(judgement)
            return
        if judgement in _SAID_OF_BUCKETS:
            self._warn(_SAID_OF_BUCKETS[judgement])
        if judgement.startswith("repeated"):
            self.rows.deduplicated += 1
        else:
            self._settle(row)

    def finish(self) -> None:
        """Settle the calls that were held; call it once, after the last row."""
        calls, self._calls = self._calls, Calls()
        sessions = transcribed_sessions(calls.shapes)
        settling = Settling(calls, self.keep, self._cover_and_group, self._key, self.looks_at)

        def other(entry: Entry) -> None:
            row, repeats = calls.row(entry)
            if not self.keep(row):
                return
            self.rows.deduplicated += repeats
            if is_retold(row, sessions):
                self.rows.deduplicated += 1
                self._warn(RETOLD)
            else:
                self._settle(row)

        for summed, totals in settling.sums(self._begin, other):
            self._add_sums(summed, totals)
        self.overlaps.extend(f"{days_of(days)}: {said}" for said, days in self._covered.warnings())

    def _key(self, row: UsageRow) -> PriceKey | Unpriced:
        return self._price_key(row.charges[0], row, row.day or self.undated)

    def _cover_and_group(self, row: UsageRow) -> GroupKey:
        """Return the group of calls like this one, which is asked for once a kind and day of calls."""
        self._covered.add(row)
        return self.group_by(row)

    def _price_key(self, charge: Charge, row: UsageRow, day: date) -> PriceKey | Unpriced:
        return price_key(charge, row, self.catalogue, day, self.model, model_origin=self.model_origin)

    def _begin(self, summed: Summed) -> None:
        """Make room for what sums will add, in the order of the calls."""
        for warning in _said(summed):
            self.warnings.setdefault(warning, 0)
        self._group(summed.group).sums.setdefault(summed.key, KeySums())

    def _add_sums(self, summed: Summed, totals: Totals) -> None:
        for warning in _said(summed):
            self.warnings[warning] += totals.rows
        self.rows.priced += totals.rows
        if summed.is_undated:
            self.undated_rows += totals.rows
        self.rows.deduplicated += totals.repeats
        group = self.groups[summed.group]
        group.rows += totals.rows
        own = group.sums[summed.key]
        counts = (totals.fresh, totals.five, totals.hour, totals.read, totals.output)
        for bucket, count in zip(BUCKETS, counts, strict=True):
            own.tokens[bucket] += count
        if summed.knows_thinking:
            own.thinking_known += totals.thinking - totals.rows
        else:
            own.output_of_unknown_thinking += totals.output

    def _group(self, name: GroupKey) -> Group:
        group = self.groups.get(name)
        if group is None:
            group = self.groups[name] = Group(name)
        return group

    def _reject(self, row: InvalidRow) -> None:
        self.rows.invalid += 1
        if len(self.invalid) < MOST_INVALID_SHOWN:
            self.invalid.append(row)

    def _leave(self, reason: str) -> None:
        self.rows.unbilled += 1
        if reason not in self.unbilled and len(self.unbilled) >= MOST_REASONS:
            reason = "another reason"
        self.unbilled[reason] = self.unbilled.get(reason, 0) + 1

    def _warn(self, said: str) -> None:
        self.warnings[said] = self.warnings.get(said, 0) + 1

    def _warn_of_rivals(self, row: UsageRow) -> None:
        said = rival_warning(row, self._canonical)
        if said:
            self._rivals += 1
            self._warn(said if self._rivals <= MOST_NAMED else MORE_RIVALS)

    def _canonical(self, name: str) -> str:
        try:
            return self.catalogue.find(name).model.id
        except UnknownModelError:
            return name

    def _settle(self, row: UsageRow) -> None:
        for warning in row.warnings:
            self._warn(warning)
        if row.rivals:
            self._warn_of_rivals(row)
        if row.reported_usd is not None:
            self.reported_usd = money.total([self.reported_usd or Decimal(0), row.reported_usd])
        if row.unbilled:
            self._leave(row.unbilled)
            return
        day = row.day or self.undated
        billed = tuple(each for each in row.charges if each.billed_from is None or each.billed_from <= day)
        if row.day is None and any(each.billed_from for each in row.charges):
            self._warn(undated_refusal(day))
        if row.charges and not billed:
            self._leave(REFUSED)
            return
        row = row if len(billed) == len(row.charges) else replace(row, charges=billed)
        keys = [self._price_key(charge, row, day) for charge in row.charges]
        problems = [key for key in keys if isinstance(key, Unpriced)]
        searching = next((charge for charge in row.charges if charge.web_search_requests), None)
        if searching is not None and self.catalogue.fee("web_search", day) is None:
            problems.append(
                Unpriced(searching.model or "", f"no web search fee is known for {day.isoformat()}")
            )
        if problems or not keys:
            first = problems[0] if problems else Unpriced("", "the row holds no usage")
            self.rows.unpriced += 1
            reason = (first.model, first.reason)
            self.unpriced[reason] = self.unpriced.get(reason, 0) + 1
            return
        self.rows.priced += 1
        self.undated_rows += row.day is None
        self._covered.add(row)
        for note in dict.fromkeys(note for key in keys if isinstance(key, PriceKey) for note in key.notes):
            self._warn(note)
        name = self.group_by(row)
        group = self._group(name)
        group.rows += 1
        for charge, key in zip(row.charges, keys, strict=True):
            if isinstance(key, PriceKey):
                self._charge(group, charge, key, day)

    def _charge(self, group: Group, charge: Charge, key: PriceKey, day: date) -> None:
        search_usd = self._search_usd(charge, day)
        charge, is_assumed = with_lifetimes(charge, key, search_usd)
        if is_assumed:
            self._warn(ASSUMED_LIFETIMES)
        sums = group.sums.setdefault(key, KeySums())
        tokens = charge.tokens
        for bucket in BUCKETS:
            sums.tokens[bucket] += getattr(tokens, bucket)
        if tokens.thinking is None:
            sums.output_of_unknown_thinking += tokens.output
        else:
            sums.thinking_known += tokens.thinking
        sums.web_search_requests += charge.web_search_requests
        group.web_search_usd = money.total([group.web_search_usd, search_usd])

    def _search_usd(self, charge: Charge, day: date) -> Decimal:
        fee = self.catalogue.fee("web_search", day) if charge.web_search_requests else None
        return money.times(fee.usd / 1000, charge.web_search_requests) if fee else Decimal(0)


_SAID_OF_BUCKETS: dict[Judgement, str] = {
    "repeated in its file": REPEATED_IN_FILE,
    "another of its name": SAME_NAME,
}


def days_of(count: int) -> str:
    """Return ``1 day`` or ``2 days``."""
    return plural(count, "day")


def _said(summed: Summed) -> tuple[str, ...]:
    """Return what is said of each of the calls, for their own sake and for their price's."""
    return (*summed.warnings, *summed.key.notes)


ASSUMED_LIFETIMES = (
    "the lifetimes of a session's cache writes do not follow from its cost: the rest counts as 5-minute"
)

MOST_REASONS = 50
"""Reasons for not being billed that are told apart: some hold a word of the report."""

MOST_INVALID_SHOWN = 20
"""Invalid rows that are shown one by one; the others are counted."""
