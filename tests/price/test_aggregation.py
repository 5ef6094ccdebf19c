"""What becomes of rows that are not priced, and of searches whose fee has days: each is counted, with its reason."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import date
from decimal import Decimal
from typing import Any

from budgetcalc.aggregation import MOST_REASONS, Aggregation
from budgetcalc.library import load_catalogue
from budgetcalc.records import replace
from budgetcalc.usage import REFUSED

from .rows import ON, OPUS, row


def totalled(*rows: Any, catalogue: Any = None) -> Aggregation:
    """Return the totals of rows."""
    found = Aggregation(catalogue or load_catalogue(), ON)
    found.add_all(rows)
    found.finish()
    return found


def test_reasons_for_not_being_billed_are_counted() -> None:
    """Each reason with its rows."""
    found = totalled(*(row(unbilled=reason) for reason in ("refused", "failed", "refused", "refused")))
    assert found.unbilled == {"refused": 3, "failed": 1}
    assert found.rows.unbilled == 4


def test_many_reasons_become_one() -> None:
    """A report cannot fill the answer with reasons: after fifty, further ones are counted together."""
    named = [row(unbilled=f"reason {n}") for n in range(MOST_REASONS + 3)]
    found = totalled(*named, row(unbilled="reason 0"))
    assert len(found.unbilled) == MOST_REASONS + 1
    assert (found.unbilled["reason 0"], found.unbilled["another reason"]) == (2, 3)
    assert found.rows.unbilled == MOST_REASONS + 4


def test_reasons_for_having_no_price_are_counted() -> None:
    """By the model's name and the reason; a row that holds nothing names no model."""
    found = totalled(row("mystery"), row("mystery"), row(None), replace(row(), charges=()))
    assert found.unpriced == {
        ("mystery", "the model is not in the catalogue"): 2,
        ("", "the report names no model: group it by model, or give --model"): 1,
        ("", "the row holds no usage"): 1,
    }
    assert found.rows.unpriced == 4


def test_a_charge_before_it_is_billed_is_free_and_said() -> None:
    """A refusal before the day from which refusals are billed is unbilled, on that day it is priced."""
    whole = row(moment="2026-11-20T12:00:00")
    refusals = [
        replace(whole, charges=(replace(whole.charges[0], billed_from=day),))
        for day in (date(2026, 11, 21), date(2026, 11, 20))
    ]
    found = totalled(*refusals)
    assert (found.rows.priced, found.unbilled) == (1, {REFUSED: 1})


def test_searches_have_the_fee_of_their_day() -> None:
    """Before its first day a search has no price, and the row is unpriced with the model that searched."""
    bundled = load_catalogue()
    fee = replace(
        next(each for each in bundled.fees if each.name == "web_search"),
        start=date(2026, 11, 20),
        end=date(2026, 11, 22),
    )
    catalogue = changed(bundled, fees=(fee,))
    days = ("2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22")
    found = totalled(*(row(searches=2, moment=f"{day}T12:00:00") for day in days), catalogue=catalogue)
    assert found.unpriced == {
        (OPUS, f"no web search fee is known for {day}"): 1 for day in ("2026-11-19", "2026-11-22")
    }
    (group,) = found.groups.values()
    assert group.web_search_usd == 4 * Decimal(10) / 1000
