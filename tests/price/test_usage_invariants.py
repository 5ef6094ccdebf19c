"""What never changes a total: order, splitting, repetition; and what always adds up."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.render import Look, renderer
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

from .rows import HAIKU, OPUS, report, row

counts = st.integers(0, 300_000)
rows_ = st.builds(
    lambda model, moment, tokens, thinks, searches, tier, project, unbilled: row(
        model,
        moment=moment,
        **tokens,
        thinking=tokens["output"] // 2 if thinks else None,
        searches=searches,
        service_tier=tier,
        dimensions=(("project", project),),
        unbilled=unbilled,
    ),
    st.sampled_from([OPUS, HAIKU, "claude-sonnet-5-5", "claude-sonnet-4-5", "mystery", None]),
    st.sampled_from(
        ["2026-03-01T10:00:00", "2026-07-01T10:00:00", "2026-10-06T23:59:00", "2026-10-07T00:00:00", ""]
    ),
    st.fixed_dictionaries(
        dict.fromkeys(("uncached_input", "cache_write_5m", "cache_write_1h", "cache_read", "output"), counts)
    ),
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from(["standard", "batch", "priority"]),
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(["", "", "", "refusal"]),
)
reports = st.lists(st.one_of(rows_, rows_, rows_, st.just(InvalidRow("x", 1, "no JSON"))), max_size=12)
groupings = st.lists(st.sampled_from(["model", "day", "month", "project", "service_tier"]), unique=True)


def identified(rows: list[Any]) -> list[Any]:
    """Return the rows with an identity each."""
    return [
        replace(each, call_id=f"call {i}") if isinstance(each, UsageRow) else each
        for i, each in enumerate(rows)
    ]


def comparable(priced: Any) -> Any:
    """Return what a report says of its groups, their order aside."""
    return sorted(
        (
            str(group.key),
            group.spend.rows,
            group.spend.usd,
            group.spend.tokens("output"),
            group.spend.thinking.known,
        )
        for group in priced.groups
    )


def small(charge: Charge) -> Charge:
    """Return a charge of a thirtieth of the tokens and no searches."""
    tokens = charge.tokens
    thirtieths = {name: (getattr(tokens, name) or 0) // 30 for name in NAMES}
    thinking = None if tokens.thinking is None else tokens.thinking // 30
    return replace(charge, tokens=UsageTokens(**thirtieths, thinking=thinking), web_search_requests=0)


MORE_GROUPINGS = st.lists(
    st.sampled_from(["model", "day", "week", "project", "session", "service_tier", "file", "source"]),
    unique=True,
    min_size=1,
)


@given(reports, MORE_GROUPINGS, st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles"]), st.booleans())
def test_an_identity_changes_no_group(rows: list[Any], by: list[str], zone: str, filters: bool) -> None:
    """Calls that are held to find repeats, and summed by kind, are grouped and filtered like any others."""
    varied = [
        replace(
            each,
            file=f"{i % 2}.jsonl",
            dimensions=(*each.dimensions, ("session", f"s{i % 3}")),
            us_only=i % 5 == 4,
            # Small calls are summed by kind, large ones one by one.
            charges=tuple(
                replace(small(charge) if i % 4 else charge, long_context=(None, None, True, False)[i % 7 % 4])
                for charge in each.charges
            ),
        )
        if isinstance(each, UsageRow)
        else each
        for i, each in enumerate(rows)
    ]
    asked: dict[str, Any] = {"by": tuple(by), "zone": ZoneInfo(zone)}
    if filters:
        asked |= {"since": date(2026, 10, 6), "until": date(2026, 10, 31), "where": (("project", "a"),)}
    plain, held = report(varied, **asked), report(identified(varied), **asked)
    assert comparable(held) == comparable(plain)
    assert held.total_usd == plain.total_usd
    assert held.rows == plain.rows
    assert sorted(held.to_dict()["warnings"]) == sorted(plain.to_dict()["warnings"])


@given(reports, st.randoms(use_true_random=False))
def test_order_changes_nothing(rows: list[Any], random: Any) -> None:
    """The document of shuffled rows is the same."""
    shuffled = random.sample(rows, len(rows))
    by = ("day", "model")
    assert report(rows, by=by, lines=True).to_dict() == report(shuffled, by=by, lines=True).to_dict()


@given(reports)
def test_repetition_changes_only_the_count_of_duplicates(rows: list[Any]) -> None:
    """Calls that are fed twice are billed once."""
    calls = [each for each in identified(rows) if isinstance(each, UsageRow)]
    once, twice = report(calls).to_dict(), report([*calls, *calls]).to_dict()
    assert twice["total_usd"] == once["total_usd"]
    assert twice["tokens"] == once["tokens"]
    assert twice["rows"]["deduplicated"] == len(calls)


@given(reports, groupings)
def test_groups_sum_to_the_total(rows: list[Any], by: list[str]) -> None:
    """Money and tokens of all groups are the total's, however they are grouped."""
    priced = report(rows, by=tuple(by))
    if by:
        assert sum((group.spend.usd for group in priced.groups), Decimal(0)) == priced.spend.usd
        output = sum(group.spend.tokens("output") for group in priced.groups)
        assert output == priced.spend.tokens("output")


@given(reports, groupings)
def test_lines_sum_to_their_amount(rows: list[Any], by: list[str]) -> None:
    """The lines behind an amount sum to it, and each is tokens times rate times multiplier."""
    document = report(rows, by=tuple(by), lines=True).to_dict()
    whole = [{"usd": document["total_usd"] or "0", "lines": document["lines"]}]
    for group in [*document["groups"], *whole]:
        assert sum(Decimal(line["usd"]) for line in group["lines"]) == Decimal(group["usd"])
        for line in group["lines"]:
            if line["tokens"] is not None:
                rate = Decimal(line["usd_per_mtok"]) * Decimal(line["multiplier"])
                assert Decimal(line["usd"]) == line["tokens"] * rate / 10**6


@given(reports)
def test_rows_add_up(rows: list[Any]) -> None:
    """Read is the sum of the other five, and nothing is lost."""
    counted = report(rows).to_dict()["rows"]
    assert counted["read"] == len(rows) == sum(v for k, v in counted.items() if k != "read")


@given(reports, reports)
def test_two_reports_cost_what_they_cost_apart(some: list[Any], others: list[Any]) -> None:
    """Splitting a report in two changes nothing."""
    apart = (report(some).spend.usd, report(others).spend.usd)
    assert report([*some, *others]).spend.usd == sum(apart, Decimal(0))


@given(reports)
def test_thinking_lies_within_the_output(rows: list[Any]) -> None:
    """Known thinking is at most what it can be, and that is at most the output."""
    tokens = report(rows).to_dict()["tokens"]
    assert tokens["thinking_known"] <= tokens["thinking_at_most"] <= tokens["output"]
    assert tokens["thinking"] in {None, tokens["thinking_known"]}


def rendered(form: str, priced: Any) -> str:
    """Return the document of a report."""
    return "".join(renderer("price", form)(priced, Look()))


def money_in(value: Any) -> Any:
    """Yield every amount of a document."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key.endswith("usd") or key == "usd_per_mtok":
                yield each
            else:
                yield from money_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from money_in(each)


@given(reports, groupings, st.booleans())
def test_json_reads_back_as_the_document(rows: list[Any], by: list[str], lines: bool) -> None:
    """What is written is what was computed, and every amount is a text of plain digits."""
    priced = report(rows, by=tuple(by), lines=lines)
    document = json.loads(rendered("json", priced))
    assert document == priced.to_dict()
    amounts = [each for each in money_in(document) if each is not None]
    assert all(isinstance(each, str) and re.fullmatch(r"-?\d+(\.\d+)?", each) for each in amounts)


@given(reports, groupings, st.booleans())
def test_jsonl_reads_back_as_the_document(rows: list[Any], by: list[str], lines: bool) -> None:
    """Its lines are the groups, its last line the rest."""
    priced = report(rows, by=tuple(by), lines=lines)
    *groups, rest = map(json.loads, rendered("jsonl", priced).splitlines())
    assert {**rest, "groups": groups} == priced.to_dict()


@given(reports, groupings)
def test_csv_reads_back_as_the_groups(rows: list[Any], by: list[str]) -> None:
    """Keys, tokens and exact amounts of every group."""
    priced = report(rows, by=tuple(by))
    records = list(csv.DictReader(StringIO(rendered("csv", priced))))
    if by:
        assert [(tuple(each[name] for name in by), Decimal(each["usd"])) for each in records] == [
            (tuple(value for _, value in group.key), group.spend.usd) for group in priced.groups
        ]
        assert [int(each["output"]) for each in records] == [
            group.spend.tokens("output") for group in priced.groups
        ]
    else:
        assert sum((Decimal(each["usd"]) for each in records), Decimal(0)) == (priced.total_usd or 0)


MODELS = st.sampled_from(
    [OPUS, HAIKU, "claude-sonnet-5-5", "claude-haiku-5-5", "claude-sonnet-4-5", "gpt-5.5"]
)
NAMES = ("uncached_input", "cache_write_5m", "cache_write_1h", "cache_read", "output")


def usd_of(model: str, tokens: dict[str, int], tier: str) -> Decimal:
    """Return what one call costs."""
    written = {name: count for name, count in tokens.items() if model != "gpt-5.5" or "write" not in name}
    total = report([row(model, **written, service_tier=tier, moment="2026-11-01T00:00:00")]).total_usd
    assert total is not None
    return total


@given(
    MODELS,
    st.fixed_dictionaries(dict.fromkeys(NAMES, st.integers(0, 4000))),
    st.integers(0, 6),
    st.sampled_from(["standard", "batch"]),
)
def test_cost_is_linear(model: str, tokens: dict[str, int], times: int, tier: str) -> None:
    """Below every tier n times the tokens cost n times as much, and no tokens cost nothing."""
    multiplied = {name: times * count for name, count in tokens.items()}
    assert usd_of(model, multiplied, tier) == times * usd_of(model, tokens, tier)


@given(
    MODELS,
    st.fixed_dictionaries(dict.fromkeys(NAMES, counts)),
    st.sampled_from(NAMES),
    st.integers(0, 300_000),
    st.sampled_from(["standard", "batch"]),
)
def test_cost_is_monotone_and_never_negative(
    model: str, tokens: dict[str, int], name: str, more: int, tier: str
) -> None:
    """More tokens of any kind never cost less, across the tiers too; and nothing ever costs less than nothing."""
    before = usd_of(model, tokens, tier)
    assert 0 <= before <= usd_of(model, tokens | {name: tokens[name] + more}, tier)
