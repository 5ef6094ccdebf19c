"""Records of every format with something wrong in them: rows, invalid rows or an error of ours, never a crash."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.errors import InputError

from .priced import aggregated, line, message, rows
from .test_claude_code import analytics, result_line
from .test_messages import batch

SECRET = "the text of a conversation"

RECORDS: list[dict[str, Any]] = [
    message(),
    message(
        stop_reason="refusal",
        content=[{"type": "fallback", "from": {"model": "claude-fable-5"}, "trigger": {"category": "bio"}}],
        stop_details={"category": "bio"},
        usage={
            "input_tokens": 1,
            "output_tokens": 1,
            "cache_creation_input_tokens": 3,
            "cache_creation": {"ephemeral_1h_input_tokens": 3},
            "server_tool_use": {"web_search_requests": 1},
            "output_tokens_details": {"thinking_tokens": 1},
            "fallback_credit": {"status": {"type": "redeemed"}},
            "iterations": [{"type": "fallback_message", "model": "claude-opus-4-8", "output_tokens": 1}],
        },
    ),
    {"type": "message_start", "message": message()},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
    line(),
    batch("succeeded", message=message()),
    batch("errored", error={"type": "error"}),
    result_line(),
    {"type": "assistant", "session_id": "r1", "message": message()},
    {"data": [analytics()], "has_more": False},
    {"response": {"body": message()}, "timestamp": "2026-01-01"},
    {"input_tokens": 1, "output_tokens": 1},
]

VALUES = st.sampled_from(
    [None, True, -1, 1.5, 10**400, float("nan"), "", SECRET, "\ud800", [], [None], ["x"], {}, {"a": 1}, [{}]]
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, each in inner for path in paths(each, (*at, key)))]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    record = deepcopy(draw(st.sampled_from(RECORDS)))
    for _ in range(draw(st.integers(1, 3))):
        *above, key = draw(st.sampled_from([path for path in paths(record) if path]))
        place = record
        for step in above:
            place = place[step]
        place[key] = deepcopy(draw(VALUES))
    return record


@settings(max_examples=200, deadline=None)
@given(st.lists(damaged(), min_size=1, max_size=3), st.booleans())
def test_damage_never_crashes_and_never_shows(records: list[Any], as_lines: bool) -> None:
    """Whatever stands where a count, a name or a time should."""
    texts = [json.dumps(each) for each in records]
    data = ("\n".join(texts) if as_lines else f"[{','.join(texts)}]").encode()
    try:
        found = rows(data)
        result = aggregated(data)
    except InputError as error:
        assert SECRET not in str(error)  # noqa: PT017
        return
    assert SECRET not in "".join(getattr(each, "message", "") for each in found)
    assert result.rows.read <= max(len(found), 1) + len(records)
    json.dumps(
        [list(each.dimensions) for each in found if hasattr(each, "dimensions")], ensure_ascii=False
    ).encode()
