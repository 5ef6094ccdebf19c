"""An estimate in words and table cells, for every format that people read."""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from operator import add, itemgetter
from typing import TYPE_CHECKING

from budgetcalc.counts import Count, exact
from budgetcalc.money import column, for_people, plain
from budgetcalc.plurals import plural
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from decimal import Decimal

    from budgetcalc.answers import Answer, Report
    from budgetcalc.budgets import Verdict
    from budgetcalc.counts import Part
    from budgetcalc.estimates import Estimate, SourceRef
    from budgetcalc.render import Columns

VERDICTS: dict[Verdict, str] = {
    "fits": "FITS",
    "tight": "TIGHT: the low end of the band fits, the high end does not",
    "clamped": "CLAMPED: the API cuts max_tokens to what the window leaves",
    "rejected": "REJECTED: the API answers 400, prompt and max_tokens exceed the window",
    "may_stop_early": "MAY STOP EARLY: accepted, the answer ends where the window does",
    "over_window": "OVER WINDOW: the prompt alone does not fit",
}
ORIGINS = {
    "request": "the request's date",
    "flag": "--on",
    "config": "the project's config",
    "today": "today, UTC",
}


@dataclass(frozen=True, slots=True)
class PartGroup:
    """Consecutive parts of one place: a message, the system prompt, or the request as a whole."""

    label: str
    parts: tuple[Part, ...]
    count: Count


def group_parts(estimate: Estimate) -> list[PartGroup]:
    """Return the parts in prompt order, grouped by message."""
    messages = estimate.request.messages

    def place(part: Part) -> int | str:
        if part.message is not None:
            return part.message
        return part.kind if part.kind in {"system", "tools"} else "request"

    def label(place: int | str) -> str:
        if isinstance(place, str):
            return place
        return f"message {place} {messages[place].role}" if place < len(messages) else f"message {place}"

    groups = []
    for where, parts in groupby(estimate.counted.parts, key=place):
        members = tuple(parts)
        groups.append(PartGroup(label(where), members, reduce(add, (part.count for part in members))))
    return groups


def kinds(estimate: Estimate) -> dict[str, int]:
    """Return tokens by kind of part, the largest first."""
    sums: dict[str, int] = {}
    for part in estimate.counted.parts:
        sums[part.kind] = sums.get(part.kind, 0) + part.count.tokens
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def source_name(source: SourceRef) -> str:
    """Return ``file:line id`` of a request."""
    line = f":{source.line}" if source.line is not None else ""
    return f"{source.file}{line}{f' {source.id}' if source.id is not None else ''}"


def model_name(estimate: Estimate) -> str:
    """Return the canonical id, with the name it was asked for by where that differs."""
    if estimate.treated_as is not None:
        return f"{estimate.match.model.id}, treating {estimate.treated_as or 'a request without model'} as it"
    requested, canonical = estimate.match.requested, estimate.match.model.id
    return canonical if requested == canonical else f"{canonical} (asked for as {requested})"


def prices_line(estimate: Estimate, report: Report) -> str:
    """Return which prices apply: the day and where it came from, the rates, the table."""
    rates = {line.bucket: line for line in reversed(estimate.cost.lines)}
    any_line = estimate.cost.lines[0]
    names = {"uncached_input": "input", "output": "output"}
    words = ", ".join(
        f"${plain(rates[bucket].usd_per_mtok)} {name}" for bucket, name in names.items() if bucket in rates
    )
    factor = "" if any_line.multiplier == 1 else f", times {plain(any_line.multiplier)}"
    return (
        f"prices of {estimate.on.isoformat()} ({ORIGINS.get(estimate.on_origin, estimate.on_origin)}): "
        f"{words} per million tokens{factor} ({any_line.rule}, {any_line.price_period}); "
        f"{table_line(report, [estimate])}"
    )


def table_line(report: Report, estimates: Iterable[Estimate]) -> str:
    """Return which table the prices are from, and when their oldest source was last checked."""
    from budgetcalc.answers import prices_checked  # not a table's business, which this module serves too

    catalogue = report.question.catalogue
    return f"{catalogue.origin}, checked {prices_checked(catalogue, estimates).isoformat()}"


def share(amount: int, whole: int) -> str:
    """Return a share in percent; what is not nothing never looks like it."""
    percent = 100 * amount / (whole or 1)
    return "<0.1%" if 0 < percent < 0.1 else f"{percent:.1f}%"


def band(count: Count) -> str:
    """Return the band of a count that has one."""
    return "" if count.low == count.high else f"{count.low:,}–{count.high:,}"


def usd(amount: Decimal | None) -> str:
    """Return an amount for people; a dash when there is none."""
    return "–" if amount is None else for_people(amount)


def _with_high(amount: Decimal, high: Decimal | None, bands: str) -> str:
    """Return an amount, and what it is where the input is as large as its band says, if people see a difference."""
    if high is None or usd(high) == usd(amount):
        return usd(amount)
    return f"{usd(amount)} by the estimate, {usd(high)} at the end of {bands}"


def verdict_line(estimate: Estimate) -> str:
    """Return the verdict with the figures it rests on."""
    budget = estimate.budget
    left = f"{budget.headroom:,} left" if budget.headroom >= 0 else f"{-budget.headroom:,} too many"
    largest = f"max_tokens can be up to {budget.largest_max_tokens:,}"
    if not budget.largest_max_tokens:
        at_high = (
            " at the high end of the count" if estimate.counted.total.low < budget.context_window else ""
        )
        largest = f"nothing is left for max_tokens{at_high}"
    what = "input and max_tokens need" if budget.max_tokens is not None else "input needs"
    need = f"{what} {budget.needed:,} of {budget.context_window:,} tokens"
    if budget.verdict == "tight":
        high = budget.needed - estimate.counted.total.tokens + estimate.counted.total.high
        need += f" (up to {high:,} at the high end of the count)"
    errors = sum(finding.severity == "error" for finding in estimate.findings)
    refused = (
        f"; but {errors} error{'s' if errors > 1 else ''}: the API would refuse the request" if errors else ""
    )
    retired = (
        f", BUT RETIRED: the API answers {estimate.match.model.id} with 404" if is_retired(estimate) else ""
    )
    return f"{VERDICTS[budget.verdict]}{retired}; {need}, {left}; {largest}{refused}"


def is_retired(estimate: Estimate) -> bool:
    """Return whether the API that the model is spelled for no longer serves it."""
    return estimate.match.model.is_retired(estimate.on) and any(
        # On other clouds, which keep dates of their own, it is a note.
        finding.rule == "BC501" and finding.severity != "note"
        for finding in estimate.findings
    )


def verdict_word(estimate: Estimate) -> str:
    """Return the verdict as a cell, never alone where the model is retired."""
    return f"{estimate.budget.verdict}, retired" if is_retired(estimate) else estimate.budget.verdict


def finding_lines(answers: list[Answer]) -> Iterator[str]:
    """Yield each error and warning of several answers once, with how many requests have it and which."""
    places: dict[tuple[str, str, str], dict[str, None]] = {}  # as sets that keep their order
    several = len({answer.estimate.source for answer in answers}) > 1
    for answer in answers:
        estimate = answer.estimate
        where = source_name(estimate.source) if several else estimate.match.model.id
        for finding in estimate.findings:
            if finding.severity != "note":
                places.setdefault((finding.severity, finding.rule, finding.name), {})[where] = None
    for (severity, rule, name), found in sorted(places.items(), key=itemgetter(0)):
        names = [*found]
        shown = ", ".join(names[:FINDING_PLACES])
        more = f" and {len(names) - FINDING_PLACES:,} more" if len(names) > FINDING_PLACES else ""
        yield f"{severity} {rule} {name}: {shown}{more}"


def formula_line(estimate: Estimate) -> str:
    """Return the context-window formula with this request's figures."""
    formula, window = estimate.budget.formula, estimate.budget.context_window
    subtracted = (
        f" − {formula.stripped_thinking_tokens:,} stripped thinking"
        if formula.stripped_thinking_tokens
        else ""
    )
    terms = [f"({formula.input_tokens:,} input{subtracted})"]
    if formula.thinking_tokens is not None:
        terms.append(f"{formula.thinking_tokens:,} thinking")
    if formula.output_tokens is not None:
        terms.append(f"{formula.output_tokens:,} output")
    sign = "≥" if window >= formula.window_tokens else "<"
    return f"context window {window:,} {sign} {' + '.join(terms)} = {formula.window_tokens:,}"


def rate_limits_line(estimate: Estimate) -> str:
    """Return what a call counts against per-minute limits, and a later one that reads the cache."""
    first, later = estimate.counted.total.tokens, estimate.rate_limited_input_cached
    cached = "" if later == first else f" ({later:,} when the cache is read)"
    output = estimate.budget.max_tokens
    return f"{first:,} input{cached}" + ("" if output is None else f", {output:,} output")


def thinking_lines(estimate: Estimate) -> Iterator[str]:
    """Yield what becomes of prior thinking, now and after the next user turn."""
    counted = estimate.counted
    for what, stripped in (
        ("stripped, not billed", counted.stripped),
        ("a next user turn would strip", counted.next_turn_strips),
    ):
        if stripped.blocks:
            blocks = "1 block" if stripped.blocks == 1 else f"{stripped.blocks:,} blocks"
            reason = f": {stripped.reason}" if stripped.reason else ""
            yield f"{what}: {with_band(stripped.count)} tokens in {blocks}{reason}"
    if counted.kept_thinking.high:
        yield f"kept, billed as input: {with_band(counted.kept_thinking)} tokens"


def with_band(count: Count) -> str:
    """Return tokens with their band in brackets, if they have one."""
    return f"{count.tokens:,} ({band(count)})" if band(count) else f"{count.tokens:,}"


def cost_lines(estimate: Estimate) -> Iterator[tuple[str, str]]:
    """Yield each cost that matters as a name and a sentence."""
    cost = estimate.cost
    batch = " at batch rates" if any("batch" in each.rule for each in cost.lines) else ""
    yield "input", f"{usd(cost.input)}{batch}"
    if cost.input_cached != cost.input:
        yield "later call, cached", f"{usd(cost.input_cached)} input, reading the cache"
    if cost.total_max is None:
        yield "at most", "unknown: the request has no max_tokens"
    else:
        share = (
            f", of which thinking may take {usd(cost.thinking_max)}" if cost.thinking_max is not None else ""
        )
        most = _with_high(cost.total_max, cost.total_max_high, "its band")
        yield "at most", f"{most}: input + {usd(cost.output_max)} output{share}"
    if cost.batch_total_max is not None and not estimate.request.batch:
        yield "in a batch, at most", usd(cost.batch_total_max)
    if cost.expected is not None:
        expected = cost.expected
        calls = "1 call" if expected.calls == 1 else f"{expected.calls:,} calls"
        first = f" ({usd(expected.per_call)} the first)" if expected.calls > 1 else ""
        output = f"{expected.output_tokens:,} output tokens"
        yield "expected", f"{usd(expected.total)} for {calls} with {output}{first}"


FINDING_PLACES = 6
"""Requests that are named for a finding that several have."""

SUMMARY: Columns = (
    ("request", "left"),
    ("model", "left"),
    ("input tokens", "right"),
    ("band", "right"),
    ("verdict", "left"),
    ("needed", "right"),
    ("headroom", "right"),
    ("input cost", "right"),
    ("at most", "right"),
    ("in a batch", "right"),
    ("expected", "right"),
    ("findings", "left"),
)
"""Columns of the table that compares models or lists requests: title, alignment."""


def summary_row(answer: Answer) -> list[str]:
    """Return an answer as one row of the summary table."""
    estimate = answer.estimate
    budget, cost, total = estimate.budget, estimate.cost, estimate.counted.total
    return [
        source_name(estimate.source),
        estimate.match.model.id,
        f"{total.tokens:,}",
        band(total),
        verdict_word(estimate),
        f"{budget.needed:,}",
        f"{budget.headroom:,}",
        usd(cost.input),
        usd(cost.total_max),
        usd(cost.batch_total_max),
        usd(cost.expected.total) if cost.expected else "",
        tally(answer),
    ]


def aligned_money[Cell](
    rows: Sequence[Sequence[Cell | str]], answers: list[Answer]
) -> list[list[Cell | str]]:
    """Return rows of the summary whose columns of money have one number of decimals each, so that people can add."""
    titles = [title for title, _ in SUMMARY]
    result = [list(row) for row in rows]
    for title, amount_of in _MONEY.items():
        amounts = [amount_of(answer.estimate) for answer in answers]
        shown = iter(column(amount for amount in amounts if amount is not None))
        for row, amount in zip(result, amounts, strict=True):
            if amount is not None:
                row[titles.index(title)] = next(shown)
    return result


_MONEY: dict[str, Callable[[Estimate], Decimal | None]] = {
    "input cost": lambda each: each.cost.input,
    "at most": lambda each: each.cost.total_max,
    "in a batch": lambda each: each.cost.batch_total_max,
    "expected": lambda each: each.cost.expected.total if each.cost.expected else None,
}


def tally(answer: Answer) -> str:
    """Return how many findings of each severity there are, and limits exceeded."""
    severities = [finding.severity for finding in answer.estimate.findings]
    words = [
        f"{severities.count(severity)} {severity}{'s' if severities.count(severity) > 1 else ''}"
        for severity in ("error", "warning", "note")
        if severity in severities
    ]
    if any(check.exceeded for check in answer.limits):
        words.append("over limit")
    if not answer.is_judged:
        words.append("limit not judged")
    return ", ".join(words)


def totals_line(answers: list[Answer]) -> str:
    """Return the sum over requests: tokens, and money where every request has it."""
    from budgetcalc.money import total

    counts = sum((answer.estimate.counted.total for answer in answers), exact(0))
    inputs = total([answer.estimate.cost.input for answer in answers])
    costs = [answer.estimate.cost for answer in answers]
    known = [cost.total_max for cost in costs if cost.total_max is not None]
    highest = [cost.total_max_high for cost in costs if cost.total_max_high is not None]
    at_most = "unknown, a request has no max_tokens"
    if len(known) == len(costs):
        at_most = _with_high(total(known), total(highest), "each band")
    requests = plural(len(answers), "request")
    return f"{requests}: {with_band(counts)} input tokens, {usd(inputs)} input, at most {at_most}"


def shared_cache_line(answers: list[Answer]) -> str:
    """Return what the requests cost when a shared prefix is written once; empty where none is shared."""
    from budgetcalc.answers import shared_writes
    from budgetcalc.money import total

    shared = shared_writes(answers)
    if shared is None:
        return ""
    costs = [answer.estimate.cost for answer in answers]
    inputs = total([*(cost.input for cost in costs), -shared.saved_usd])
    most = [cost.total_max for cost in costs if cost.total_max is not None]
    at_most = f", at most {usd(total([*most, -shared.saved_usd]))}" if len(most) == len(costs) else ""
    who = f"{plural(shared.requests, 'request')} read what an earlier one wrote"
    return f"sent one after the other: {usd(inputs)} input{at_most}, as {who} to the cache"


def is_comparison(answers: list[Answer]) -> bool:
    """Return whether the answers are one request held against several models, which has no total."""
    return len({answer.estimate.match.model.id for answer in answers}) > 1 and (
        len({source_name(answer.estimate.source) for answer in answers}) == 1
    )
