"""The Admin API's usage report: dimensions, pages, and what may not be totalled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from budgetcalc.readers.usage import admin_report, reported_costs
from budgetcalc.report_buckets import unfinished
from budgetcalc.usage import InvalidRow, ReportPage, UsageTokens

from .report_rows import aggregated, broken_copies, only, refused, rows, tokens, usd


def result(**more: Any) -> dict[str, Any]:
    """Return a result grouped by everything that decides money."""
    return {
        "uncached_input_tokens": 1500,
        "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
        "cache_read_input_tokens": 200,
        "output_tokens": 500,
        "server_tool_use": {"web_search_requests": 10},
        "model": "claude-opus-5",
        "service_tier": "standard",
        "context_window": "0-200k",
        "inference_geo": "global",
        "speed": "standard",
        "workspace_id": None,
        "api_key_id": None,
        **more,
    }


def bucket(*results: dict[str, Any], day: int = 1) -> dict[str, Any]:
    """Return the bucket of a day of August 2025."""
    start, end = f"2025-08-{day:02}T00:00:00Z", f"2025-08-{day + 1:02}T00:00:00Z"
    return {"starting_at": start, "ending_at": end, "results": list(results)}


def page(*buckets: dict[str, Any], has_more: bool = False) -> dict[str, Any]:
    """Return a page of buckets."""
    return {"data": list(buckets), "has_more": has_more, "next_page": "p" if has_more else None}


def read(value: Any) -> list[Any]:
    """Return what is read of a report."""
    assert admin_report.is_this(value)
    return rows(admin_report, value)


def test_a_result_is_one_row_with_disjoint_buckets() -> None:
    """The documented sample: 1500 in, 500 and 1000 written, 200 read, 500 out, ten searches."""
    found = read(page(bucket(result())))
    row = only(found)
    assert tokens(row) == UsageTokens(1500, 500, 1000, 200, 500)
    assert (row.unit, row.day, row.charges[0].web_search_requests) == ("bucket", date(2025, 8, 1), 10)
    million = Decimal(1_000_000)
    # Opus 5: 5 in, 6.25 and 10 written, 0.50 read, 25 out; a search is a cent.
    expected = (
        1500 * Decimal(5)
        + 500 * Decimal("6.25")
        + 1000 * Decimal(10)
        + 200 * Decimal("0.5")
        + 500 * Decimal(25)
    ) / million + 10 * Decimal("0.01")
    assert usd(found) == expected == Decimal("0.133225")


def test_every_shape_of_a_saved_report_gives_the_same_rows() -> None:
    """A page, a list of pages, a list of buckets and single buckets hold the same."""
    first, second = bucket(result(), day=1), bucket(result(output_tokens=7), day=2)
    shapes: list[Any] = [
        page(first, second),
        [page(first, has_more=True), page(second)],
        [first, second],
    ]
    every = [
        sum(tokens(row).output for row in read(shape) if not isinstance(row, ReportPage)) for shape in shapes
    ]
    assert every == [507, 507, 507]
    assert tokens(only(read(second))).output == 7


def test_a_report_without_model_is_unpriced() -> None:
    """Rows of no model get no price, and none of another's."""
    found = aggregated(read(page(bucket(result(model=None)))))
    assert (found.rows.priced, found.rows.unpriced) == (0, 1)


def test_null_means_the_default_only_where_the_report_is_grouped() -> None:
    """A null workspace is the default one beside a named one, and nothing where none is named."""
    plain = only(read(page(bucket(result()))))
    assert "workspace" not in dict(plain.dimensions)
    grouped = read(page(bucket(result()), bucket(result(workspace_id="wrkspc_1"), day=2)))
    names = [dict(row.dimensions)["workspace"] for row in grouped if not isinstance(row, ReportPage)]
    assert names == ["Default", "wrkspc_1"]


@pytest.mark.parametrize("name", ["service_tier", "inference_geo", "speed"])
def test_what_is_not_grouped_is_assumed_and_said(name: str) -> None:
    """A report that does not tell the tier, the place or the speed says what was assumed."""
    assert not only(read(page(bucket(result())))).warnings
    (warning,) = only(read(page(bucket(result(**{name: None}))))).warnings
    assert name in warning


def test_the_dimensions_decide_the_price() -> None:
    """Batch halves, US-only adds a tenth; a place that is not available adds nothing."""
    base = usd(read(page(bucket(result(server_tool_use=None)))))
    batch = read(page(bucket(result(server_tool_use=None, service_tier="batch"))))
    us_only = read(page(bucket(result(server_tool_use=None, inference_geo="us"))))
    nowhere = read(page(bucket(result(server_tool_use=None, inference_geo="not_available"))))
    assert usd(batch) == base / 2
    assert usd(us_only) == base * Decimal("1.1")
    assert usd(nowhere) == base


def test_the_context_window_decides_the_long_tier_of_a_bucket() -> None:
    """A bucket's sum never makes it long; its own column does."""
    model = "claude-sonnet-4-20250514"
    short = result(model=model, uncached_input_tokens=900_000, inference_geo=None, server_tool_use=None)
    price = usd(read(page(bucket(short, day=20))))
    longer = usd(read(page(bucket({**short, "context_window": "200k-1M"}, day=20))))
    assert only(read(page(bucket(short)))).charges[0].long_context is False
    assert longer > price


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"output_tokens": -1}, "output_tokens is negative"),
        ({"output_tokens": 1.5}, "output_tokens is not a whole number"),
        ({"output_tokens": None}, "there is no output_tokens"),
        ({"cache_read_input_tokens": None}, "there is no cache_read_input_tokens"),
        ({"cache_creation": None}, "there is no cache_creation"),
        ({"service_tier": "gold"}, 'unknown service tier "gold"'),
        ({"context_window": "2M"}, "unknown context window"),
        ({"speed": "warp"}, "unknown speed"),
        ({"inference_geo": "mars"}, "unknown inference_geo"),
        ({"rbac_group_id": "g"}, "overlap"),
    ],
)
def test_a_result_that_cannot_be_priced_rightly_is_invalid(more: dict[str, Any], said: str) -> None:
    """The row is invalid and names its place; others are still read."""
    found = read(page(bucket(result(), result(**more))))
    bad = next(row for row in found if isinstance(row, InvalidRow))
    assert said in bad.message
    assert bad.message.startswith("data[0].results[1]: ")
    assert aggregated(found).rows.priced == 1


def test_the_last_page_tells_whether_the_report_is_complete() -> None:
    """``has_more`` counts on the last page only, in one file or in several."""

    def pages(*values: Any) -> list[ReportPage]:
        return [each for value in values for each in read(value) if isinstance(each, ReportPage)]

    first, second = page(bucket(result()), has_more=True), page(bucket(result(), day=2))
    assert not list(unfinished(pages([first, second])))
    assert len(list(unfinished(pages(first)))) == 1
    assert not list(unfinished(pages(second, first))), (
        "the order of pages means nothing where their days join"
    )
    assert len(list(unfinished(pages([first, page(bucket(result(), day=2), has_more=True)])))) == 1
    other_file = [
        ReportPage("b.json", None, each.format, each.start, each.end, each.has_more) for each in pages(second)
    ]
    assert not list(unfinished([*other_file, *pages(first)])), "pages are joined by their days across files"
    gap = [ReportPage("b.json", None, "admin-usage-report", None, None, has_more=False)]
    assert len(list(unfinished([*gap, *pages(first)]))) == 1


def test_analytics_reports_are_read_flat_and_nested() -> None:
    """Rows may be the items of ``data``, and a group and its usage may stand apart."""
    flat = {
        **result(product="api"),
        "starting_at": "2026-08-01T00:00:00Z",
        "ending_at": "2026-08-02T00:00:00Z",
    }
    nested_result = result()
    nested = {
        "starting_at": "2026-08-01T00:00:00Z",
        "ending_at": "2026-08-02T00:00:00Z",
        "group": {"model": nested_result.pop("model"), "product": "api"},
        "usage": {**nested_result, "total_tokens": 3700},
    }
    for item in (flat, nested):
        row = only(read({"data": [item], "has_more": False, "data_refreshed_at": "2026-08-02T00:00:00Z"}))
        assert row.format == "analytics-usage-report"
        assert row.charges[0].model == "claude-opus-5"
        assert tokens(row).prompt == 3200
        assert dict(row.dimensions)["product"] == "api"


def test_cost_reports_are_other_reports() -> None:
    """Money is never read as usage, nor usage as money."""
    cost = page(bucket({"amount": "1.5", "currency": "USD"}))
    assert not admin_report.is_this(cost)
    assert reported_costs.is_this(cost)
    assert not reported_costs.is_this(page(bucket(result())))
    for other in ({}, [], None, 3, "x", {"data": 1}, {"data": [{"id": 1}]}, {"messages": []}):
        assert not admin_report.is_this(other)


def test_an_empty_report_is_a_report() -> None:
    """Days without usage are normal."""
    assert rows(admin_report, page(bucket()))[0].has_more is False
    assert admin_report.is_this({"data": [], "has_more": False})


def test_no_broken_report_raises() -> None:
    """Whatever stands where, rows or invalid rows come out."""
    for broken in broken_copies([page(bucket(result()))]):
        admin_report.is_this(broken)
        aggregated(rows(admin_report, broken))


def test_an_overlapping_group_is_refused_alone() -> None:
    """One user may be in several groups, so that even one group's rows are refused."""
    assert "cannot be added up" in refused(read(page(bucket(result(rbac_group_id="rbac_group_1")))))
