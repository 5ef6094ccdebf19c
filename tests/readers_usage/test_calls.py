"""One charge a call, in whatever order, files and forms its lines come; and in few bytes."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.calls import Calls, merged
from budgetcalc.usage import Charge, UsageRow, UsageTokens

from .priced import aggregated, jsonl, line, message, rows, total

COUNTS = st.sampled_from([0, 1, 7, 2**31, 2**40])


@st.composite
def usages(draw: st.DrawFn) -> dict[str, Any]:
    usage: dict[str, Any] = {"input_tokens": draw(COUNTS), "output_tokens": draw(COUNTS)}
    if draw(st.booleans()):
        five, hour = draw(COUNTS), draw(COUNTS)
        usage["cache_creation_input_tokens"] = five + hour
        if draw(st.booleans()):
            usage["cache_creation"] = {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}
    if draw(st.booleans()):
        usage["output_tokens_details"] = {"thinking_tokens": draw(st.integers(0, usage["output_tokens"]))}
    return usage


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """A line of a transcript: few ids, so that calls repeat, are replayed and are forked."""
    said = message(
        id=draw(st.sampled_from(["m1", "m2", "m3", None])),
        model=draw(st.sampled_from(["claude-opus-4-6", "claude-haiku-4-5"])),
        usage=draw(usages()),
    )
    return line(
        message=said,
        uuid=draw(st.sampled_from(["u1", "u2"])),
        requestId=draw(st.sampled_from(["r1", "r2", None])),
        isSidechain=draw(st.booleans()),
        sessionId=draw(st.sampled_from(["s1", "s2"])),
        timestamp=draw(st.sampled_from(["2026-09-30T01:00:00Z", "2026-10-01T02:00:00Z", "soon", None])),
    )


def answer(*inputs: bytes) -> Any:
    result = aggregated()
    result.group_by = lambda each: (("session", dict(each.dimensions)["session"]), ("day", str(each.day)))
    for data in inputs:
        result.add_all(rows(data))
    result.finish()
    return (
        total(result),
        result.rows,
        {key: group.sums for key, group in result.groups.items()},
        result.warnings,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(lines(), min_size=1, max_size=7).flatmap(
        lambda all_: st.tuples(st.just(all_), st.permutations(all_))
    )
)
def test_order_and_files_change_nothing(pair: tuple[list[Any], list[Any]]) -> None:
    """Shuffled, split over files, packed and spaced: the same money, rows, groups and warnings."""
    written, shuffled = pair
    expected = answer(jsonl(*written))
    assert answer(jsonl(*shuffled)) == expected
    assert answer(*(jsonl(each) for each in shuffled)) == expected
    spaced = "\r\n".join(json.dumps(each, separators=(" , ", " : ")) for each in shuffled)
    assert answer(gzip.compress(("\ufeff" + spaced).encode())) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=6))
def test_what_is_fed_twice_costs_once(written: list[Any]) -> None:
    """The same file again only adds to what was deduplicated."""
    data = jsonl(*written)
    once, twice = answer(data), answer(data, data)
    assert once[0] == twice[0]
    assert twice[1].priced == once[1].priced
    assert twice[1].deduplicated == once[1].deduplicated + len(written)


def told(said: dict[str, Any] | None = None, **usage: Any) -> dict[str, Any]:
    """A line of a finished call of 100 in and 10 out."""
    counts = {"input_tokens": 100, "output_tokens": 10} | usage
    return line(**(said or {}), message=message(usage=counts))


CALL = (100 * Decimal(5) + 10 * Decimal(25)) / 1_000_000


FAST = {"input_tokens": 100, "output_tokens": 10, "speed": "fast"}
"""Opus 5's fast mode costs 10 and 50 dollars, twice what it costs otherwise."""


@pytest.mark.parametrize("packs", [False, True])
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([told(output_tokens=2), told(output_tokens=2), told()], CALL),
        ([told(), told(output_tokens=2)], CALL),
        ([told({"uuid": "a"}), told({"uuid": "b"})], CALL),
        ([told({"requestId": "a"}), told({"requestId": "b"})], 2 * CALL),
        ([told({"requestId": "a"}), told({"requestId": "b", "isSidechain": True})], CALL),
        ([told({"requestId": "a"}), told({"requestId": "b", "forkedFrom": {"sessionId": "s0"}})], CALL),
        ([told(), {"type": "user", "sessionId": "s1", "toolUseResult": {"usage": told()["message"]["usage"]}}], CALL),
        ([told(), {"type": "cost-state", "sessionId": "s1", "modelUsage": {}, "totalCostUSD": 3}], CALL),
        ([told(inference_geo="not_available")], CALL),
        ([told(inference_geo="us")], CALL * Decimal("1.1")),
        ([told(speed="standard")], CALL),
        ([line(message=message(model="claude-opus-5", usage=FAST))], 2 * CALL),
        ([told(service_tier="batch")], CALL / 2),
        ([told({"service_tier": "batch"})], CALL / 2),
        ([told(cache_read_input_tokens=1000)], CALL + 1000 * Decimal("0.5") / 1_000_000),
        ([told(output_tokens_details={"thinking_tokens": 9})], CALL),
        ([told(server_tool_use={"web_search_requests": 2, "web_fetch_requests": 7})], CALL + 2 * Decimal("0.01")),
    ],
)  # fmt: skip
def test_a_call_costs_the_same_both_ways(lines: list[Any], expected: Decimal, packs: bool) -> None:
    """The fast way and the general one, against what the rules say."""
    dated = [each | {"timestamp": "2026-09-30T01:20:00.000Z"} for each in lines]
    assert total(aggregated(jsonl(*dated), packs=packs)) == expected


@pytest.mark.parametrize("packs", [False, True])
def test_what_is_known_of_thinking_is_summed_apart_from_what_is_not(packs: bool) -> None:
    """Calls that say it, and calls that do not: at most all of their output."""
    details = {"output_tokens_details": {"thinking_tokens": 4}}
    calls = [told(), told(**details), told(**details), told()]
    lines = [each | {"message": each["message"] | {"id": f"m{n}"}} for n, each in enumerate(calls)]
    found = aggregated(jsonl(*lines), packs=packs)
    (sums,) = (sums for group in found.groups.values() for sums in group.sums.values())
    assert (sums.thinking_known, sums.output_of_unknown_thinking) == (8, 20)


@pytest.mark.parametrize("packs", [False, True])
def test_a_group_knows_how_many_calls_it_has_and_what_of_their_thinking(packs: bool) -> None:
    """Calls with and without a day are summed apart and then together: three of one group, four tokens each."""
    details = {"output_tokens_details": {"thinking_tokens": 4}}
    calls = [told(**details) | {"timestamp": stamp} for stamp in ("2026-11-21T01:00:00Z", None, "soon")]
    lines = [each | {"message": each["message"] | {"id": f"m{n}"}} for n, each in enumerate(calls)]
    found = aggregated(jsonl(*lines), packs=packs)
    (group,) = found.groups.values()
    (sums,) = group.sums.values()
    assert (group.rows, sums.thinking_known, sums.tokens["output"]) == (3, 12, 30)
    assert found.undated_rows == 2


@pytest.mark.parametrize(
    "stamp", ["1999-12-31T23:59:59.000Z", "2200-01-01T00:00:00.000Z", "9999-12-31T23:59:59Z"]
)
def test_a_time_outside_two_centuries_is_none_both_ways(stamp: str) -> None:
    """It is a default or a count: such a call takes the day of the question, and that is said."""
    slow, fast = (aggregated(jsonl(told() | {"timestamp": stamp}), packs=packs) for packs in (False, True))
    assert slow.undated_rows == fast.undated_rows == 1
    assert slow.warnings == fast.warnings
    assert len(slow.warnings) == 1


def test_calls_on_both_sides_of_a_price_change_are_priced_apart() -> None:
    """Sonnet 5.5's cache reads cost 0.20 until 2026-10-06 and 0.10 from the day after, in one sum or in many."""
    usage = {"input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": 1000}
    days = ("2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08", "2026-10-08")
    calls = [
        line(
            timestamp=f"{day}T23:59:59Z",
            message=message(id=f"m{n}", model="claude-sonnet-5-5", usage=usage, stop_reason="end_turn"),
        )
        for n, day in enumerate(days)
    ]
    expected = 2 * 1000 * Decimal("0.20") + 3 * 1000 * Decimal("0.10")
    assert total(aggregated(jsonl(*calls))) == expected / 1_000_000


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(fold=0)
)


@st.composite
def usage_rows(draw: st.DrawFn) -> UsageRow:
    moment = draw(st.none() | MOMENTS)
    charge = st.builds(
        Charge,
        st.sampled_from(["a", "b", None]),
        st.builds(UsageTokens, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.none() | COUNTS),
        COUNTS,
        st.none() | st.booleans(),
    )
    return UsageRow(
        draw(st.sampled_from(["f", "g"])),
        draw(st.none() | st.integers(1, 2**31)),
        "claude-code",
        tuple(draw(st.lists(charge, max_size=2))),
        day=moment.date() if moment else None,
        moment=moment,
        service_tier=draw(st.sampled_from(["standard", "batch"])),
        us_only=draw(st.booleans()),
        fast=draw(st.booleans()),
        unbilled=draw(st.sampled_from(["", "x"])),
        call_id=draw(st.sampled_from(["m1", "m2"])),
        request_id=draw(st.sampled_from(["r1", "r2", None])),
        dimensions=draw(st.sampled_from([(), (("custom_id", "ß"), ("p", "1")), (("p", "2"),)])),
        warnings=draw(st.sampled_from([(), ("w",), ("w", "v")])),
    )


def plainly(all_: list[UsageRow]) -> list[tuple[UsageRow, int]]:
    """What :class:`Calls` does, with whole rows."""
    calls: dict[Any, dict[Any, list[UsageRow]]] = {}
    for each in all_:
        calls.setdefault(each.call_id, {}).setdefault(each.request_id, []).append(each)
    groups = [
        [[each for group in call.values() for each in group]] if None in call else list(call.values())
        for call in calls.values()
    ]
    return [(reduce(merged, group), len(group) - 1) for call in groups for group in call]


def known(found: list[tuple[UsageRow, int]]) -> list[str]:
    return sorted(repr((replace(row, call_id=None, request_id=None), count)) for row, count in found)


@settings(max_examples=150, deadline=None)
@given(st.lists(usage_rows(), max_size=8))
def test_packed_calls_are_whole_rows(all_: list[UsageRow]) -> None:
    """Packing loses nothing that a price or a group needs."""
    calls = Calls()
    for each in all_:
        calls.add(each)
    assert known(list(calls.settled())) == known(plainly(all_))


@st.composite
def copied_rows(draw: st.DrawFn) -> list[UsageRow]:
    """Rows as in copies of a session: told again with another place, another session, rarely anything else."""
    found = draw(st.lists(usage_rows(), min_size=1, max_size=3))
    for row in draw(st.lists(st.sampled_from(found), max_size=6)):
        copy = replace(row, line=draw(st.none() | st.integers(1, 600)))
        if draw(st.booleans()):
            own = draw(st.sampled_from([(), (("p", "1"),), (("p", "2"),), (("custom_id", "x" * 56),)]))
            copy = replace(copy, file=draw(st.sampled_from(["f", "g", "h"])), dimensions=own)
        if draw(st.integers(0, 4)) == 0:
            other = draw(usage_rows())
            name = draw(
                st.sampled_from(["charges", "moment", "fast", "unbilled", "warnings", "service_tier"])
            )
            copy = replace(copy, **{name: getattr(other, name)})
        found.append(replace(copy, unit=draw(st.sampled_from(["call", "call", "session"]))))
    return found


@settings(max_examples=300, deadline=None)
@given(copied_rows())
def test_copies_are_merged_as_any_rows_are(all_: list[UsageRow]) -> None:
    """Calls that differ in their place alone are found without unpacking them, to the same end."""

    def held() -> list[str]:
        calls = Calls()
        for each in all_:
            calls.add(each)
        return known(list(calls.settled()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Calls, "_copied", lambda *_: None)
        unpacked = held()
    assert held() == unpacked


@settings(max_examples=100, deadline=None)
@given(usage_rows(), usage_rows(), usage_rows())
def test_merging_knows_no_order(a: UsageRow, b: UsageRow, c: UsageRow) -> None:
    """Any two orders and any two groupings of three rows give the same row."""
    one, two = merged(merged(a, b), c), merged(c, merged(b, a))
    assert known([(one, 0)]) == known([(two, 0)])


EARLY, LATE = datetime(2026, 9, 30, 1, tzinfo=UTC), datetime(2026, 10, 1, 2, tzinfo=UTC)


def one_of(model: str | None = "a", output: int = 1, *, moment: datetime = EARLY, **more: Any) -> UsageRow:
    """A record of one call; ``unit``, ``service_tier``, … are its own, the others its charge's."""
    own = {name: more.pop(name) for name in tuple(more) if name in UsageRow.__dataclass_fields__}
    own = {"day": moment.date(), "moment": moment, "call_id": "m1"} | own
    charge = Charge(model, UsageTokens(output=output), **more)
    return UsageRow("f", 1, "claude-code", (charge,), **own)


def both_ways(one: UsageRow, two: UsageRow) -> UsageRow:
    """Two records of one call, merged in either order to the same."""
    found = merged(one, two)
    assert known([(found, 0)]) == known([(merged(two, one), 0)])
    return found


def test_a_call_began_when_it_was_first_told_of() -> None:
    """The earliest time decides the day, and a record without a time says nothing of it."""
    found = both_ways(one_of(moment=LATE), one_of(moment=EARLY))
    assert (found.moment, found.day) == (EARLY, EARLY.date())
    assert both_ways(one_of(moment=LATE), replace(one_of(), moment=None, day=None)).moment == LATE


@pytest.mark.parametrize(
    ("one", "two", "tier"),
    [("standard", "batch", "batch"), ("standard", "standard", "standard"), ("batch", "priority", "priority")],
)
def test_a_tier_that_one_record_names_is_the_calls(one: str, two: str, tier: str) -> None:
    """A record that says no tier counts as standard, so that another's word wins; so do fast mode and the US."""
    found = both_ways(one_of(service_tier=one, us_only=True), one_of(service_tier=two, fast=True))
    assert (found.service_tier, found.us_only, found.fast) == (tier, True, True)


def test_only_what_every_record_warns_of_is_warned_of() -> None:
    """An assumption that a second record makes needless is none."""
    assert both_ways(one_of(warnings=("w", "v")), one_of(warnings=("v",))).warnings == ("v",)


def test_the_larger_of_two_reported_costs_is_kept() -> None:
    """Of the row and of its charge; a record without one says nothing."""
    few, many = Decimal("0.25"), Decimal("0.5")
    found = both_ways(one_of(reported_usd=few), one_of(reported_usd=many))
    assert found.reported_usd == many
    assert both_ways(one_of(reported_usd=few), one_of()).reported_usd == few
    charges = (
        replace(one_of(), charges=(Charge("a", UsageTokens(), reported_usd=usd),)) for usd in (few, many)
    )
    assert both_ways(*charges).charges[0].reported_usd == many


def test_a_charge_that_one_record_says_is_always_billed_is() -> None:
    """Billed from a day on only where both records say so, and then from the earlier day."""
    since, later = EARLY.date(), LATE.date()
    assert both_ways(one_of(billed_from=since), one_of(billed_from=later)).charges[0].billed_from == since
    assert both_ways(one_of(billed_from=since), one_of()).charges[0].billed_from is None


def test_the_model_of_the_most_output_is_taken_and_the_other_named() -> None:
    """Of two models under one id the one that wrote more is priced, and the other is said."""
    found = both_ways(one_of("a", 5), one_of("b", 4))
    assert (found.charges[0].model, found.charges[0].tokens.output, found.rivals) == ("a", 5, ("b",))
    assert both_ways(one_of("a", 5), one_of("a", 4)).rivals == ()


def test_the_costs_of_one_session_are_rivals() -> None:
    """A session's larger cost is taken and the other said; a record without a cost is no rival."""
    few, many = Decimal("0.25"), Decimal("0.5")
    found = both_ways(one_of(unit="session", reported_usd=few), one_of(unit="session", reported_usd=many))
    assert (found.reported_usd, found.rivals) == (many, ("0.25",))
    assert both_ways(one_of(unit="session"), one_of(unit="session", reported_usd=few)).rivals == ()


def test_a_call_takes_less_than_300_bytes() -> None:
    """What a call shares with others is kept once, and its own is packed: of a batch with ids of its own too."""
    count = 20_000
    start = datetime(2026, 1, 1, tzinfo=UTC)
    tokens = UsageTokens(3, 2000, 0, 22137, 159, 17)
    tracemalloc.start()
    try:
        calls = Calls()
        for n in range(count):
            at = start + timedelta(seconds=n)
            calls.add(
                UsageRow(
                    "f", n, "claude-code", (Charge("claude-opus-4-6", tokens),), day=at.date(), moment=at,
                    call_id=f"msg_{n:024d}", request_id=f"req_{n:024d}",
                    dimensions=(("custom_id", f"request-{n}"), ("session", f"s{n % 9}")),
                )
            )  # fmt: skip
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held / count < 300
