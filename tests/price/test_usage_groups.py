"""Groups, time zones and filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.errors import UsageError
from budgetcalc.render import Look
from budgetcalc.render.price_text import render_usage
from budgetcalc.render.usage_wording import sentences
from budgetcalc.usage import Charge, UsageTokens
from budgetcalc.usage_question import parse_where, time_zone

from .rows import HAIKU, OPUS, report, row


def keys(rows: list[object], *by: str, **asked: object) -> list[dict[str, str]]:
    """Return the keys of the groups in their order."""
    return [dict(group.key) for group in report(rows, by=by, **asked).groups]


@pytest.mark.parametrize(
    ("dimension", "value"),
    [
        ("model", "claude-opus-4-6"),
        ("day", "2026-11-20"),
        ("week", "2026-W47"),
        ("month", "2026-11"),
        ("project", "/shop"),
        ("session", "s1"),
        ("api_key", "key"),
        ("workspace", "team"),
        ("service_tier", "standard"),
        ("source", "messages"),
        ("file", "usage.jsonl"),
    ],
)
def test_each_dimension(dimension: str, value: str) -> None:
    """Each dimension of the contract has its value."""
    said = (("project", "/shop"), ("session", "s1"), ("api_key", "key"), ("workspace", "team"))
    assert keys([row(dimensions=said)], dimension) == [{dimension: value}]


def test_a_missing_value_is_null() -> None:
    """Rows without a value are a group of their own whose key is null."""
    groups = report([row()], by=("project",)).to_dict()["groups"]
    assert groups[0]["key"] == {"project": None}


def test_a_source_of_its_own_wins_over_the_format() -> None:
    """A reader that knows better than its format says what the source is."""
    assert keys([row(dimensions=(("source", "claude-code"),))], "source") == [{"source": "claude-code"}]


def test_a_row_of_several_models_is_split() -> None:
    """Each model gets its own tokens; the row counts in each of their groups and once in the total."""
    charges = (Charge(OPUS, UsageTokens(output=100)), Charge(HAIKU, UsageTokens(output=10)))
    priced = report([row(charges=charges), row(OPUS)], by=("model",))
    assert [(g.label, g.spend.rows, g.spend.tokens("output")) for g in priced.groups] == [
        ("claude-opus-4-6", 2, 200),
        ("claude-haiku-4-5-20251001", 1, 10),
    ]
    assert priced.spend.rows == 2
    assert sum((g.spend.usd for g in priced.groups), Decimal(0)) == priced.total_usd


def test_time_comes_in_its_order_and_the_rest_dearest_first() -> None:
    """Days ascend; within a day the dearest group comes first."""
    rows = [row(HAIKU, moment="2026-11-20T00:00:00"), row(OPUS, moment="2026-11-20T00:00:00")]
    rows.append(row(HAIKU, moment="2026-11-19T00:00:00"))
    assert [tuple(key.values()) for key in keys(rows, "day", "model")] == [
        ("2026-11-19", "claude-haiku-4-5-20251001"),
        ("2026-11-20", "claude-opus-4-6"),
        ("2026-11-20", "claude-haiku-4-5-20251001"),
    ]


def test_days_follow_the_time_zone_and_buckets_stay() -> None:
    """A call at 23:30 UTC is tomorrow's in Berlin; a bucket cannot be cut and keeps its day."""
    call = row(moment="2026-11-20T23:30:00")
    bucket = row(moment="2026-11-20T23:00:00", unit="bucket")
    assert keys([call], "day", zone=time_zone("Europe/Berlin")) == [{"day": "2026-11-21"}]
    assert keys([bucket], "day", zone=time_zone("Europe/Berlin")) == [{"day": "2026-11-20"}]
    assert keys([call], "day") == [{"day": "2026-11-20"}]


def test_the_time_zone_does_not_change_the_price() -> None:
    """The price is that of the UTC day, wherever the day is counted."""
    counts = {"uncached_input": 0, "output": 0, "cache_read": 1000}
    for moment, rate in (("2026-10-06T23:30:00", "0.20"), ("2026-10-07T00:30:00", "0.10")):
        rows = [row("claude-sonnet-5-5", moment=moment, **counts)]
        for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
            found = report(rows, zone=time_zone(zone), by=("day",))
            assert found.total_usd == 1000 * Decimal(rate) / 1_000_000


def test_since_and_until_are_included() -> None:
    """Both ends count, in the time zone of days."""
    rows = [row(moment=f"2026-11-{day}T12:00:00") for day in (18, 19, 20, 21)]
    priced = report(rows, since=date(2026, 11, 19), until=date(2026, 11, 20))
    assert priced.rows.read == 2
    late = [row(moment="2026-11-20T23:30:00")]
    assert report(late, since=date(2026, 11, 21), zone=time_zone("Europe/Berlin")).rows.priced == 1


def test_undated_rows_are_filtered_by_the_day_they_take() -> None:
    """An undated row takes a day for its price, and the same one for filters."""
    assert report([row(moment="")], since=date(2026, 11, 22)).rows.priced == 1
    assert report([row(moment="")], until=date(2026, 11, 21)).rows.read == 0


def test_where_has_to_hold_for_all() -> None:
    """Several conditions must all hold; a dimension that a row lacks is empty."""
    rows = [row(dimensions=(("project", name), ("user", "ana"))) for name in ("a", "b")]
    assert report(rows, where=(("project", "a"), ("user", "ana"))).rows.read == 1
    assert report(rows, where=(("project", "a"), ("user", "ben"))).rows.read == 0


def test_where_model_takes_any_spelling_and_leaves_other_charges_out() -> None:
    """An alias finds the model; what other models did within a call does not count."""
    charges = (Charge(OPUS, UsageTokens(output=100)), Charge(HAIKU, UsageTokens(output=10)))
    priced = report([row(charges=charges), row(OPUS)], where=(("model", "claude-haiku-4-5-20251001"),))
    assert priced.rows.read == 1
    assert priced.total_usd == Decimal(10 * 5) / 10**6


def test_where_model_finds_unknown_models_too() -> None:
    """An unknown model is filtered by its own spelling."""
    rows = [row("mystery"), row(OPUS)]
    assert report(rows, where=(("model", "mystery"),)).rows.unpriced == 1


def test_a_condition_without_a_sign_is_an_error() -> None:
    """`--where project` has no value."""
    with pytest.raises(UsageError, match="key=value"):
        parse_where("project")
    assert parse_where("project=a=b") == ("project", "a=b")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_an_error(name: str) -> None:
    """No time zone is taken for UTC in silence."""
    with pytest.raises(UsageError, match="no time zone"):
        time_zone(name)


def test_a_call_of_a_day_that_begins_elsewhere_passes_the_filters_of_its_own_day() -> None:
    """It is judged by its own time in the zone, not by the beginning of its UTC day or by today."""
    late = row(moment="2026-10-06T23:59:00", call_id="c1")
    asked = {
        "zone": time_zone("America/Los_Angeles"),
        "since": date(2026, 10, 6),
        "until": date(2026, 10, 31),
    }
    assert report([late], **asked).rows.priced == 1
    early = row(moment="2026-10-06T06:59:00", call_id="c2")
    assert report([late, early], **asked).rows.priced == 1


def test_a_held_call_has_the_tier_its_report_names() -> None:
    """Small as it is, a call that the report puts over 200,000 tokens pays the dearer rates, held or not."""
    call = row("claude-sonnet-4-6", uncached_input=1000, output=0, moment="2026-03-01T12:00:00")
    dear = replace(call, charges=(replace(call.charges[0], long_context=True),))
    for each in (dear, replace(dear, call_id="c1")):
        assert report([each]).total_usd == Decimal(6 * 1000) / 10**6
    assert report([replace(call, call_id="c1")]).total_usd == Decimal(3 * 1000) / 10**6


MODELS = (OPUS, HAIKU, "claude-sonnet-4-5", "claude-opus-4-5", "claude-3-haiku-20240307")


def test_groups_can_be_sorted_by_cost_or_by_name() -> None:
    """--sort usd puts the dearest day first, --sort key goes by the words of the keys."""
    rows = [row(HAIKU, moment="2026-11-19T00:00:00"), row(OPUS, moment="2026-11-20T00:00:00")]
    rows.append(row(HAIKU, moment="2026-11-21T00:00:00", output=50))

    def days(**asked: Any) -> list[str]:
        return [group.label for group in report(rows, by=("day",), **asked).groups]

    assert days() == days(sort="key") == ["2026-11-19", "2026-11-20", "2026-11-21"]
    assert days(sort="usd") == ["2026-11-20", "2026-11-19", "2026-11-21"]
    names = [group.label for group in report(map(row, MODELS), by=("model",), sort="key").groups]
    assert names == sorted(names)


@pytest.mark.parametrize("sort", [None, "usd", "key"])
@pytest.mark.parametrize("top", range(1, 7))
def test_the_others_are_one_row_and_nothing_is_dropped(top: int, sort: Any) -> None:
    """--top N shows the N dearest groups in their order; the others are summed, and machines get all of them."""
    rows = [row(model, searches=at) for at, model in enumerate(MODELS)]
    priced = report(rows, by=("model", "day"), top=top, sort=sort)
    whole = report(rows, by=("model", "day"), sort=sort)
    shown, groups = priced.shown_groups, list(whole.groups)
    assert priced.to_dict()["groups"] == whole.to_dict()["groups"]
    assert sum((group.spend.usd for group in shown), Decimal(0)) == whole.total_usd
    assert sum(group.spend.rows for group in shown) == len(rows)
    assert sum(group.spend.web_searches for group in shown) == whole.spend.web_searches
    if top >= len(MODELS) - 1:  # one other would be a row of its own
        assert list(shown) == groups
        return
    dearest = sorted(groups, key=lambda group: -group.spend.usd)[:top]
    assert [group.key for group in shown[:-1]] == [group.key for group in groups if group in dearest]
    assert shown[-1].names == [f"{len(MODELS) - top} others", ""]


def test_an_order_without_groups_is_an_error() -> None:
    """--sort and --top have nothing to order without --by."""
    for asked in ({"sort": "usd"}, {"top": 3}):
        with pytest.raises(UsageError, match="--sort and --top are about groups"):
            report([], **asked)


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("claude-opus-4-6", True),
        ("gpt-5", True),
        ("gemini-2.5-pro", True),
        ("gpt-4o", False),
        ("gemini-1.5-flash", False),
        ("claude-3-5-haiku-20241022", False),
    ],
)
def test_thinking_is_said_of_models_that_think(model: str, thinks: bool) -> None:
    """The output of a model that cannot think holds none; the document keeps what reports say."""
    priced = report([row(model)])
    assert ("may hold thinking" in "".join(render_usage(priced, Look()))) is thinks
    assert any(name == "thinking" for name, _ in sentences(priced)) is thinks
    tokens = priced.to_dict()["tokens"]
    assert tokens["thinking"] is None
    assert tokens["thinking_at_most"] == (100 if thinks else 0)


def test_claude_code_is_not_told_of_batches() -> None:
    """It cannot send any: what batches would save is said of the other calls alone."""
    other, own = row(), row(format="claude-code")
    assert report([own]).spend.batch_saving_usd == 0
    assert report([own, other]).spend.batch_saving_usd == report([other]).spend.batch_saving_usd > 0
    assert report([own, other]).total_usd == 2 * (report([other]).total_usd or 0)
