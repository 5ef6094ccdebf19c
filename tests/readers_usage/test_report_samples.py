"""The project's samples of reports: their figures, where the samples are at hand."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.readers.usage.csv_tables import header_of
from budgetcalc.readers.usage.fields import Origin
from budgetcalc.reconciliation import computed_costs, reconcile
from budgetcalc.usage import ReportedCost, ReportPage

from .report_rows import CATALOGUE, aggregated, usd

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not part of the repository")

NAMES = (
    "admin_report",
    "reported_costs",
    "console_csv",
    "bedrock",
    "litellm_log",
    "openrouter",
    "openrouter_activity",
    "otel",
    "langfuse",
)
MODULES = {name: import_module(f"budgetcalc.readers.usage.{name}") for name in NAMES}

MODULE_OF = {
    "admin/analytics_usage_report.json": "admin_report",
    "admin/usage_report_messages.json": "admin_report",
    "admin/analytics_user_cost_report.json": "reported_costs",
    "admin/cost_report.json": "reported_costs",
    "cloud/bedrock_converse_response.json": "bedrock",
    "cloud/bedrock_invocation_log_cached.json": "bedrock",
    "cloud/bedrock_invocation_log_converse.json": "bedrock",
    "cloud/bedrock_stream_metrics_chunk.json": "bedrock",
    "console/claude_api_cost_2026_02_01_to_2026_02_01.csv": "reported_costs",
    "console/claude_api_cost_2026_08_14col.csv": "reported_costs",
    "console/claude_api_tokens_2025_06_11col.csv": "console_csv",
    "console/claude_api_tokens_2026_02.csv": "console_csv",
    "console/claude_api_tokens_2026_03_31_hourly.csv": "console_csv",
    "console/claude_api_tokens_2026_03_daily.csv": "console_csv",
    "console/claude_api_tokens_2026_08_quoted.csv": "console_csv",
    "gateways/langfuse_observation.json": "langfuse",
    "gateways/litellm_spendlog.json": "litellm_log",
    "gateways/openrouter_activity.csv": "openrouter_activity",
    "gateways/openrouter_logs.csv": "openrouter",
    "gateways/openrouter_response_usage.json": "openrouter",
    "gateways/otel_genai_span_attributes.json": "otel",
}

FIGURES = {
    "admin/usage_report_messages.json": "0.133225",
    "cloud/bedrock_invocation_log_cached.json": "0.00115665",
    "cloud/bedrock_invocation_log_converse.json": "0.00056625",
    "console/claude_api_tokens_2025_06_11col.csv": "0.0000104",
    "console/claude_api_tokens_2026_02.csv": "4.38401975",
    "console/claude_api_tokens_2026_03_31_hourly.csv": "3.492982",
    "console/claude_api_tokens_2026_03_daily.csv": "3.884003",
    "console/claude_api_tokens_2026_08_quoted.csv": "0.75976125",
    "gateways/openrouter_activity.csv": "935.95309",
}


def takers(path: Path) -> list[str]:
    """Return the readers that take a sample for theirs."""
    if path.suffix == ".csv":
        header = header_of(path.read_text(encoding="utf-8").splitlines())
        return [
            name
            for name, module in MODULES.items()
            if hasattr(module, "is_header") and module.is_header(header)
        ]
    if path.suffix != ".json":
        return []
    value = json.loads(path.read_text(encoding="utf-8"))
    return [name for name, module in MODULES.items() if hasattr(module, "is_this") and module.is_this(value)]


def read(name: str) -> list[Any]:
    """Return what a sample's reader makes of it."""
    path, module = SAMPLES / name, MODULES[MODULE_OF[name]]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as lines:
            return list(module.read_csv(lines, path.name))
    return list(module.read(json.loads(path.read_text(encoding="utf-8")), Origin(path.name)))


def test_every_sample_has_one_reader_at_most() -> None:
    """A report is taken by its own reader, everything else by none of these."""
    found = {
        str(path.relative_to(SAMPLES)): takers(path) for path in sorted(SAMPLES.rglob("*")) if path.is_file()
    }
    assert {name: names for name, names in found.items() if names} == {
        name: [module] for name, module in MODULE_OF.items()
    }


@pytest.mark.parametrize("name", FIGURES)
def test_the_figure_of_a_sample(name: str) -> None:
    """Exact, as computed by hand in formats.md or from the price table."""
    assert usd(read(name)) == Decimal(FIGURES[name])


def test_the_documented_reports_end_before_their_last_page() -> None:
    """``has_more`` of the samples reaches the answer."""
    for name in ("admin/usage_report_messages.json", "admin/cost_report.json"):
        assert [row.has_more for row in read(name) if isinstance(row, ReportPage)] == [True]


def test_the_documented_cost_report_is_in_cents() -> None:
    """$1.2378912, not $123.78912."""
    amounts = [row.usd for row in read("admin/cost_report.json") if isinstance(row, ReportedCost)]
    assert amounts == [Decimal("1.2378912")]


def test_the_real_pair_of_exports_agrees() -> None:
    """Tokens and cost of one real day: each line equal after rounding to cents."""
    groups = aggregated(read("console/claude_api_tokens_2026_02.csv"), by_day=True).groups.values()
    costs = read("console/claude_api_cost_2026_02_01_to_2026_02_01.csv")
    found = reconcile(computed_costs(groups), costs, lambda name: CATALOGUE.find(name).model.id)
    assert (found.computed_usd, found.reported_usd) == (Decimal("4.38401975"), Decimal("4.39"))
    assert found.agrees
    assert all(
        line.computed_usd is not None and line.computed_usd.quantize(Decimal("0.01")) == line.reported_usd
        for line in found.lines
    )
