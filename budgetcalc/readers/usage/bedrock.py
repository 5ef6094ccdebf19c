"""Amazon Bedrock: invocation logs, Converse responses and the metrics at the end of a stream (formats.md §6).

All of Bedrock's counts are disjoint: ``inputTokens`` leaves cache reads and writes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.locations import printable
from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.fields import (
    ASSUMED_5M,
    SPLIT_DISAGREES,
    UNREADABLE_DATE,
    BadUsage,
    Origin,
    anthropic_charges,
    count,
    is_refused,
    mapping,
    refusal_billed_from,
    text,
)
from budgetcalc.readers.usage.reported_values import dimensions, service_tier
from budgetcalc.records import replace
from budgetcalc.usage import REFUSED, Charge, InvalidRow, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOG = "bedrock-log"
CONVERSE = "bedrock-converse"
STREAM_METRICS = "bedrock-stream-metrics"

_METRICS = "amazon-bedrock-invocationMetrics"
FAILED = "failed call"
NO_OUTPUT_COUNT = "a record has no output count: its price is a lower bound"


def is_this(value: object) -> bool:
    """Return whether an object is a log record, a Converse response or the end of a stream."""
    return _format(mapping(value)) is not None


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one record."""
    record = mapping(value)
    try:
        match _format(record):
            case "bedrock-log":
                yield _log(record, origin)
            case "bedrock-converse":
                yield _converse(record, origin)
            case "bedrock-stream-metrics":
                yield _stream_metrics(record, origin)
    except BadUsage as bad:
        yield InvalidRow(origin.file, origin.line, str(bad))


def _format(record: Mapping[str, Any]) -> str | None:
    if record.get("schemaType") == "ModelInvocationLog":
        return LOG
    if "stopReason" in record and "inputTokens" in mapping(record.get("usage")):
        return CONVERSE
    if isinstance(record.get(_METRICS), dict):
        return STREAM_METRICS
    return None


def _regional(own: str | None, billed: str | None) -> str | None:
    """Return the log's spelling of a model where an iteration names the same one without its region."""
    is_same = own is not None and billed is not None and own in billed
    return billed if is_same else own


def _log(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    model = text(record.get("modelId"))
    asked, answered = mapping(record.get("input")), mapping(record.get("output"))
    body = answered.get("outputBodyJson")
    usage = _usage_of(body)
    when = read_moment(record.get("timestamp"))
    tier_name = mapping(mapping(body).get("serviceTier")).get("type") or usage.get("service_tier")
    tier, warnings = service_tier(tier_name)
    charges: tuple[Charge, ...] = ()
    if "input_tokens" in usage:
        charges, said = anthropic_charges(usage, model)
        charges = tuple(replace(each, model=_regional(each.model, model)) for each in charges)
        # A log's model id is what is billed; the body's own name lacks the region of the profile.
        warnings += said
    elif "inputTokens" in usage:
        tokens, said = _converse_tokens(usage)
        charges, warnings = (Charge(model, tokens),), warnings + said
    elif asked.get("inputTokenCount") is not None or answered.get("outputTokenCount") is not None:
        tokens, said = _counts({**asked, **answered})
        charges, warnings = (Charge(model, tokens),), warnings + said
    error = text(record.get("errorCode"))
    has_output = any(charge.tokens.output for charge in charges)
    unbilled = ""
    if error and not has_output:
        unbilled = f"{FAILED} ({printable(error, limit=40)})"
    elif is_refused(mapping(body)):
        since = refusal_billed_from(mapping(body).get("stop_details"))
        charges = tuple(replace(charge, billed_from=since) for charge in charges)
        unbilled = "" if since else REFUSED
    identity = text(record.get("requestId"))
    return UsageRow(
        origin.file,
        origin.line,
        LOG,
        () if unbilled else charges,
        day=when.date() if when else None,
        moment=when,
        service_tier=tier,
        unbilled=unbilled,
        call_id=f"bedrock:{identity}" if identity else None,
        dimensions=dimensions(
            account=record.get("accountId"),
            user=mapping(record.get("identity")).get("arn"),
            region=record.get("inferenceRegion") or record.get("region"),
            operation=record.get("operation"),
            **{f"request.{name}": value for name, value in mapping(record.get("requestMetadata")).items()},
        ),
        warnings=warnings if when else (*warnings, UNREADABLE_DATE),
    )


def _usage_of(body: object) -> Mapping[str, Any]:
    """Return the usage in a body; that of a stream's events is cumulative, the last value of a field wins."""
    if not isinstance(body, list):
        return mapping(mapping(body).get("usage"))
    merged: dict[str, Any] = {}
    for event in body:
        said = mapping(event)
        for holder in (said, mapping(said.get("message")), mapping(said.get("metadata"))):
            usage = mapping(holder.get("usage"))
            merged |= {name: value for name, value in usage.items() if value is not None}
    return merged


def _converse(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    tokens, warnings = _converse_tokens(mapping(record.get("usage")))
    tier, said = service_tier(mapping(record.get("serviceTier")).get("type"))
    response = mapping(record.get("ResponseMetadata"))
    when = read_moment(mapping(response.get("HTTPHeaders")).get("date") or record.get("timestamp"))
    routed = mapping(mapping(record.get("trace")).get("promptRouter")).get("invokedModelId")
    model = text(routed) or text(record.get("modelId"))
    identity = text(response.get("RequestId"))
    return UsageRow(
        origin.file,
        origin.line,
        CONVERSE,
        (Charge(model, tokens),),
        day=when.date() if when else None,
        moment=when,
        service_tier=tier,
        call_id=f"bedrock:{identity}" if identity else None,
        warnings=warnings + said,
    )


def _stream_metrics(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    tokens, warnings = _counts(record[_METRICS])
    return UsageRow(origin.file, origin.line, STREAM_METRICS, (Charge(None, tokens),), warnings=warnings)


def _converse_tokens(usage: Mapping[str, Any]) -> tuple[UsageTokens, tuple[str, ...]]:
    """Return Converse's counts; ``…TokenCount`` aliases repeat them and are not read."""
    if usage.get("outputTokens") is None:
        raise BadUsage("there is no outputTokens")
    total = count(usage.get("cacheWriteInputTokens"), "cacheWriteInputTokens")
    lifetimes = {"5m": 0, "1h": 0}
    details = usage.get("cacheDetails")
    listed = [mapping(each) for each in details] if isinstance(details, list) else []
    for each in listed:
        lifetime = text(each.get("ttl"))
        if lifetime not in lifetimes:
            raise BadUsage("cacheDetails has an unknown ttl")
        lifetimes[lifetime] += count(each.get("inputTokens"), "cacheDetails.inputTokens")
    split = sum(lifetimes.values())
    warnings: tuple[str, ...] = ()
    if split != total:
        warnings = (SPLIT_DISAGREES,) if listed else (ASSUMED_5M,)
    tokens = UsageTokens(
        uncached_input=count(usage.get("inputTokens"), "inputTokens"),
        cache_write_5m=lifetimes["5m"] + max(0, total - split),
        cache_write_1h=lifetimes["1h"],
        cache_read=count(usage.get("cacheReadInputTokens"), "cacheReadInputTokens"),
        output=count(usage["outputTokens"], "outputTokens"),
    )
    return tokens, warnings


def _counts(counts: Mapping[str, Any]) -> tuple[UsageTokens, tuple[str, ...]]:
    write = count(counts.get("cacheWriteInputTokenCount"), "cacheWriteInputTokenCount")
    tokens = UsageTokens(
        uncached_input=count(counts.get("inputTokenCount"), "inputTokenCount"),
        cache_write_5m=write,
        cache_read=count(counts.get("cacheReadInputTokenCount"), "cacheReadInputTokenCount"),
        output=count(counts.get("outputTokenCount"), "outputTokenCount"),
    )
    warnings = (ASSUMED_5M,) if write else ()
    return tokens, warnings if counts.get("outputTokenCount") is not None else (*warnings, NO_OUTPUT_COUNT)
