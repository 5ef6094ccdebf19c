"""What a beta header that raises a limit does for a model on a day: raise it, no longer, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from budgetcalc.catalogue import holds_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.lint.rule import RuleContext

Standing = Literal["raises", "ended", "general", "batch_only", "other_model"]


def limit_betas(context: RuleContext) -> Iterator[str]:
    """Yield the headers that only ask for a larger context window or output cap."""
    return (beta.name for beta in context.catalogue.betas.values() if beta.effect == "limit")


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
