"""The Admin API's ``usage_report/messages`` and the Enterprise analytics usage reports.

A dimension is null when the report was not grouped by it, but a null workspace is also the default one and a null
key also the Workbench: what was grouped is decided by the whole document (formats.md §4.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage.admin_pages import Result, is_report, report_pages, results
from budgetcalc.readers.usage.fields import (
    UNREADABLE_DATE,
    BadUsage,
    Origin,
    anthropic_tokens,
    mapping,
    text,
    web_searches,
)
from budgetcalc.readers.usage.reported_values import is_fast, is_us_only, long_context, service_tier
from budgetcalc.usage import Charge, InvalidRow, ReportPage, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "admin-usage-report"
ANALYTICS_FORMAT = "analytics-usage-report"

# Field → (dimension, what a null means where the report is grouped by it).
_DIMENSIONS = {
    "workspace_id": ("workspace", "Default"),
    "api_key_id": ("api_key", "Workbench"),
    "account_id": ("account", "none"),
    "service_account_id": ("service_account", "none"),
    "product": ("product", "none"),
    "service_tier": ("service_tier", "standard"),
    "context_window": ("context_window", "none"),
    "inference_geo": ("inference_geo", "not_available"),
    "speed": ("speed", "standard"),
}
_ASSUMED = {
    "service_tier": "the report is not grouped by service_tier: batch use is priced at twice its price",
    "inference_geo": "the report is not grouped by inference_geo: global is assumed",
    "speed": "the report is not grouped by speed: standard is assumed",
}
_REQUIRED = ("uncached_input_tokens", "cache_read_input_tokens", "output_tokens")
TOP_GROUPS_ONLY = "an analytics report shows the largest 100 groups of a bucket only"


def is_this(value: object) -> bool:
    """Return whether a document is a usage report: pages, buckets, or one of either."""
    return is_report(value, lambda fields: "uncached_input_tokens" in fields)


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow | ReportPage]:
    """Yield a row per result, then its pages."""
    is_analytics = any(
        "data_refreshed_at" in mapping(page) for page in (value if isinstance(value, list) else [value])
    )
    format_name = ANALYTICS_FORMAT if is_analytics else FORMAT
    found = results(value)
    grouped = {name for name in _DIMENSIONS if any(each.fields.get(name) is not None for each in found)}
    for each in found:
        try:
            yield _row(each, origin, format_name, grouped)
        except BadUsage as bad:
            yield InvalidRow(origin.file, origin.line, f"{each.place}: {bad}" if each.place else str(bad))
    yield from report_pages(value, origin, format_name)


def _row(result: Result, origin: Origin, format_name: str, grouped: set[str]) -> UsageRow:
    fields = result.fields
    if fields.get("rbac_group_id") is not None:
        raise BadUsage(
            "groups of users overlap, so that their rows cannot be added up: group by another dimension"
        )
    missing = [name for name in _REQUIRED if fields.get(name) is None]
    if missing:
        raise BadUsage(f"there is no {missing[0]}")
    if fields.get("cache_creation") is None and fields.get("cache_creation_input_tokens") is None:
        raise BadUsage("there is no cache_creation")
    tokens, warnings = anthropic_tokens({**fields, "input_tokens": fields["uncached_input_tokens"]})
    tier, tier_warnings = service_tier(fields.get("service_tier"))
    warnings += tier_warnings
    # Analytics has no service tier: nothing of it is batch.
    assumed = [name for name in _ASSUMED if name not in grouped]
    if format_name == ANALYTICS_FORMAT:
        assumed = [name for name in assumed if name != "service_tier"]
        warnings += (TOP_GROUPS_ONLY,)
    return UsageRow(
        origin.file,
        origin.line,
        format_name,
        (
            Charge(
                text(fields.get("model")),
                tokens,
                web_searches(fields),
                long_context(fields.get("context_window")),
            ),
        ),
        day=result.start.date() if result.start else None,
        moment=result.start,
        period_end=result.end,
        unit="bucket",
        service_tier=tier,
        us_only=is_us_only(fields.get("inference_geo")),
        fast=is_fast(fields.get("speed")),
        dimensions=_dimensions(fields, grouped),
        warnings=(
            *warnings,
            *(_ASSUMED[name] for name in assumed),
            *(() if result.start else (UNREADABLE_DATE,)),
        ),
    )


def _dimensions(fields: Mapping[str, Any], grouped: set[str]) -> tuple[tuple[str, str], ...]:
    """Return the grouped dimensions in a fixed order, each with a value in every row."""
    return tuple(
        (dimension, text(fields.get(name)) or absent)
        for name, (dimension, absent) in _DIMENSIONS.items()
        if name in grouped
    )
