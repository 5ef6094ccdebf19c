"""What recorded usage can be grouped by; a module of its own, so that naming it loads nothing."""

from __future__ import annotations

PERIODS = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}
"""Dimensions of time and how they are written; weeks are ISO weeks."""

DIMENSIONS = (
    "model",
    *PERIODS,
    "project",
    "session",
    "api_key",
    "workspace",
    "service_tier",
    "source",
    "file",
)
"""What usage can be grouped by; ``source`` is the kind of report."""

REPORTED = (
    "account",
    "agent",
    "context_window",
    "custom_id",
    "customer_type",
    "end_user",
    "endpoint",
    "environment",
    "format",
    "inference_geo",
    "model_group",
    "operation",
    "organization",
    "product",
    "provider",
    "region",
    "service_account",
    "speed",
    "team",
    "terminal",
    "trace",
    "user",
    "version",
)
"""What else some reports tell rows apart by: ``--where`` takes these too."""

PROPERTY = "property."
"""How the names of Helicone's custom properties begin, which ``--where`` takes as well."""


def is_dimension(name: str) -> bool:
    """Return whether some report may tell rows apart by this."""
    return name in DIMENSIONS or name in REPORTED or name.startswith(PROPERTY)
