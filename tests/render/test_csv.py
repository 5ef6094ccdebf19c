"""CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from budgetcalc.answers import Failure
from budgetcalc.estimates import SourceRef
from budgetcalc.render import Look, renderer
from budgetcalc.render.csv_ import ESTIMATE_COLUMNS


def rows(report: Any) -> list[dict[str, str]]:
    """Return the rendered rows, read back."""
    return list(csv.DictReader(io.StringIO("".join(renderer("estimate", "csv")(report, Look())))))


def test_a_row_a_part(report: Any, answer: Any) -> None:
    """Each part is a row with where it came from; failures have none."""
    source = SourceRef("rows.jsonl", 7, "item-1")
    table = rows(report(answer(source=source), Failure(source, "no")))
    assert len(table) == 4
    assert list(table[3].values()) == [
        *("rows.jsonl", "7", "item-1", "claude-sonnet-4-5-20250929", "image", "/messages/2/content/0", "2"),
        *("1500", "1480", "1520", "formula"),
    ]
    assert [*table[3]] == [*ESTIMATE_COLUMNS]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(report: Any, answer: Any, name: str) -> None:
    """A name that a spreadsheet would run gets an apostrophe."""
    shown = name.replace("\t", "\\t").replace("\r", "\\r")
    assert {row["id"] for row in rows(report(answer(source=SourceRef("f", 1, name))))} == {f"'{shown}"}


def test_names_with_commas_quotes_and_lines(report: Any, answer: Any) -> None:
    """Quoting follows RFC 4180; what a terminal would obey or UTF-8 cannot carry is escaped."""
    table = rows(report(answer(source=SourceRef('a,"b"\nc\udc80'))))
    assert table[0]["file"] == 'a,"b"\\nc\\udc80'
