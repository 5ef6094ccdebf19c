"""Does prompt + max_tokens fit the window, and what happens if not: by generation, day and beta."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.budgets import plan_budget
from budgetcalc.conversation import parse_request
from budgetcalc.counting import count_request
from budgetcalc.counts import Count

from .builders import (
    CATALOGUE,
    CLAUDE,
    ENABLED,
    ON,
    WEATHER,
    ask,
    assistant,
    call,
    find,
    result,
    text,
    thinking,
    user,
)

LONG = "context-1m-2025-08-07"
STOPS = "model-context-window-exceeded-2025-08-26"


def budget(model: str, total: Count, on: date = ON, **body: Any) -> Any:
    """Return the window's account of a request whose input is as large as ``total`` says."""
    found = find(model)
    request = parse_request({"model": model, "messages": [user("Hello")], **body})
    counted = replace(count_request(request, found, CATALOGUE.framing, on), total=total)
    return plan_budget(request, found, counted, on)


def known(tokens: int) -> Count:
    """Return a count without doubt."""
    return Count(tokens, tokens, tokens, "exact")


@pytest.mark.parametrize(
    ("model", "beyond"),
    [
        pytest.param("claude-3-haiku-20240307", "clamped", id="3"),
        pytest.param("claude-3-opus-20240229", "clamped", id="opus-3"),
        pytest.param("claude-3-5-sonnet-20241022", "clamped", id="3.5"),
        pytest.param("claude-3-7-sonnet-20250219", "rejected", id="3.7"),
        pytest.param("claude-sonnet-4-20250514", "rejected", id="sonnet-4"),
        pytest.param("claude-opus-4-20250514", "rejected", id="opus-4"),
        pytest.param("claude-opus-4-1-20250805", "rejected", id="4.1"),
        pytest.param("claude-sonnet-4-5", "may_stop_early", id="sonnet-4.5"),
        pytest.param("claude-haiku-4-5", "may_stop_early", id="haiku-4.5"),
        pytest.param("claude-opus-4-5", "may_stop_early", id="opus-4.5"),
    ],
)
def test_the_boundary_of_a_200k_window(model: str, beyond: str) -> None:
    """Equality fits; one token over is cut, refused or stopped early, by generation."""
    fits = budget(model, known(199_000), max_tokens=1000)
    assert (fits.context_window, fits.needed, fits.headroom, fits.verdict) == (200_000, 200_000, 0, "fits")
    over = budget(model, known(199_001), max_tokens=1000)
    assert (over.needed, over.headroom, over.verdict) == (200_001, -1, beyond)


@pytest.mark.parametrize(
    "model", [m.id for m in CLAUDE if m.generation not in ["2", "3", "3.5", "3.7", "4", "4.1", "4.5"]]
)
def test_the_boundary_of_a_1m_window(model: str) -> None:
    """From 4.6 on the window is a million tokens, and generation stops at it."""
    assert budget(model, known(999_000), max_tokens=1000).verdict == "fits"
    assert budget(model, known(999_001), max_tokens=1000).verdict == "may_stop_early"
    assert budget(model, known(1_000_001), max_tokens=1000).verdict == "over_window"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        pytest.param("claude-3-5-sonnet-20241022", "clamped", id="3.5-as-before"),
        pytest.param("claude-3-7-sonnet-20250219", "may_stop_early", id="3.7"),
        pytest.param("claude-opus-4-1-20250805", "may_stop_early", id="4.1"),
        pytest.param("claude-sonnet-4-5", "may_stop_early", id="4.5-as-before"),
    ],
)
def test_the_beta_that_stops_at_the_window(model: str, expected: str) -> None:
    """With its beta, models from 3.7 to 4.1 stop at the window instead of refusing."""
    assert budget(model, known(199_900), max_tokens=1000, betas=[STOPS]).verdict == expected


@pytest.mark.parametrize(
    ("low", "tokens", "high", "max_tokens", "expected"),
    [
        pytest.param(190_000, 195_000, 199_000, 1000, "fits", id="even-the-high-end-fits"),
        pytest.param(190_000, 195_000, 199_001, 1000, "tight", id="the-high-end-does-not"),
        pytest.param(199_000, 199_500, 199_600, 1000, "tight", id="the-low-end-just-fits"),
        pytest.param(199_001, 199_500, 199_600, 1000, "rejected", id="not-even-the-low-end"),
        pytest.param(200_000, 200_500, 201_000, 1000, "rejected", id="low-end-equals-the-window"),
        pytest.param(200_001, 200_500, 201_000, 1000, "over_window", id="low-end-over-the-window"),
        pytest.param(199_000, 200_500, 201_000, None, "tight", id="input-alone-is-tight"),
        pytest.param(200_000, 200_000, 200_000, None, "fits", id="input-alone-fits"),
        pytest.param(200_001, 200_001, 200_001, None, "over_window", id="input-alone-is-over"),
    ],
)
def test_the_order_of_verdicts(
    low: int, tokens: int, high: int, max_tokens: int | None, expected: str
) -> None:
    """Over the window, then tight, then by generation, then fits."""
    more = {} if max_tokens is None else {"max_tokens": max_tokens}
    account = budget("claude-opus-4-20250514", Count(tokens, low, high, "estimated"), **more)
    assert account.verdict == expected
    assert account.needed == tokens + (max_tokens or 0)


@pytest.mark.parametrize(
    ("model", "high", "expected"),
    [
        pytest.param("claude-sonnet-4-5", 1000, 64_000, id="the-cap"),
        pytest.param("claude-opus-4-20250514", 1000, 32_000, id="opus-4-cap"),
        pytest.param("claude-opus-4-8", 1000, 128_000, id="4.8-cap"),
        pytest.param("claude-3-haiku-20240307", 1000, 4096, id="haiku-3-cap"),
        pytest.param("claude-sonnet-4-5", 199_000, 1000, id="what-the-window-leaves"),
        pytest.param("claude-sonnet-4-5", 200_000, 0, id="nothing-left"),
        pytest.param("claude-sonnet-4-5", 250_000, 0, id="never-negative"),
    ],
)
def test_the_largest_max_tokens(model: str, high: int, expected: int) -> None:
    """What the window leaves after the high end of the input, at most the model's cap and never below 0."""
    account = budget(model, Count(900, 800, high, "estimated"), max_tokens=10)
    assert account.largest_max_tokens == expected


def test_without_max_tokens() -> None:
    """A body without ``max_tokens`` is no error: needed is the input, the rest is unknown."""
    account = budget("claude-sonnet-4-5", known(1000))
    assert account.max_tokens is None
    assert account.needed == 1000
    assert account.headroom == 199_000
    assert account.verdict == "fits"
    assert account.formula.output_tokens is None


@pytest.mark.parametrize(
    ("model", "on", "betas", "window"),
    [
        pytest.param("claude-sonnet-4-20250514", date(2025, 8, 11), [LONG], 200_000, id="4-before-the-beta"),
        pytest.param("claude-sonnet-4-20250514", date(2025, 8, 12), [LONG], 1_000_000, id="4-first-day"),
        pytest.param("claude-sonnet-4-20250514", date(2025, 8, 12), [], 200_000, id="4-without-the-beta"),
        pytest.param("claude-sonnet-4-20250514", date(2026, 4, 29), [LONG], 1_000_000, id="4-last-day"),
        pytest.param("claude-sonnet-4-20250514", date(2026, 4, 30), [LONG], 200_000, id="4-after-its-end"),
        pytest.param("claude-sonnet-4-5", date(2026, 4, 29), [LONG], 1_000_000, id="4.5-last-day"),
        pytest.param("claude-sonnet-4-5", date(2026, 4, 30), [LONG], 200_000, id="4.5-after-its-end"),
        pytest.param("claude-opus-4-6", date(2026, 3, 12), [], 200_000, id="4.6-before-general-availability"),
        pytest.param("claude-opus-4-6", date(2026, 3, 12), [LONG], 1_000_000, id="4.6-with-the-beta"),
        pytest.param("claude-opus-4-6", date(2026, 3, 13), [], 1_000_000, id="4.6-without-it-since"),
        pytest.param("claude-opus-4-1-20250805", date(2026, 1, 1), [LONG], 200_000, id="4.1-never"),
        pytest.param("claude-haiku-4-5", date(2026, 1, 1), [LONG], 200_000, id="haiku-never"),
    ],
)
def test_windows_are_dated(model: str, on: date, betas: list[str], window: int) -> None:
    """The window is that of the day with the betas that are sent."""
    assert budget(model, known(1000), on, betas=betas).context_window == window


def test_a_spelling_may_ask_for_the_long_window() -> None:
    """Claude Code's ``[1m]`` is the beta."""
    on = date(2026, 1, 1)
    assert ask("claude-sonnet-4-5[1m]", on=on).budget.context_window == 1_000_000
    assert ask("claude-sonnet-4-5", on=on).budget.context_window == 200_000


@pytest.mark.parametrize(
    ("model", "on", "body", "cap"),
    [
        pytest.param("claude-3-7-sonnet-20250219", date(2025, 6, 1), {}, 64_000, id="3.7"),
        pytest.param(
            "claude-3-7-sonnet-20250219",
            date(2025, 6, 1),
            {"betas": ["output-128k-2025-02-19"]},
            128_000,
            id="3.7-beta",
        ),
        pytest.param(
            "claude-opus-4-8", ON, {"betas": ["output-300k-2026-03-24"]}, 128_000, id="300k-only-in-a-batch"
        ),
        pytest.param(
            "claude-opus-4-8",
            ON,
            {"betas": ["output-300k-2026-03-24"], "batch": True},
            300_000,
            id="300k-in-a-batch",
        ),
        pytest.param(
            "claude-fable-5-1",
            ON,
            {"betas": ["output-300k-2026-03-24"], "batch": True},
            128_000,
            id="300k-not-fable",
        ),
        pytest.param("claude-opus-4-8", ON, {"batch": True}, 128_000, id="a-batch-without-the-beta"),
    ],
)
def test_output_caps(model: str, on: date, body: dict[str, Any], cap: int) -> None:
    """The cap on ``max_tokens`` depends on betas and on being in a batch."""
    assert ask(model, on=on, **body).budget.output_cap == cap


# -- the documented formula --------------------------------------------------------------------------


FOLLOWED = [user("a"), assistant([thinking("one"), text("A")]), user("b")]
LOOP = [user("Weather?"), assistant([thinking("one"), call()]), user([result()])]
MANUAL = {"type": "enabled", "budget_tokens": 16_000}


@pytest.mark.parametrize(
    ("model", "messages", "form"),
    [
        pytest.param("claude-sonnet-4-5", [user("a")], "plain", id="no-thinking-before"),
        pytest.param("claude-sonnet-4-5", FOLLOWED, "plain", id="stripped"),
        pytest.param("claude-sonnet-4-5", LOOP, "tool_use", id="inside-a-loop"),
        pytest.param("claude-opus-4-6", FOLLOWED, "kept", id="kept"),
        pytest.param("claude-opus-4-6", LOOP, "kept", id="kept-in-a-loop"),
    ],
)
def test_the_terms_of_the_formula_add_up(model: str, messages: list[Any], form: str) -> None:
    """Input as sent, less the thinking that is stripped, plus thinking and answer: what is needed of the window."""
    estimated = ask(model, messages=messages, tools=[WEATHER], thinking=MANUAL, max_tokens=20_000)
    terms = estimated.budget.formula
    assert terms.form == form
    assert (terms.thinking_tokens, terms.output_tokens) == (16_000, 4_000)
    assert terms.window_tokens == terms.input_tokens - terms.stripped_thinking_tokens + 16_000 + 4_000
    assert terms.window_tokens == estimated.budget.needed
    assert terms.stripped_thinking_tokens == estimated.counted.stripped.count.tokens
    kept = estimated.counted.kept_thinking.tokens
    assert terms.previous_thinking_tokens == terms.stripped_thinking_tokens + kept
    assert (form == "plain") == (kept == 0)


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(CLAUDE),
    st.integers(0, 1_200_000),
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.one_of(st.none(), st.integers(0, 130_000)),
)
def test_the_account_always_adds_up(
    model: Any, tokens: int, below: int, above: int, max_tokens: int | None
) -> None:
    """Needed, headroom and the largest max_tokens follow from the contract's definitions for any size."""
    total = Count(tokens, max(0, tokens - below), tokens + above, "estimated")
    more = {} if max_tokens is None else {"max_tokens": max_tokens}
    account = budget(model.id, total, **more)
    assert account.needed == tokens + (max_tokens or 0)
    assert account.headroom == account.context_window - account.needed
    assert account.largest_max_tokens == max(0, min(account.context_window - total.high, account.output_cap))
    assert account.verdict != "fits" or account.headroom >= 0
    if account.verdict in {"clamped", "rejected", "may_stop_early"}:
        assert account.headroom < 0
    assert (account.verdict == "over_window") == (total.low > account.context_window)


def test_a_manual_budget_is_reported_only_for_manual_thinking() -> None:
    """``thinking_budget`` is the budget of ``enabled`` thinking and of nothing else."""
    assert ask("claude-sonnet-4-5", thinking=ENABLED, max_tokens=2000).budget.thinking_budget == 1024
    assert (
        ask("claude-opus-4-6", thinking={"type": "adaptive"}, max_tokens=2000).budget.thinking_budget is None
    )
    assert ask("claude-sonnet-4-5", max_tokens=2000).budget.thinking_budget is None


def test_the_formula_without_thinking_and_without_a_limit() -> None:
    """Without a thinking budget all of max_tokens is output; without max_tokens the window holds the input alone."""
    plain = budget("claude-sonnet-4-5", known(100), max_tokens=4000).formula
    assert (plain.thinking_tokens, plain.output_tokens, plain.window_tokens) == (None, 4000, 4100)
    thinks = budget("claude-sonnet-4-5", known(100), max_tokens=4000, thinking=ENABLED).formula
    assert (thinks.thinking_tokens, thinks.output_tokens, thinks.window_tokens) == (1024, 2976, 4100)
    unlimited = budget("claude-sonnet-4-5", known(100)).formula
    assert (unlimited.output_tokens, unlimited.window_tokens) == (None, 100)
