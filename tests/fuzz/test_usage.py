"""Broken usage reports: rows that cannot be read are said and counted, the others keep their price."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.errors import BudgetcalcError
from budgetcalc.library import load_catalogue
from budgetcalc.readers.byte_streams import Limits
from budgetcalc.readers.usage import read_usage
from budgetcalc.usage import InvalidRow
from budgetcalc.usage_question import UsageQuestion
from budgetcalc.usage_run import price_rows

from ..readers_usage.test_metamorphic import JSONL_FORMATS, Call, some_calls, written
from .damage import MARK, broken_bytes, marked, places, with_change

ON = date(2026, 11, 22)
FORMATS = sorted([*JSONL_FORMATS, "console", "stream"])


def priced(data: bytes, *, packs: bool = True) -> Any:
    """Return the priced report of some bytes."""
    question = UsageQuestion(load_catalogue(), ON)
    return price_rows(question, read_usage("-", stdin=io.BytesIO(data), packs=packs))


def records(name: str) -> st.SearchStrategy[Any]:
    """Return one record of a format, with marked texts."""
    return some_calls().map(lambda calls: marked(JSONL_FORMATS[name](calls[0])))


@pytest.mark.parametrize("name", sorted(JSONL_FORMATS))
@settings(max_examples=25)
@given(st.data())
def test_a_broken_record_is_priced_or_said(name: str, data: st.DataObject) -> None:
    """One broken record is priced, unpriced, invalid or refused in words, the same by both ways of reading."""
    damaged = data.draw(broken_bytes(records(name)))
    answers = []
    for packs in (True, False):
        try:
            report = priced(damaged, packs=packs)
        except BudgetcalcError as error:
            assert error.message
            assert error.location is not None
            assert MARK not in str(error)
            answers.append(type(error).__name__)
        else:
            said = [*(row.message for row in report.invalid), *report.warnings, *report.incomplete]
            assert not any(MARK in message for message in said)
            answers.append((report.rows, report.total_usd))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("name", ["transcript", "wrapped", "litellm", "bedrock_log"])
@settings(max_examples=15)
@given(st.data())
def test_a_key_nobody_knows_changes_no_cent(name: str, data: st.DataObject) -> None:
    """Records get new fields every month."""
    calls = data.draw(some_calls())
    values = [JSONL_FORMATS[name](call) for call in calls]
    more = [value | {"x_new_field": {"deep": [1, None]}} for value in values]
    lines = ["\n".join(map(json.dumps, each)).encode() for each in (values, more)]
    before, after = map(priced, lines)
    assert (before.total_usd, before.rows) == (after.total_usd, after.rows)
    assert before.rows.priced == len(calls)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=12)
@given(some_calls(), st.integers(0, 10**6), st.sampled_from([b"\xff", b"\0", b"\n", b",", b'"', b"{", b""]))
def test_a_damaged_byte_is_no_exception(name: str, calls: Any, at: int, byte: bytes) -> None:
    """A byte put in or, with nothing put in, the file cut there."""
    whole = written(name, calls)
    at %= len(whole)
    try:
        priced(whole[:at] + byte + (whole[at:] if byte else b""))
    except BudgetcalcError as error:
        assert error.message


@settings(max_examples=30)
@given(st.data())
def test_numbers_that_are_no_counts_are_never_priced(data: st.DataObject) -> None:
    """A count that is negative, huge, broken or a text leaves its row without a price, whatever the other rows are."""
    calls = data.draw(some_calls())
    record = JSONL_FORMATS["wrapped"](calls[0])
    counts = [place for place in places(record) if place[-1] in {"input_tokens", "output_tokens"}]
    odd = data.draw(st.sampled_from([-1, 10**18, 0.5, "7", True, [], {"a": 1}]))
    place = data.draw(st.sampled_from(counts))
    damaged = with_change(record, place, lambda parent, step: parent.__setitem__(step, odd))
    report = priced(json.dumps(damaged).encode() + b"\n")
    assert report.rows.priced == 0
    assert report.rows.read == report.rows.invalid == 1


def test_a_line_over_the_limit_is_said_in_every_shape() -> None:
    """A line that is too long to be read is never a line that was not there."""
    limits = Limits(line=2_000)
    for name in ("console", "stream", "wrapped"):
        calls = [Call("a", "claude-opus-4-6", 1, 1, 0, 0, 0, 1, 0)]
        data = written(name, calls) + b"data: " * (name == "stream") + b'"' + b"x" * 3_000 + b'"\n'
        try:
            rows = list(read_usage("-", stdin=io.BytesIO(data), limits=limits))
        except BudgetcalcError as error:
            assert "longer than the limit" in error.message
            assert error.location is not None
            assert error.location.line == data.count(b"\n")
        else:
            assert any("longer than the limit" in row.message for row in rows if isinstance(row, InvalidRow))
