"""Second stage of the request way: typed parts become parts with tokens.

One function a provider; what a model's frame costs comes from ``framing.yaml``, what its text costs from its
vocabulary. The order of computation follows the order in which the model reads: system, tools, messages.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from budgetcalc.counts import Count, CountedRequest, Part, least_certain
from budgetcalc.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
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


def total_of(parts: tuple[Part, ...]) -> Count:
    """Return the sum of the parts with a band of its own.

    Errors of different parts partly cancel, so distances from the estimate add up in quadrature; within a part
    they have been added up as they are, since one constant that is off is off every time.
    """
    tokens = sum(part.count.tokens for part in parts)
    below = _quadrature(part.count.tokens - part.count.low for part in parts)
    above = _quadrature(part.count.high - part.count.tokens for part in parts)
    return Count(tokens, tokens - below, tokens + above, least_certain(part.count.method for part in parts))


def _quadrature(widths: Iterable[int]) -> int:
    total = sum(width * width for width in widths)
    root = isqrt(total)
    return root if root * root == total else root + 1
