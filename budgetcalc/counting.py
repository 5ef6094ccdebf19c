"""Second stage of the request way: typed parts become parts with tokens.

One function a provider; what a model's frame costs comes from ``framing.yaml``, what its text costs from its
vocabulary. The order of computation follows the order in which the model reads: system, tools, messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.counts import Count, CountedRequest, Part, exact, total_of
from budgetcalc.errors import InputError
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Request
    from budgetcalc.framing import Framing


def count_request(
    request: Request, model: Model, framing: Framing, on: date, *, stands_in_for: str | None = None
) -> CountedRequest:
    """Return the input of a request, part by part.

    Args:
        request: the typed request.
        model: whose tokenizer, frame and thinking rules apply.
        framing: the frame's constants.
        on: the day, for constants that changed.
        stands_in_for: the unknown model that this one stands in for, ``""`` for one without a name: everything
            is ``estimated``.

    Raises:
        InputError: the request is nested too deeply.
    """
    if stands_in_for:
        framing = replace(framing, standing_in_for=stands_in_for)
    try:
        if model.provider == "anthropic":
            from budgetcalc.counting_claude import count_claude_request

            counted = count_claude_request(request, model, framing, on)
        else:
            from budgetcalc.counting_other import count_other_request

            counted = count_other_request(request, model)
    except RecursionError:
        raise InputError("the request is nested too deeply to be counted") from None
    if stands_in_for is None:
        return counted
    return _all_estimated(counted, framing.stand_ins.get(stands_in_for))


STAND_IN_SPREAD = 10
"""Band of a count made with another model's tokenizer, in percent either way: the generations of Claude differ by
up to 45 % on prose and 0 % on other scripts, so this says "no more than an idea"."""


def _all_estimated(counted: CountedRequest, seen: Collection[str] | None) -> CountedRequest:
    """Return the count as an estimate; parts whose rule a calibration has seen keep its narrower bands."""

    def doubt(count: Count) -> Count:
        spread = -(-abs(count.tokens) * STAND_IN_SPREAD // 100)
        return Count(
            count.tokens,
            min(count.low, count.tokens - spread),
            max(count.high, count.tokens + spread),
            "estimated",
        )

    def judged(part: Part) -> Count:
        known = seen is not None and part.why in seen
        return replace(part.count, method="estimated") if known else doubt(part.count)

    parts = tuple(replace(part, count=judged(part)) for part in counted.parts)
    origin = "counted as another model" if seen is None else "counted as another model, and calibrated"
    return replace(
        counted,
        parts=parts,
        total=doubt(counted.total) if seen is None else total_of(parts),
        notes=(*counted.notes, f"{origin}: every figure is an estimate"),
    )


def with_exact_total(counted: CountedRequest, tokens: int) -> CountedRequest:
    """Return the count with a total that the API gave: exact, our parts as they are, and their difference as a part.

    The difference stands behind the part with the widest band, where it most likely arises, so that a cached
    prefix is right too as often as it can be.
    """
    difference = tokens - counted.total.tokens
    total = exact(tokens)
    if not difference:
        return replace(
            counted, total=total, notes=(*counted.notes, "counted by the API: the parts add up to it")
        )
    widths = [part.count.high - part.count.low for part in counted.parts]
    place = widths.index(max(widths)) + 1 if any(widths) else len(widths)
    message = counted.parts[place - 1].message if place else None
    part = Part("frame", "", message, exact(difference), "api_difference")
    return replace(
        counted,
        parts=(*counted.parts[:place], part, *counted.parts[place:]),
        total=total,
        notes=(
            *counted.notes,
            f"counted by the API: {tokens:,} tokens, {difference:+,} against the parts counted here",
        ),
    )
