"""Does prompt + max_tokens fit the context window, and what does the API do if it does not?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from datetime import date

    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest

Verdict = Literal["fits", "tight", "clamped", "rejected", "may_stop_early", "over_window"]

STOP_AT_WINDOW_BETA = "model-context-window-exceeded-2025-08-26"
"""With it, models from 3.7 to 4.1 stop at the window instead of refusing (context windows page)."""


@dataclass(frozen=True, slots=True)
class WindowFormula:
    """The terms of the context-window formula with this request's figures.

    ``context window = (input − previous thinking) + (thinking + encrypted thinking + output)``; within a
    tool-use loop, and on models that keep it, previous thinking is part of the input instead
    (extended-thinking page, editions up to January 2026).

    Attributes:
        form: ``plain`` subtracts previous thinking, ``tool_use`` and ``kept`` keep it in.
        input_tokens: all input as sent, stripped thinking included.
        previous_thinking_tokens: thinking of earlier turns within the input as sent.
        stripped_thinking_tokens: the part of it that the model does not see.
        thinking_tokens: what this call may think at most: the budget; ``None`` when it has none of its own.
        output_tokens: what is left of max_tokens for the answer; ``None`` without max_tokens or a budget.
        window_tokens: the sum: input without the stripped thinking, plus max_tokens.
    """

    form: Literal["plain", "tool_use", "kept"]
    input_tokens: int
    previous_thinking_tokens: int
    stripped_thinking_tokens: int
    thinking_tokens: int | None
    output_tokens: int | None
    window_tokens: int


@dataclass(frozen=True, slots=True)
class Budget:
    """The window's account; all in tokens, as the contract defines each.

    Attributes:
        context_window: of the model on that day with the betas that are sent.
        max_tokens: ``None`` when the request has none.
        thinking_budget: ``budget_tokens`` of manual thinking, else ``None``.
        needed: input.tokens + max_tokens.
        headroom: context_window − needed; negative when it does not fit.
        largest_max_tokens: max(0, min(context_window − input.high, output_cap)).
        output_cap: the model's limit on max_tokens.
        verdict: of the window alone.
        formula: the documented formula with this request's figures.
    """

    context_window: int
    max_tokens: int | None
    thinking_budget: int | None
    needed: int
    headroom: int
    largest_max_tokens: int
    output_cap: int
    verdict: Verdict
    formula: WindowFormula


def plan_budget(request: Request, model: Model, counted: CountedRequest, on: date) -> Budget:
    """Return the window's account of a counted request.

    The verdict is judged in the contract's order: over_window, tight, then by generation, then fits.
    """
    window = model.context_window(on, request.betas).tokens
    cap = model.output_cap(on, request.betas, batch=request.batch).tokens
    count, max_tokens = counted.total, request.max_tokens
    needed = count.tokens + (max_tokens or 0)
    thinking = request.thinking
    return Budget(
        context_window=window,
        max_tokens=max_tokens,
        thinking_budget=thinking.budget_tokens if thinking and thinking.type == "enabled" else None,
        needed=needed,
        headroom=window - needed,
        largest_max_tokens=max(0, min(window - count.high, cap)),
        output_cap=cap,
        verdict=_verdict(request, model, window, counted),
        formula=_formula(request, model, counted),
    )


def _verdict(request: Request, model: Model, window: int, counted: CountedRequest) -> Verdict:
    count, max_tokens = counted.total, request.max_tokens or 0
    if count.low > window:
        return "over_window"
    if count.low + max_tokens <= window < count.high + max_tokens:
        return "tight"
    if count.tokens + max_tokens <= window:
        return "fits"
    if model.over_window == "rejected" and STOP_AT_WINDOW_BETA in request.betas:
        return "may_stop_early"
    return model.over_window


def _formula(request: Request, model: Model, counted: CountedRequest) -> WindowFormula:
    stripped = counted.stripped.count.tokens
    kept = counted.kept_thinking.tokens
    budget = (
        request.thinking.budget_tokens if request.thinking and request.thinking.type == "enabled" else None
    )
    in_loop = bool(request.messages) and request.messages[-1].is_tool_results
    form: Literal["plain", "tool_use", "kept"] = "plain"
    if kept:
        form = "tool_use" if in_loop and model.thinking.keeps == "last_turn" else "kept"
    output = None
    if request.max_tokens is not None:
        # max_tokens is the only cap: a larger budget cannot be spent in one call.
        budget = None if budget is None else min(budget, request.max_tokens)
        output = request.max_tokens - (budget or 0)
    return WindowFormula(
        form=form,
        input_tokens=counted.total.tokens + stripped,
        previous_thinking_tokens=stripped + kept,
        stripped_thinking_tokens=stripped,
        thinking_tokens=budget,
        output_tokens=output,
        window_tokens=counted.total.tokens + (request.max_tokens or 0),
    )
