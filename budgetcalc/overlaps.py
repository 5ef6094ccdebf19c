"""Usage that reports tell of twice, and records that contradict each other: what is taken is said.

Pure bookkeeping of the usage way. Identical calls and buckets are found by their identity elsewhere; here is what two
kinds of reports, or two records of one call, say of the same usage.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from itertools import combinations
from typing import TYPE_CHECKING

from budgetcalc.locations import printable
from budgetcalc.records import dataclass, replace
from budgetcalc.usage import REFUSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from budgetcalc.packed_calls import Shape
    from budgetcalc.usage import ReportedCost, UsageRow

RETOLD = (
    "a headless result beside the transcript of its session: the transcript's calls are counted and the result is not"
    " (helper models are in results only)"
)
REPEATED_IN_FILE = (
    "the file repeats a bucket with the same figures: it counts once, though two keys may share a name"
)
SAME_NAME = "the file has a bucket twice with different figures: they are taken for two keys of one name"
COSTS_REPEATED = "an amount of a cost report is in another file too: it counts once"
MORE_RIVALS = "records of one call or session contradict each other, as those named"

MOST_NAMED = 20
"""Contradictions that are told with both sides; the others are counted."""

_WHOLE_ORGANISATION = {
    "admin-usage-report": "an Admin usage report",
    "console-usage-csv": "a Console usage export",
    "analytics-usage-report": "an analytics usage report",
    "claude-code-analytics": "a Claude Code analytics report",
}
"""Reports of everything an organisation used: two kinds of one day tell of the same calls."""

_CALLS_OF_A_CLIENT = {
    "claude-code": "transcripts of Claude Code",
    "headless": "headless results of Claude Code",
}
"""Calls of a part of an organisation: those that an API key paid for are in a report of the whole of it too."""

_SUBSCRIPTION = ("customer_type", "subscription")
"""Rows of Claude Code analytics that are in no report of API usage."""


def transcribed_sessions(shapes: Iterable[Shape]) -> frozenset[str]:
    """Return the sessions of Claude Code whose calls were read from their transcripts."""
    return frozenset(
        value
        for shape in shapes
        if shape.format == "claude-code" and shape.models
        for name, value in shape.dimensions
        if name == "session"
    )


def is_retold(row: UsageRow, sessions: frozenset[str]) -> bool:
    """Return whether a row is the result of a session whose transcript was read too."""
    return (row.format, row.unit) == ("headless", "session") and any(
        name == "session" and value in sessions for name, value in row.dimensions
    )


def rival_warning(row: UsageRow, canonical: Callable[[str], str]) -> str:
    """Return what is said of records that contradict each other; ``""`` where they only spell a model differently.

    Args:
        row: the call or session.
        canonical: returns the id of a model as a report spells it.
    """
    if row.unit == "session":
        taken = "" if row.reported_usd is None else f"${row.reported_usd.normalize():f}"
        costs = " and ".join([*(f"${each}" for each in row.rivals), taken])
        return f"a session has results of {costs}: results grow, so each model's largest figures count once"
    taken = row.charges[0].model or "" if row.charges else ""
    others = [name for name in row.rivals if canonical(name) != canonical(taken)]
    if not others:
        return ""
    named = " and ".join(printable(name, limit=60) for name in others)
    return (
        f"records of one message name the models {named} and {printable(taken, limit=60)}: the one with the most output"
        " is priced, of equal ones the last by name"
    )


def each_once(costs: Iterable[ReportedCost]) -> tuple[list[ReportedCost], int]:
    """Return the amounts of several cost reports without those that an earlier file holds too, and how many those are.

    Within a file equal amounts are as many as they are: the Console rounds to cents and names keys by their name.
    """
    kept: list[ReportedCost] = []
    most: Counter[ReportedCost] = Counter()
    of_file: Counter[ReportedCost] = Counter()
    repeated = 0
    for cost in costs:
        place = replace(cost, line=None)
        amount = replace(place, file="")
        of_file[place] += 1
        if of_file[place] > most[amount]:
            most[amount] += 1
            kept.append(cost)
        else:
            repeated += 1
    return kept, repeated


def undated_refusal(day: date) -> str:
    """Return what is said of a refusal whose bill depends on a day that nobody gives."""
    return f"{REFUSED}, and without a date: whether that is billed is judged at {day.isoformat()}"


_TOLD_BY = _WHOLE_ORGANISATION | _CALLS_OF_A_CLIENT


@dataclass(slots=True)
class CoveredDays:
    """The days that reports of a whole organisation and calls of a client cover, by kind of report."""

    _days: dict[str, set[date]] = field(default_factory=dict)

    def add(self, row: UsageRow) -> None:
        """Take in a row that is priced."""
        if row.format in _TOLD_BY and row.day is not None and _SUBSCRIPTION not in row.dimensions:
            self._days.setdefault(row.format, set()).add(row.day)

    def warnings(self) -> Iterator[tuple[str, int]]:
        """Yield what is said of two kinds of reports of the same days, and how many days they are."""
        for one, two in combinations(sorted(self._days), 2):
            if _WHOLE_ORGANISATION.keys().isdisjoint((one, two)):
                continue
            both = self._days[one] & self._days[two]
            if both:
                span = f"{min(both)}" if len(both) == 1 else f"{min(both)} to {max(both)}"
                reports = f"{_TOLD_BY[one]} and {_TOLD_BY[two]}"
                said = f"{reports} both cover {span}: API usage in both counts twice, price one of them"
                yield said, len(both)
