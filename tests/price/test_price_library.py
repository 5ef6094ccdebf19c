"""``budgetcalc.price`` and ``budgetcalc.read_report``."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import budgetcalc

from .rows import OPUS, response, row

USAGE = {"input_tokens": 1000, "output_tokens": 100}
COST = Decimal(1000 * 5 + 100 * 25) / 10**6


def test_one_usage_object() -> None:
    """An object of the API with a model is enough."""
    priced = budgetcalc.price(USAGE, model=OPUS, on=date(2026, 11, 22))
    assert priced.total_usd == COST
    assert priced.to_dict()["prices"]["on"] == "2026-11-22"


def test_a_response_and_many() -> None:
    """A whole response names its model; several are summed, objects and rows alike."""
    assert budgetcalc.price(response()).total_usd == COST
    assert budgetcalc.price([response(), row(), row()]).total_usd == 3 * COST


def test_what_is_read_is_priced(tmp_path: Path) -> None:
    """read_report gives rows, price takes them, and the answer is the command's."""
    path = tmp_path / "usage.jsonl"
    path.write_text(json.dumps(response()) + "\n{broken\n")
    rows = list(budgetcalc.read_report(path))
    assert [type(each) for each in rows] == [budgetcalc.UsageRow, budgetcalc.InvalidRow]
    priced = budgetcalc.price(rows)
    assert priced.total_usd == COST
    assert not priced.complete


def test_no_usage_is_an_error() -> None:
    """An object without usage is no zero."""
    with pytest.raises(budgetcalc.InputError):
        budgetcalc.price({"hello": 1})


def test_an_unknown_model_to_fill_in_is_an_error() -> None:
    """A model= that nobody knows is an error; a row's own is unpriced."""
    with pytest.raises(budgetcalc.UnknownModelError):
        budgetcalc.price(USAGE, model="mystery")
    assert budgetcalc.price(response("mystery")).total_usd is None


def test_another_catalogue(tmp_path: Path) -> None:
    """The catalogue decides the prices."""
    table = budgetcalc.load_catalogue()
    assert budgetcalc.price(USAGE, model=OPUS, catalogue=table).total_usd == COST
