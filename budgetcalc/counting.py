"""Second stage of the request way: typed parts become parts with tokens.

One function a provider; what a model's frame costs comes from ``framing.yaml``, what its text costs from its
vocabulary. The order of computation follows the order in which the model reads: system, tools, messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.counts import Count, CountedRequest, Part
from budgetcalc.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Request
    from budgetcalc.framing import Framing


def count_request(
    request: Request, model: Model, framing: Framing, on: date, *, assume_all: bool = False
) -> CountedRequest:
    """Return the input of a request, part by part.

    Args:
        request: the typed request.
        model: whose tokenizer, frame and thinking rules apply.
        framing: the frame's constants.
        on: the day, for constants that changed.
        assume_all: the model stands in for an unknown one: everything is ``estimated``.

    Raises:
        InputError: the request is nested too deeply.
    """
    try:
        if model.provider == "anthropic":
            from budgetcalc.counting_claude import count_claude_request

            counted = count_claude_request(request, model, framing, on)
        else:
            from budgetcalc.counting_other import count_other_request

            counted = count_other_request(request, model)
    except RecursionError:
        raise InputError("the request is nested too deeply to be counted") from None
    return _all_estimated(counted) if assume_all else counted


STAND_IN_SPREAD = 10
"""Band of a count made with another model's tokenizer, in percent either way: the generations of Claude differ by
up to 45 % on prose and 0 % on other scripts, so this says "no more than an idea"."""


def _all_estimated(counted: CountedRequest) -> CountedRequest:
    def doubt(count: Count) -> Count:
        spread = -(-abs(count.tokens) * STAND_IN_SPREAD // 100)
        return Count(
            count.tokens,
            min(count.low, count.tokens - spread),
            max(count.high, count.tokens + spread),
            "estimated",
        )

    return CountedRequest(
        parts=tuple(Part(p.kind, p.path, p.message, doubt(p.count), p.why) for p in counted.parts),
        total=doubt(counted.total),
        stripped=counted.stripped,
        next_turn_strips=counted.next_turn_strips,
        kept_thinking=counted.kept_thinking,
        notes=(*counted.notes, "counted as another model: every figure is an estimate"),
    )
