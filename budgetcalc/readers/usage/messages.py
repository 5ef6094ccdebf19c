"""Responses of the Messages API, error bodies, and usage objects that stand alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage.fields import (
    BadUsage,
    Origin,
    anthropic_charges,
    is_refused,
    mapping,
    moment_in,
    refusal_billed_from,
    text,
)
from budgetcalc.readers.usage.reported_values import is_fast, is_us_only
from budgetcalc.readers.usage.reported_values import service_tier as reported_tier
from budgetcalc.records import replace
from budgetcalc.usage import REFUSED, Charge, InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Records = tuple["Mapping[str, Any]", ...]
"""A record's wrappers, the innermost first: they say what the record itself leaves out."""

CREDIT_REDEEMED = "a fallback credit was redeemed: the cost is an upper bound"
UNKNOWN_TIER = "a wrapper's service_tier is not known: standard is assumed"
REFUSED_AFTER_ONE = "a refusal reports one output token: billed as reported"
_ASKED_TIERS = frozenset({"auto", "standard_only"})
_COUNTS = ("input_tokens", "output_tokens")
_OTHER_USAGE = frozenset({"messages", "active_seconds", "list_cost"})
"""Keys of requests and of Managed Agents sessions, whose usage is cumulative and names no model."""


_INCLUSIVE_USAGE = frozenset({"input_tokens_details", "total_tokens"})
"""Keys of OpenAI's Responses API, whose input tokens hold the cached ones."""


def is_this(value: Any) -> bool:
    """Whether a value is a response of the Messages API, or the body of its error."""
    kind = value.get("type")
    if kind == "error":
        return isinstance(value.get("error"), dict)
    return (
        kind == "message"
        and value.get("role") == "assistant"
        and ("usage" in value or "stop_reason" in value)
    )


def is_usage(value: Any) -> bool:
    """Whether a value is Anthropic's usage object, alone or under ``usage``."""
    usage = value["usage"] if isinstance(value.get("usage"), dict) else value
    return (
        not _OTHER_USAGE.intersection(usage)
        and not _INCLUSIVE_USAGE.intersection(usage)
        and all(name in usage for name in _COUNTS)
        and any(isinstance(usage[name], int | float) for name in _COUNTS)
    )


def read(value: Mapping[str, Any], origin: Origin, wrappers: Records = ()) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of a response."""
    if value.get("type") == "error":
        moment, said = moment_in((value, *wrappers))
        day = moment.date() if moment else None
        yield UsageRow(
            *origin, "messages", (), day=day, moment=moment, unbilled="error response", warnings=said
        )
    else:
        yield response_row(value, origin, wrappers)


def read_usage_object(
    value: Mapping[str, Any], origin: Origin, wrappers: Records = ()
) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of a usage object; its model is the nearest one that a wrapper names."""
    record = value if isinstance(value.get("usage"), dict) else {"usage": value}
    yield response_row(record, origin, (*wrappers, mapping(value.get("request"))), form="usage")


def response_row(
    response: Mapping[str, Any],
    origin: Origin,
    wrappers: Records = (),
    *,
    form: str = "messages",
    service_tier: str | None = None,
    dimensions: tuple[tuple[str, str], ...] = (),
) -> UsageRow:
    """Return the row of a message with its usage.

    Args:
        response: the message.
        origin: where it stands.
        wrappers: what it stands in, the innermost first.
        form: the format it was read as.
        service_tier: the tier that the format itself decides.
        dimensions: what it can be grouped by, beside its own ids.

    Raises:
        BadUsage: a count is none.
    """
    records = (response, *wrappers)
    moment, said = moment_in(records)
    usage = mapping(response.get("usage"))
    model = next((name for each in records if (name := text(each.get("model")))), None)
    tier, tier_said = _tier(usage, records)
    since = refusal_billed_from(response.get("stop_details")) if is_refused(response) else None
    is_free = is_refused(response) and since is None
    charges, assumed = ((), ()) if is_free else charges_of(response, usage, model)
    if since is not None:
        charges = tuple(replace(charge, billed_from=since) for charge in charges)
    return UsageRow(
        *origin,
        form,
        charges,
        day=moment.date() if moment else None,
        moment=moment,
        service_tier=service_tier or tier,
        us_only=is_us_only(usage.get("inference_geo")),
        fast=is_fast(usage.get("speed")),
        unbilled=REFUSED if is_free else "",
        call_id=text(response.get("id")),
        dimensions=(*dimensions, *_custom_id(records, dimensions)),
        warnings=(*said, *tier_said, *assumed),
    )


def charges_of(
    message: Mapping[str, Any], usage: Mapping[str, Any], model: str | None
) -> tuple[tuple[Charge, ...], tuple[str, ...]]:
    """Return what a message bills, and what had to be assumed; nothing when it holds no counts.

    Raises:
        BadUsage: a count is none.
    """
    missing = [name for name in _COUNTS if usage.get(name) is None]
    if len(missing) == len(_COUNTS):
        return (), ()
    if missing:
        raise BadUsage(f"{missing[0]} is missing")
    fallback = _fallback(message)
    charges, warnings = anthropic_charges(
        usage,
        model,
        requested=text(mapping(fallback.get("from")).get("model")),
        declined_billed_from=refusal_billed_from(fallback.get("trigger")),
    )
    if mapping(mapping(usage.get("fallback_credit")).get("status")).get("type") == "redeemed":
        warnings = (*warnings, CREDIT_REDEEMED)
    if message.get("stop_reason") == "refusal" and not message.get("content") and usage["output_tokens"] == 1:
        warnings = (*warnings, REFUSED_AFTER_ONE)
    return charges, warnings


def invalid(origin: Origin, error: BadUsage) -> InvalidRow:
    """Return the row of a record with a value that cannot be a count."""
    return InvalidRow(*origin, str(error))


def _tier(usage: Mapping[str, Any], records: Records) -> tuple[str, tuple[str, ...]]:
    """Return the tier: the usage's own, or where it says none that of the nearest wrapper.

    A request says ``auto`` or ``standard_only``, which is what was asked for and not what was served.
    """
    if usage.get("service_tier") is not None:
        return reported_tier(usage["service_tier"])
    around = (text(each.get("service_tier")) for each in records)
    named = next((word for word in around if word is not None and word not in _ASKED_TIERS), None)
    try:
        return reported_tier(named)
    except BadUsage:
        return "standard", (UNKNOWN_TIER,)


def _fallback(message: Mapping[str, Any]) -> Mapping[str, Any]:
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    return next((block for block in blocks if mapping(block).get("type") == "fallback"), {})


def _custom_id(records: Records, known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return the name that the sender gave a request, where a wrapper keeps it."""
    found = next((name for each in records if (name := text(each.get("custom_id")))), None)
    return (("custom_id", found),) if found and all(name != "custom_id" for name, _ in known) else ()
