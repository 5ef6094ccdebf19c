"""What a beta header that raises a limit does for a model on a day: raise it, no longer, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from budgetcalc.catalogue import holds_on

if TYPE_CHECKING:
    from budgetcalc.lint.rule import RuleContext

LIMIT_BETAS = ("context-1m-2025-08-07", "output-128k-2025-02-19", "output-300k-2026-03-24")
"""The headers for a larger context window or output cap."""

Standing = Literal["raises", "ended", "general", "batch_only", "other_model"]


def beta_standing(context: RuleContext, beta: str) -> Standing:
    """Return what the header does here.

    ``ended``: the larger limit is gone. ``general``: it no longer needs the header. ``batch_only``: it is
    for batches and this is none. ``other_model``: this model never had it.
    """
    model, on = context.model, context.on
    windows = [limit for limit in model.context_windows if limit.beta == beta]
    caps = [limit for limit in model.output_caps if limit.beta == beta]
    limits = [*windows, *caps]
    in_force = [limit for limit in limits if holds_on(limit, on)]
    if in_force:
        return "batch_only" if all(x.batch for x in in_force) and not context.request.batch else "raises"
    if not any(limit.end is not None and limit.end <= on for limit in limits):
        return "other_model"
    usual = model.context_window(on) if windows else model.output_cap(on)
    return "general" if usual.tokens >= max(limit.tokens for limit in limits) else "ended"
