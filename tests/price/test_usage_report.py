"""Totals: exact money from integer sums, and what qualifies them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budgetcalc.catalogue import Fee
from budgetcalc.usage import InvalidRow
from budgetcalc.usage_report import LIST_VALUE

from .rows import HAIKU, ON, OPUS, report, row


def test_tokens_times_rates() -> None:
    """Every bucket is billed at its own rate: Opus 4.6 at 5, 6.25, 10, 0.50 and 25 dollars a million."""
    tokens = {"uncached_input": 1, "cache_write_5m": 2, "cache_write_1h": 3, "cache_read": 4, "output": 5}
    priced = report([row(**tokens)])
    assert (
        priced.total_usd
        == Decimal(5) * 1 / 10**6
        + Decimal("6.25") * 2 / 10**6
        + Decimal(10 * 3 + 25 * 5) / 10**6
        + Decimal("0.5") * 4 / 10**6
    )
    assert priced.to_dict()["tokens"] == {
        **tokens,
        "thinking": None,
        "thinking_known": 0,
        "thinking_at_most": 5,
    }


def test_nothing_priced_has_no_total() -> None:
    """A zero is never a guess: without a priced row the total is null."""
    document = report([row(model=None), row(model="claude-unknown")]).to_dict()
    assert document["total_usd"] is None
    assert document["complete"] is False
    assert document["rows"]["unpriced"] == 2
    assert [each["model"] for each in document["unpriced"]] == [None, "claude-unknown"]


def test_thinking_is_a_line_of_its_own() -> None:
    """Known thinking is taken out of the output line, at the same rate, and the lines sum to the total."""
    priced = report([row(uncached_input=0, output=100, thinking=60)], lines=True)
    lines = priced.to_dict()["lines"]
    assert [(line["bucket"], line["tokens"]) for line in lines] == [("output", 40), ("thinking", 60)]
    assert lines[1]["usd"] == str(Decimal(60 * 25) / 10**6)
    assert sum(Decimal(line["usd"]) for line in lines) == priced.total_usd
    assert priced.to_dict()["tokens"]["thinking"] == 60


def test_unknown_thinking_is_null_and_at_most_the_output() -> None:
    """One row that does not say makes the sum unknown; what is known and what it can be at most is said."""
    document = report([row(output=100, thinking=60), row(output=50)]).to_dict()
    assert document["tokens"]["thinking"] is None
    assert (document["tokens"]["thinking_known"], document["tokens"]["thinking_at_most"]) == (60, 110)
    assert document["thinking"] == {"known_usd": "0.0015", "usd_at_most": "0.00275"}


def test_web_searches_are_never_discounted() -> None:
    """A batch halves tokens, not searches: ten dollars a thousand."""
    priced = report([row(uncached_input=1000, output=0, searches=3, service_tier="batch")], lines=True)
    assert priced.total_usd == Decimal(1000 * 5) / 10**6 / 2 + Decimal(3 * 10) / 1000
    searched = priced.to_dict()["lines"][-1]
    assert (searched["bucket"], searched["tokens"], searched["requests"]) == ("web_search", None, 3)
    assert (searched["usd"], searched["multiplier"]) == ("0.03", "1")


def test_searches_of_several_models_are_told_apart() -> None:
    """The money of searches goes to the models that made them."""
    rows = [row(OPUS, searches=3), row(HAIKU, searches=4), row(HAIKU)]
    groups = report(rows, by=("model",)).groups
    assert {dict(g.key)["model"]: g.spend.web_search_usd for g in groups} == {
        "claude-opus-4-6": Decimal("0.03"),
        "claude-haiku-4-5-20251001": Decimal("0.04"),
    }


def test_searches_of_several_models_in_one_group() -> None:
    """Without groups, too, each model has the money of its own searches, and they sum to all."""
    spend = report([row(OPUS, searches=3), row(HAIKU, searches=4), row(HAIKU)]).spend
    assert spend.searches == {
        "claude-opus-4-6": (3, Decimal("0.03")),
        "claude-haiku-4-5-20251001": (4, Decimal("0.04")),
    }
    assert spend.web_search_usd == Decimal("0.07")


def test_the_line_of_searches_has_its_own_price() -> None:
    """Its rule, the days its fee holds, where that was read, and how many; no rate of tokens."""
    line = report([row(searches=3)], lines=True).to_dict()["lines"][-1]
    assert line == {
        "model": "claude-opus-4-6",
        "bucket": "web_search",
        "tokens": None,
        "usd_per_mtok": None,
        "multiplier": "1",
        "rule": "web-search",
        "price_period": "..",
        "source": line["source"],
        "usd": "0.03",
        "requests": 3,
    }
    assert line["source"]


def test_the_days_of_a_fee_are_those_of_its_line() -> None:
    """From its first day to the day it ends; open where it has none."""
    spend = report([row(searches=3)]).spend
    for start, end, period in ((ON, None, "2026-11-22.."), (None, ON, "..2026-11-22"), (None, None, "..")):
        *_, line = spend.lines(Fee("web_search", Decimal(10), "1000", "docs", start=start, end=end))
        assert (line.price_period, line.source) == (period, "docs")


def test_what_was_assumed_parts_no_line() -> None:
    """Sums that may have been dearer and calls that are not stand at one price, in one line."""
    model = "claude-haiku-5-5"
    rows = [
        row(model, uncached_input=100_001, output=0, unit="session"),
        row(model, uncached_input=10, output=0, unit="session"),
    ]
    (line,) = report(rows, lines=True).to_dict()["lines"]
    assert (line["tokens"], line["usd"]) == (100_011, "0.0100011")


def test_cache_effect() -> None:
    """Cached tokens are held against the input rate: reads save nine tenths, writes cost a quarter more."""
    cache = report([row(cache_write_5m=1000, cache_read=10_000)]).to_dict()["cache"]
    assert cache == {
        "write_usd": "0.00625",
        "read_usd": "0.005",
        "uncached_usd": "0.055",
        "saved_usd": "0.04375",
    }
    loss = report([row(cache_write_1h=1000)]).to_dict()["cache"]
    assert loss["saved_usd"] == "-0.005"


def test_batch_savings_leave_out_what_is_a_batch_already() -> None:
    """Half of what could have been a batch; searches and batches save nothing."""
    ordinary = row(uncached_input=1000, output=0, searches=1)
    batch = row(uncached_input=1000, output=0, service_tier="batch")
    assert report([ordinary, batch]).spend.batch_saving_usd == Decimal(1000 * 5) / 10**6 / 2


def test_price_periods_of_one_model_are_lines_of_their_own() -> None:
    """Sonnet 5.5 changed its cache reads on 2026-10-07: each day takes the price of its period."""
    rows = [row("claude-sonnet-5-5", cache_read=10, moment=f"2026-10-{day}T00:00:00") for day in ("06", "07")]
    lines = report(rows, lines=True).to_dict()["lines"]
    assert len({line["price_period"] for line in lines}) == 2
    assert len({line["usd_per_mtok"] for line in lines if line["bucket"] == "cache_read"}) == 2


def test_reported_money_stands_beside() -> None:
    """A report's own figure is shown and never mixed in."""
    priced = report([row(reported_usd=Decimal("0.5")), row(reported_usd=Decimal("0.25"))])
    assert priced.reported_usd == Decimal("0.75")
    assert priced.total_usd == 2 * (Decimal(1000 * 5 + 100 * 25) / 10**6)


@pytest.mark.parametrize("form", ["claude-code", "headless", "claude-code-analytics"])
def test_claude_code_is_list_value(form: str) -> None:
    """What Claude Code used may be on a subscription: the total is labelled."""
    assert report([row(format=form)]).label == LIST_VALUE
    assert report([row()]).label == ""


def test_undated_rows_are_said() -> None:
    """Undated rows take the given day, and a warning says so."""
    document = report([row(moment=""), row()], undated_origin="flag").to_dict()
    assert document["undated_rows"] == 1
    assert document["prices"]["on"] == "2026-11-22"
    assert document["warnings"] == ["1 row without a date took the prices of 2026-11-22 (--on)"]
    assert report([row()]).to_dict()["prices"]["on"] is None


def test_rows_add_up() -> None:
    """Read is the sum of what became of the rows, and the place of invalid ones is given."""
    rows = [
        row(call_id="a"),
        row(call_id="a"),
        row(unbilled="refusal", charges=()),
        row(model=None),
        InvalidRow("x.jsonl", 7, "no JSON"),
    ]
    document = report(rows).to_dict()
    assert document["rows"] == {
        "read": 5,
        "priced": 1,
        "deduplicated": 1,
        "unbilled": 1,
        "unpriced": 1,
        "invalid": 1,
    }
    assert document["invalid"] == [{"source": {"file": "x.jsonl", "line": 7}, "message": "no JSON"}]


def test_a_limit_is_held_against_the_exact_total() -> None:
    """Equal is not over."""
    exact = report([row()]).total_usd
    assert exact is not None
    assert not report([row()], fail_over=exact).over_limit
    assert report([row()], fail_over=exact - Decimal("0.000001")).over_limit
