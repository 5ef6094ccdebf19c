"""The library's front door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import budgetcalc

BODY: dict[str, Any] = {
    "model": "claude-haiku-4-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello, Claude"}],
}


def test_an_estimate_of_a_body_and_of_a_typed_request_are_the_same() -> None:
    """A dict is parsed; a Request is taken as it is."""
    on = date(2026, 1, 31)
    typed = budgetcalc.parse_request(BODY)
    assert budgetcalc.estimate(BODY, on=on).to_dict() == budgetcalc.estimate(typed, on=on).to_dict()


def test_arguments_replace_and_add() -> None:
    """Model replaces the request's, batch and betas are added to it."""
    result = budgetcalc.estimate(BODY, model="claude-opus-4-6", batch=True, betas=["x"], on=date(2026, 3, 1))
    assert result.match.model.id == "claude-opus-4-6"
    assert result.request.batch
    assert "x" in result.request.betas


def test_today_is_the_default() -> None:
    """Without a date the rules of today apply, and the result says so."""
    assert budgetcalc.estimate(BODY).on_origin == "today"


def test_a_missing_model_is_an_error() -> None:
    """A request without a model has no answer, and the hint says how to name one."""
    with pytest.raises(budgetcalc.UnknownModelError, match="model="):
        budgetcalc.estimate({"messages": []})


def test_an_unreadable_body_is_an_error() -> None:
    """A body of another shape is an error that names the place."""
    with pytest.raises(budgetcalc.InputError, match="/messages"):
        budgetcalc.estimate({"model": "claude-haiku-4-5", "messages": "hi"})


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-4-7", "gpt-4o", "gpt-4.1"])
def test_count_text_counts_content_alone(model: str) -> None:
    """A text's content is counted without the frame of a message; nothing is nothing."""
    assert budgetcalc.count_text("", model) == 0
    assert 2 <= budgetcalc.count_text("Hello, Claude", model) <= 7


def test_count_text_of_an_unknown_model() -> None:
    """An unknown model has no count."""
    with pytest.raises(budgetcalc.UnknownModelError):
        budgetcalc.count_text("hi", "nobody")


def test_the_bundled_catalogue_is_read_once() -> None:
    """Many calls share one immutable catalogue."""
    assert budgetcalc.load_catalogue() is budgetcalc.load_catalogue()
