"""Reported money, and the comparison with what is computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.errors import InputError
from budgetcalc.readers.usage import console_csv, reported_costs
from budgetcalc.readers.usage.csv_tables import header_of
from budgetcalc.reconciliation import ComputedCost, computed_costs, reconcile
from budgetcalc.usage import InvalidRow, ReportedCost, ReportPage

from .report_rows import CATALOGUE, aggregated, broken_copies, lines, refused, rows

DAY = date(2026, 2, 1)
OLD = "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type"
NEW = OLD.replace("cost_usd,", "cost_usd,list_price_usd,") + ",inference_geo,speed,api_key_id,api_key_status"


def report(*results: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
    """Return a cost report of one day."""
    start, end = "2025-08-01T00:00:00Z", "2025-08-02T00:00:00Z"
    return {
        "data": [{"starting_at": start, "ending_at": end, "results": list(results)}],
        "has_more": has_more,
    }


def cost(usd: str, kind: str | None = "output", model: str | None = "m", **more: Any) -> ReportedCost:
    """Return a reported amount, given to the cent."""
    known: dict[str, Any] = {"list_usd": None, "step": Decimal("0.01"), **more}
    return ReportedCost("costs.csv", 2, DAY, model, kind, Decimal(usd), **known)


def computed(usd: str, kind: str = "output", model: str | None = "m") -> ComputedCost:
    """Return a computed amount."""
    return ComputedCost(DAY, model, kind, Decimal(usd))


def only_cost(found: Any) -> ReportedCost:
    """Return the one amount."""
    (row,) = [each for each in found if not isinstance(each, ReportPage)]
    assert isinstance(row, ReportedCost), row
    return row


def canonical(name: str) -> str:
    """Return a model's id."""
    return CATALOGUE.find(name).model.id


def test_the_api_s_amounts_are_cents() -> None:
    """The documented 123.78912 is $1.2378912."""
    row = only_cost(
        rows(
            reported_costs,
            report(
                {
                    "amount": "123.78912",
                    "currency": "USD",
                    "cost_type": "tokens",
                    "model": "claude-sonnet-4-20250514",
                    "token_type": "uncached_input_tokens",
                    "workspace_id": "w",
                    "description": "Input Tokens",
                }
            ),
        )
    )
    assert (row.usd, row.step) == (Decimal("1.2378912"), Decimal("1E-7"))
    assert (row.day, row.kind, row.description) == (date(2025, 8, 1), "uncached_input", "Input Tokens")
    assert dict(row.dimensions)["workspace"] == "w"


def test_analytics_reports_are_flat_and_give_the_list_price() -> None:
    """``amount`` is after the discount, ``list_amount`` before."""
    item = {"starting_at": "2026-08-01T00:00:00Z", "amount": "41280.000000", "list_amount": "51600.000000"}
    row = only_cost(
        rows(reported_costs, {"data": [{**item, "cost_type": "code_execution"}], "has_more": False})
    )
    assert (row.usd, row.list_usd, row.kind) == (Decimal("412.8"), Decimal(516), "code_execution")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"currency": "EUR"}, "the currency is not USD"),
        ({"amount": "1,5"}, "amount is not an amount"),
        ({"amount": None}, "amount is not an amount"),
        ({"amount": "NaN"}, "amount is not an amount"),
        ({"amount": "1e400"}, "too large"),
        ({"amount": "1e-100"}, "too large or too finely divided"),
    ],
)
def test_what_is_no_amount_of_dollars_is_invalid(more: dict[str, Any], said: str) -> None:
    """It is never read as another amount."""
    message = refused(rows(reported_costs, report({"amount": "1", **more})))
    assert message.startswith("data[0].results[0]: ")
    assert said in message


def test_both_generations_of_the_console_s_export_are_read() -> None:
    """Amounts are dollars, rounded to cents; a discount shows in the list price."""
    old = reported_costs.read_csv(
        lines(OLD, "2026-02-01,Claude Haiku 4.5,Default,key,message,≤ 200k,input_no_cache,0.02,token"),
        "c.csv",
    )
    assert only_cost(old).usd == Decimal("0.02")
    text = "2026-08-05,Claude Sonnet 4.5,Default,key,message,≤ 200k,input_cache_read,0.10,1.00,token,global,,id,active"
    new = only_cost(reported_costs.read_csv(lines(NEW, text), "c.csv"))
    assert (new.usd, new.list_usd, new.kind) == (Decimal("0.10"), Decimal(1), "cache_read")
    rewritten = text.replace("0.10", '"1,234.5"')
    assert only_cost(reported_costs.read_csv(lines(NEW, rewritten), "c.csv")).usd == Decimal("1234.5")
    decimals = text.replace("0.10", '"0,10"')
    assert isinstance(next(reported_costs.read_csv(lines(NEW, decimals), "c.csv")), InvalidRow)
    with pytest.raises(InputError):
        list(reported_costs.read_csv(lines("usage_date_utc,x"), "c.csv"))


def test_a_spreadsheet_that_drops_zeros_does_not_widen_the_tolerance() -> None:
    """``1`` for ``1.00`` is known to the cent all the same."""
    (row,) = reported_costs.read_csv(lines("usage_date_utc,cost_usd", "2026-02-01,1"), "c.csv")
    assert only_cost([row]).step == Decimal("0.01")


def test_usage_and_cost_exports_are_told_apart() -> None:
    """Their headers share the date only."""
    assert not console_csv.is_header(header_of([NEW]))
    assert reported_costs.is_header(header_of([OLD]))
    assert not reported_costs.is_header(["usage_date_utc", "usage_output_tokens"])


def test_rounding_explains_half_a_cent_a_row() -> None:
    """Two rows of cents may be a cent off together, and no more."""
    reported = [cost("0.82"), cost("0.82")]
    assert reconcile([computed("1.65")], reported).lines[0].reason == "rounding"
    assert reconcile([computed("1.6500001")], reported).lines[0].reason == "unexplained"
    assert reconcile([computed("1.64")], reported).lines[0].reason == ""


def test_a_discount_is_explained_by_the_list_price_alone() -> None:
    """What was charged is less than the list price, which is what was computed."""
    discounted = cost("0.10", list_usd=Decimal("1.00"))
    (line,) = reconcile([computed("1.004")], [discounted]).lines
    assert (line.reason, line.difference_usd) == ("discount", Decimal("0.904"))
    assert reconcile([computed("0.50")], [discounted]).lines[0].reason == "unexplained"
    undiscounted = cost("0.10", list_usd=Decimal("0.10"))
    assert reconcile([computed("1.00")], [undiscounted]).lines[0].reason == "unexplained"
    surcharged = cost("1.00", list_usd=Decimal("0.10"))
    assert reconcile([computed("0.10")], [surcharged]).lines[0].reason == "unexplained"


def test_what_one_side_lacks_is_said() -> None:
    """A missing side counts as nothing in the difference."""
    found = reconcile([computed("2", "output")], [cost("3", "cache_read")])
    assert [(line.key.kind, line.reason, line.difference_usd) for line in found.lines] == [
        ("cache_read", "not computed", Decimal(-3)),
        ("output", "not reported", Decimal(2)),
    ]
    assert (found.reported_usd, found.computed_usd, found.difference_usd) == (3, 2, -1)
    assert not found.agrees


def test_what_no_report_tells_apart_is_not_told_apart() -> None:
    """An ungrouped cost report is compared by day."""
    found = reconcile(
        [computed("1", "output", "a"), computed("2", "cache_read", "b")], [cost("3", None, None)]
    )
    (line,) = found.lines
    assert (line.key.model, line.key.kind, line.reason) == (None, None, "")


def test_searches_are_compared_without_their_model() -> None:
    """They are charged apart, whatever model the report puts beside them."""
    found = reconcile([computed("0.02", "web_search", None)], [cost("0.02", "web_search", "m"), cost("0")])
    assert found.agrees


def test_the_document_has_plain_amounts() -> None:
    """Money is text without exponent, a missing side is null."""
    assert reconcile([computed("0.0000001")], []).to_dict() == {
        "reported_usd": "0",
        "computed_usd": "0.0000001",
        "difference_usd": "0.0000001",
        "lines": [
            {
                "day": "2026-02-01",
                "model": None,
                "kind": None,
                "reported_usd": None,
                "computed_usd": "0.0000001",
                "difference_usd": "0.0000001",
                "reason": "not reported",
            }
        ],
    }


def test_the_golden_pair_of_exports_agrees() -> None:
    """The real day of 2026-02-01: 4.38401975 computed, 4.39 reported, every line a matter of rounding."""
    header = (
        "usage_date_utc,model_version,usage_type,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
        "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count"
    )
    usage = console_csv.read_csv(
        lines(
            header,
            "2026-02-01,claude-haiku-4-5-20251001,standard,16765,0,0,0,1702,0",
            "2026-02-01,claude-opus-4-5-20251101,standard,43,302527,0,3301672,32676,0",
        ),
        "t.csv",
    )
    texts = [
        f"2026-02-01,Claude {model},Default,key,message,≤ 200k,{kind},{usd},token"
        for model, kind, usd in (
            ("Haiku 4.5", "input_no_cache", "0.02"),
            ("Haiku 4.5", "output", "0.01"),
            ("Opus 4.5", "input_no_cache", "0.00"),
            ("Opus 4.5", "input_cache_read", "1.65"),
            ("Opus 4.5", "input_cache_write_5m", "1.89"),
            ("Opus 4.5", "output", "0.82"),
        )
    ]
    costs = [
        row for row in reported_costs.read_csv(lines(OLD, *texts), "c.csv") if isinstance(row, ReportedCost)
    ]
    found = reconcile(computed_costs(aggregated(usage, by_day=True).groups.values()), costs, canonical)
    assert (found.computed_usd, found.reported_usd) == (Decimal("4.38401975"), Decimal("4.39"))
    assert found.difference_usd == Decimal("-0.00598025")
    assert len(found.lines) == 6
    assert found.agrees
    for line in found.lines:
        assert line.computed_usd is not None
        assert line.computed_usd.quantize(Decimal("0.01")) == line.reported_usd


amounts = st.decimals(0, 1000, places=6)
kinds = st.sampled_from(["output", "cache_read", "web_search"])
models = st.sampled_from(["a", "b", None])


@given(
    st.lists(st.tuples(amounts, kinds, models), max_size=8),
    st.lists(st.tuples(amounts, kinds, models), max_size=8),
)
def test_lines_sum_to_the_totals(
    left: list[tuple[Decimal, str, str | None]], right: list[tuple[Decimal, str, str | None]]
) -> None:
    """Nothing is lost between the sides and the lines, whatever the grain."""
    found = reconcile(
        [computed(str(usd), kind, model) for usd, kind, model in left],
        [cost(str(usd), kind, model) for usd, kind, model in right],
    )
    assert found.computed_usd == sum(usd for usd, _, _ in left)
    assert found.reported_usd == sum(usd for usd, _, _ in right)
    assert found.difference_usd == found.computed_usd - found.reported_usd
    assert len({line.key for line in found.lines}) == len(found.lines)


def test_no_broken_report_raises() -> None:
    """Whatever stands where, amounts or invalid rows come out, and can be compared."""
    whole = report({"amount": "1.5", "list_amount": "2", "model": "m", "token_type": "output_tokens"})
    for broken in broken_copies([whole]):
        reported_costs.is_this(broken)
        found = [row for row in rows(reported_costs, broken) if isinstance(row, ReportedCost)]
        reconcile([], found).to_dict()


@given(st.lists(st.text(max_size=50), max_size=5))
def test_any_rows_of_an_export_are_read_or_invalid(texts: list[str]) -> None:
    """Whatever stands below the header, no exception comes out."""
    list(reported_costs.read_csv(lines("usage_date_utc,cost_usd", *texts), "c.csv"))
