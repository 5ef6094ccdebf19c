"""Usage rows and responses in few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from budgetcalc.library import load_catalogue
from budgetcalc.usage import Charge, UsageRow, UsageTokens
from budgetcalc.usage_question import UsageQuestion
from budgetcalc.usage_report import PricedUsage
from budgetcalc.usage_run import price_rows

ON = date(2026, 11, 22)
OPUS, HAIKU = "claude-opus-4-6", "claude-haiku-4-5"


def row(model: str | None = OPUS, *, moment: str = "2026-11-20T12:00:00", **changes: Any) -> UsageRow:
    """Return a call of some tokens; keys of ``UsageTokens`` change them, the others the row."""
    names = set(UsageTokens.__dataclass_fields__)
    counts = {"uncached_input": 1000, "output": 100} | {k: v for k, v in changes.items() if k in names}
    when = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
    searches = changes.pop("searches", 0)
    charge = Charge(model, UsageTokens(**counts), searches)
    fields: dict[str, Any] = {
        "charges": (charge,),
        "moment": when,
        "day": when.date() if when else None,
    } | {k: v for k, v in changes.items() if k not in names}
    form = fields.pop("format", "messages")
    return UsageRow(fields.pop("file", "usage.jsonl"), 1, form, **fields)


def report(rows: Iterable[Any], **asked: Any) -> PricedUsage:
    """Return the answer to a question about rows."""
    return price_rows(UsageQuestion(load_catalogue(), ON, **asked), rows)


def response(model: str | None = OPUS, **usage: Any) -> dict[str, Any]:
    """Return a response of the Messages API with its usage."""
    body = {"id": None, "type": "message", "role": "assistant", "model": model, "stop_reason": "end_turn"}
    found = body | {"usage": {"input_tokens": 1000, "output_tokens": 100} | usage}
    return {k: v for k, v in found.items() if v is not None}
