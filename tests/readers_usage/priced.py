"""What the tests of usage readers share: bytes in, rows or an aggregation out."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from budgetcalc import load_catalogue, money
from budgetcalc.aggregation import Aggregation
from budgetcalc.readers.usage import read_usage
from budgetcalc.usage import InvalidRow, UsageRow, UsageTokens

ON = date(2026, 11, 22)


@cache
def catalogue() -> Any:
    return load_catalogue()


def jsonl(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def sse(*events: dict[str, Any]) -> bytes:
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()


def rows(data: bytes, **options: Any) -> list[Any]:
    return list(read_usage("-", stdin=io.BytesIO(data), **options))


def row(data: bytes, **options: Any) -> UsageRow:
    (only,) = rows(data, **options)
    assert isinstance(only, UsageRow), only
    return only


def invalid(data: bytes) -> InvalidRow:
    (only,) = rows(data)
    assert isinstance(only, InvalidRow), only
    return only


def tokens(data: bytes) -> UsageTokens:
    (charge,) = row(data).charges
    return charge.tokens


def aggregated(*inputs: bytes, model: str | None = None, on: date = ON, packs: bool = False) -> Aggregation:
    result = Aggregation(catalogue(), on, model=model)
    for data in inputs:
        result.add_all(rows(data, packs=packs))
    result.finish()
    return result


def total(aggregation: Aggregation) -> Decimal:
    """All groups' money, searches included."""
    amounts = [sums.usd(key) for group in aggregation.groups.values() for key, sums in group.sums.items()]
    return money.total([*amounts, *(group.web_search_usd for group in aggregation.groups.values())])


def usd(*inputs: bytes, model: str | None = None) -> Decimal:
    return total(aggregated(*inputs, model=model))


def message(**changes: Any) -> dict[str, Any]:
    """A Messages response: 100 in and 10 out of Claude Opus 4.6."""
    response = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-4-6",
        "content": [],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 100, "output_tokens": 10},
    }
    return response | changes


def line(**changes: Any) -> dict[str, Any]:
    """A line of a Claude Code transcript with that response."""
    record = {
        "type": "assistant",
        "sessionId": "s1",
        "uuid": "u1",
        "cwd": "/home/me/project",
        "version": "2.1.0",
        "timestamp": "2026-09-30T01:20:00.000Z",
        "requestId": "req_1",
        "isSidechain": False,
        "message": message(),
    }
    return record | changes
