"""Recorded usage in words and table cells, for every format that people read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.money import column, for_people, to_the_last_decimal, total
from budgetcalc.plurals import plural
from budgetcalc.usage_report import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetcalc.catalogue import Bucket
    from budgetcalc.render import Columns
    from budgetcalc.usage_report import PricedUsage, UsageGroup
    from budgetcalc.usage_spend import Spend

type Figures = Callable[[Spend], list[str]]

BUCKET_NAMES = {
    "uncached_input": "uncached input",
    "cache_write_5m": "cache writes, 5 min",
    "cache_write_1h": "cache writes, 1 hour",
    "cache_read": "cache reads",
}
MOST_UNPRICED = 50
"""Models without a price that are named to people, those of the most rows."""
BUCKET_COLUMNS: Columns = (("kind", "left"), ("tokens", "right"), ("usd", "right"), ("share", "right"))
FIGURES: Columns = (
    ("rows", "right"),
    ("uncached input", "right"),
    ("cache writes", "right"),
    ("cache reads", "right"),
    ("output", "right"),
    ("searches", "right"),
    ("usd", "right"),
)
FEW_FIGURES: Columns = (("rows", "right"), ("all input", "right"), ("output", "right"), ("usd", "right"))
"""For places too narrow for the others."""
PROMPT_BUCKETS: tuple[Bucket, ...] = ("uncached_input", "cache_write_5m", "cache_write_1h", "cache_read")
LINES: Columns = (
    ("model", "left"),
    ("bucket", "left"),
    ("tokens", "right"),
    ("$/mtok", "right"),
    ("times", "right"),
    ("usd", "right"),
    ("rule", "left"),
    ("period", "left"),
    ("source", "left"),
)
RECONCILED: Columns = (
    ("day", "left"),
    ("model", "left"),
    ("kind", "left"),
    ("reported", "right"),
    ("computed", "right"),
    ("difference", "right"),
    ("why", "left"),
)


class Kind(NamedTuple):
    """One kind of token, or the searches: what a token mix is made of."""

    name: str
    label: str
    amount: int
    usd: Decimal


def kinds(spend: Spend) -> list[Kind]:
    """Return the kinds that occur; thinking, where it is known, stands apart from the rest of the output."""
    thinking = spend.thinking
    rest = "other output" if thinking.known else "output"
    answer = f"{rest}, which may hold thinking" if thinking.unknown_at_most else "answers"
    output_usd = total([spend.bucket_usd("output"), -thinking.known_usd])
    found = [
        *(
            Kind(bucket, label, spend.tokens(bucket), spend.bucket_usd(bucket))  # type: ignore[arg-type]
            for bucket, label in BUCKET_NAMES.items()
        ),
        Kind("thinking", "thinking", thinking.known, thinking.known_usd),
        Kind("output", answer, spend.tokens("output") - thinking.known, output_usd),
        Kind("web_search", "web searches", spend.web_searches, spend.web_search_usd),
    ]
    return [kind for kind in found if kind.amount]


def bucket_rows(spend: Spend) -> list[list[str]]:
    """Return a row a kind of token."""
    whole, found = spend.usd, kinds(spend)
    return [
        [kind.label, f"{kind.amount:,}", usd, share(kind.usd, whole)]
        for kind, usd in zip(found, column(kind.usd for kind in found), strict=True)
    ]


def group_columns(report: PricedUsage) -> Columns:
    """Return the titles of the table of groups."""
    return (*group_keys(report), *FIGURES)


def group_keys(report: PricedUsage) -> Columns:
    """Return the titles of what groups are told apart by."""
    return tuple((name.replace("_", " "), "left") for name in report.question.by)


def group_rows(groups: Sequence[UsageGroup], figures: Figures | None = None) -> list[list[str]]:
    """Return a row a group: what it is told apart by, its figures, its amount in the last column."""
    counts = figures or all_figures
    amounts = column(group.spend.usd for group in groups)
    return [[*each.names, *counts(each.spend), usd] for each, usd in zip(groups, amounts, strict=True)]


def all_figures(spend: Spend) -> list[str]:
    """Return rows and tokens by kind; no searches leave their column empty."""
    writes = spend.tokens("cache_write_5m") + spend.tokens("cache_write_1h")
    return [
        f"{spend.rows:,}",
        f"{spend.tokens('uncached_input'):,}",
        f"{writes:,}",
        f"{spend.tokens('cache_read'):,}",
        f"{spend.tokens('output'):,}",
        f"{spend.web_searches:,}" if spend.web_searches else "",
    ]


def few_figures(spend: Spend) -> list[str]:
    """Return rows, all input and output."""
    prompt = sum(spend.tokens(bucket) for bucket in PROMPT_BUCKETS)
    return [f"{spend.rows:,}", f"{prompt:,}", f"{spend.tokens('output'):,}"]


def line_rows(report: PricedUsage, spend: Spend) -> Iterator[list[str]]:
    """Yield each amount with what it is made of."""
    for each in spend.lines(report.search_fee()):
        cells = each.to_dict()
        amount = each.tokens if each.tokens is not None else each.requests
        yield [
            each.model,
            each.bucket,
            f"{amount:,}",
            cells["usd_per_mtok"] or "",
            "" if each.multiplier == 1 else cells["multiplier"],
            cells["usd"],
            each.rule,
            each.price_period,
            each.source,
        ]


def sentences(report: PricedUsage) -> Iterator[tuple[str, str]]:
    """Yield what the total does not show, as a name and a sentence."""
    if report.rows.priced:
        yield from _money_sentences(report)
    yield "rows", rows_sentence(report)
    if report.unbilled:
        yield "unbilled", unbilled_sentence(report)
    yield "prices", prices_sentence(report)


def cache_sentence(spend: Spend) -> str:
    """Return what caching did to the bill; empty where nothing was cached."""
    cache = spend.cache
    paid = total([cache.write_usd, cache.read_usd])
    if not paid and not cache.uncached_usd:
        return ""
    instead = f"the cached tokens cost {for_people(paid)} instead of {for_people(cache.uncached_usd)}"
    if cache.saved_usd < 0:
        return f"caching cost {for_people(-cache.saved_usd)} more than it saved: {instead}"
    return f"caching saved {for_people(cache.saved_usd)}: {instead}"


def thinking_sentence(spend: Spend) -> str:
    """Return what thinking cost, as far as the reports tell; empty without output of a model that thinks."""
    thinking, output = spend.thinking, spend.tokens("output")
    if not spend.thinkers_output:
        return ""
    at_most = f"at most {for_people(thinking.usd_at_most)} ({plural(thinking.at_most, 'token')})"
    known = f"{for_people(thinking.known_usd)}, {thinking.known:,} of {output:,} output tokens"
    if not thinking.unknown_at_most:
        return f"{known} ({share(thinking.known, output)})"
    return f"{known} are known; {at_most}" if thinking.known else f"unknown, {at_most}"


def rows_sentence(report: PricedUsage) -> str:
    """Return what became of the rows; the terms add up to those read."""
    rows = report.rows
    terms = [(rows.priced, "priced"), (rows.deduplicated, "deduplicated"), (rows.unbilled, "unbilled")]
    terms += [(rows.unpriced, "unpriced"), (rows.invalid, "invalid")]
    shown = " + ".join(f"{count:,} {name}" for count, name in terms if count or name == "priced")
    return f"{rows.read:,} read = {shown}"


def unbilled_sentence(report: PricedUsage) -> str:
    """Return why rows cost nothing."""
    return ", ".join(f"{reason} ({count:,})" for reason, count in report.unbilled)


def prices_sentence(report: PricedUsage) -> str:
    """Return which prices were taken."""
    checked = report.prices_checked.isoformat()
    return f"{report.question.catalogue.origin}, checked {checked}; each row at those of its own day"


def total_sentence(report: PricedUsage) -> str:
    """Return the total with everything that qualifies it."""
    if report.total_usd is None:
        rows = report.rows
        return "nothing was billed" if rows.unbilled and report.complete else "nothing was priced"
    words = [to_the_last_decimal(report.total_usd)]
    if report.label:
        words.append(f"({report.label})")
    if not report.complete:
        words.append(f"INCOMPLETE: {_gaps(report)}")
    if report.over_limit and report.question.fail_over is not None:
        words.append(f"OVER the limit of {to_the_last_decimal(report.question.fail_over)}")
    return " ".join(words)


def _gaps(report: PricedUsage) -> str:
    """Return why the total does not cover everything."""
    rows = report.rows
    gaps = (
        (rows.unpriced, "some rows have no price"),
        (rows.invalid, "some rows could not be read"),
        (report.failed, "some inputs could not be read"),
        (report.cut_off_rows, "a stream was cut off, so the total is a lower bound"),
        (len(report.incomplete) > bool(report.cut_off_rows), "a report goes on beyond what was given"),
    )
    return ", ".join(said for found, said in gaps if found)


def problems(report: PricedUsage) -> Iterator[tuple[str, str]]:
    """Yield what has no price, could not be read, or had to be assumed, as a severity and a sentence."""
    for failed in report.failed:
        yield "error", f"{failed.location or failed.file}: {failed.message}"
    by_rows = sorted(report.unpriced, key=lambda each: -each.rows)
    for unpriced in report.unpriced if len(by_rows) <= MOST_UNPRICED else by_rows[:MOST_UNPRICED]:
        model = f" of {unpriced.model}" if unpriced.model else ""
        yield "unpriced", f"{rows_of(unpriced.rows)}{model}: {unpriced.reason}"
    if rest := by_rows[MOST_UNPRICED:]:
        models = plural(len({each.model for each in rest}), "model")
        yield "unpriced", f"{rows_of(sum(each.rows for each in rest))} more, of {models}: JSON has them all"
    for invalid in report.invalid:
        line = f":{invalid.line}" if invalid.line is not None else ""
        yield "invalid", f"{invalid.file}{line}: {invalid.message}"
    if report.rows.invalid > len(report.invalid):
        yield "invalid", f"{rows_of(report.rows.invalid - len(report.invalid))} more"
    for text in report.incomplete:
        yield "incomplete", text
    for text in report.warnings:
        yield "warning", text


def reconciled_rows(report: PricedUsage) -> Iterator[list[str]]:
    """Yield the comparison with a cost report, line by line."""
    entries = (report.reconciliation or {}).get("lines", ())
    names = ("reported_usd", "computed_usd", "difference_usd")
    amounts = [entry[name] for entry in entries for name in names]
    # All three have one number of decimals: computed minus reported is the difference.
    known = iter(column(Decimal(amount) for amount in amounts if amount is not None))
    shown = iter(["–" if amount is None else next(known) for amount in amounts])
    for entry in entries:
        said = [next(shown) for _ in names]
        yield [entry["day"] or "", entry["model"] or "", entry["kind"] or "", *said, entry["reason"]]


def reconciled_sentence(report: PricedUsage) -> str:
    """Return the comparison's totals; empty without one."""
    if report.reconciliation is None:
        return ""
    amounts = (report.reconciliation.get(f"{name}_usd") for name in ("reported", "computed", "difference"))
    shown = ["–" if amount is None else for_people(Decimal(amount)) for amount in amounts]
    return f"{shown[0]} reported, {shown[1]} computed, {shown[2]} difference"


def share(amount: Decimal | int, whole: Decimal | int) -> str:
    """Return a share in percent; what is not nothing never looks like it."""
    if not whole:
        return "–"
    percent = 100 * float(amount) / float(whole)
    return "<0.1%" if 0 < percent < 0.1 else f"{percent:.1f}%"


def _money_sentences(report: PricedUsage) -> Iterator[tuple[str, str]]:
    spend = report.spend
    if caching := cache_sentence(spend):
        yield "cache", caching
    if thinking := thinking_sentence(spend):
        yield "thinking", thinking
    if spend.batch_saving_usd:
        yield "batch", f"the Batches API would have cost {for_people(spend.batch_saving_usd)} less"
    if report.reported_usd is not None:
        yield "reported", f"{for_people(report.reported_usd)} by the reports' own figures"
    if reconciled := reconciled_sentence(report):
        yield "reconciled", reconciled
