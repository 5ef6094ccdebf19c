"""OpenTelemetry spans with the GenAI conventions: OTLP documents, exported spans, bare attributes.

The conventions make ``gen_ai.usage.input_tokens`` inclusive of cached tokens; some emitters send what Anthropic's API
says, which is exclusive. Spans nest, and the outer ones repeat the inner ones' tokens: only calls count, an agent's
own sum only where its trace holds no call (formats.md §7).
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.fields import (
    ASSUMED_5M,
    UNREADABLE_DATE,
    BadUsage,
    Origin,
    count,
    mapping,
    text,
)
from budgetcalc.readers.usage.inclusive_counts import checked, made_disjoint
from budgetcalc.readers.usage.reported_values import dimensions
from budgetcalc.records import dataclass
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

FORMAT = "otel"

EXCLUSIVE = "a span counts cached tokens beside its input tokens, against the convention"
INCLUSIVE = "a span's input tokens are taken to include the cached ones, as the convention says"

_USAGE = "gen_ai.usage."
_AGENTS = frozenset({"invoke_agent", "create_agent", "invoke_workflow"})
_NO_CALLS = frozenset({"execute_tool", "embeddings", "retrieval"})

# The spellings of a count, the newest first: the conventions of 2025, their development, and OpenLLMetry's.
_INPUT = ("input_tokens", "prompt_tokens")
_OUTPUT = ("output_tokens", "completion_tokens")
_READ = ("cache_read.input_tokens", "cache_read_input_tokens")
_WRITE = ("cache_creation.input_tokens", "cache_creation_input_tokens", "cache_write.input_tokens")
_THINKING = ("reasoning.output_tokens", "reasoning_tokens")

_KEPT = frozenset(
    {
        "gen_ai.operation.name",
        "gen_ai.response.id",
        "gen_ai.response.model",
        "gen_ai.request.model",
        "gen_ai.conversation.id",
        "gen_ai.provider.name",
        "gen_ai.system",
        "gen_ai.agent.name",
    }
)

type _Key = tuple[str | None, str | None]


class _Span(NamedTuple):
    """A span: where it was read, its place in its trace, and its attributes."""

    origin: Origin
    id: str | None
    parent: str | None
    trace: str | None
    start: object
    attributes: Mapping[str, Any]

    @property
    def key(self) -> _Key:
        """What other spans call it."""
        return self.trace, self.id

    @property
    def operation(self) -> str | None:
        return text(self.attributes.get("gen_ai.operation.name"))


def is_this(value: object) -> bool:
    """Return whether a value is an OTLP document, a span with usage, or a list of spans with some."""
    if isinstance(value, list):
        return all("attributes" in mapping(each) for each in value) and any(map(_has_usage, value))
    document = mapping(value)
    return "resourceSpans" in document or "resource_spans" in document or _has_usage(document)


@dataclass(slots=True)
class Traces:
    """The spans of one input, whose documents and lines belong together: a trace may be spread over them."""

    _spans: list[_Span] = field(default_factory=list)

    def add(self, value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
        """Take in the spans of a document or a line; rows come at the end."""
        self._spans.extend(_spans(value, origin))
        return iter(())

    def finish(self) -> Iterator[UsageRow | InvalidRow]:
        """Yield a row per call, and per agent whose trace holds no call."""
        with_usage = [span for span in self._spans if _counts_usage(span)]
        calls = [span for span in with_usage if span.operation not in _AGENTS]
        agents = [span for span in with_usage if span.operation in _AGENTS]
        parents = {span.key: span.parent for span in self._spans}
        above_calls = _ancestors(calls, parents)
        traces = {span.trace for span in calls if span.trace}
        outer = {span.key for span in agents if span.id}
        for span in calls:
            if span.key not in above_calls:
                yield _row_or_invalid(span)
        for span in agents:
            if span.trace not in traces and not _ancestors([span], parents) & outer:
                yield _row_or_invalid(span)
        self._spans.clear()


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the rows of a document that holds its traces whole."""
    traces = Traces()
    yield from traces.add(value, origin)
    yield from traces.finish()


def _ancestors(spans: list[_Span], parents: Mapping[_Key, str | None]) -> set[_Key]:
    """Return every span above these."""
    above: set[_Key] = set()
    for span in spans:
        step = (span.trace, span.parent)
        while step[1] is not None and step not in above:
            above.add(step)
            step = (span.trace, parents.get(step))
    return above


def _has_usage(value: object) -> bool:
    return any(key.startswith(_USAGE) for key in _attributes(mapping(value).get("attributes")))


def _counts_usage(span: _Span) -> bool:
    return span.operation not in _NO_CALLS and any(
        span.attributes.get(_USAGE + name) is not None for name in (*_INPUT, *_OUTPUT)
    )


def _spans(value: object, origin: Origin) -> Iterator[_Span]:
    """Yield the spans of a document; of a list, those of each item."""
    if isinstance(value, list):
        for each in value:
            yield from _spans(each, origin)
        return
    document = mapping(value)
    if "attributes" in document:
        context = mapping(document.get("context"))
        yield _Span(
            origin,
            _first_text(document, context, "spanId", "span_id"),
            text(document.get("parentSpanId"))
            or text(document.get("parent_span_id"))
            or text(document.get("parent_id")),
            _first_text(document, context, "traceId", "trace_id"),
            document.get("startTimeUnixNano")
            or document.get("start_time_unix_nano")
            or document.get("start_time"),
            _attributes(document["attributes"]),
        )
    for holder in ("resourceSpans", "resource_spans", "scopeSpans", "scope_spans", "spans"):
        if isinstance(document.get(holder), list):
            for each in document[holder]:
                yield from _spans(each, origin)


def _first_text(span: Mapping[str, Any], context: Mapping[str, Any], *names: str) -> str | None:
    return next(
        (found for name in names for found in (text(span.get(name)), text(context.get(name))) if found), None
    )


def _attributes(attributes: object) -> dict[str, Any]:
    """Return attributes as a map; OTLP writes a list of keys and typed values, whole numbers as text."""
    if isinstance(attributes, dict):
        pairs = list(attributes.items())
    elif isinstance(attributes, list):
        pairs = [(mapping(each).get("key"), mapping(each).get("value")) for each in attributes]
    else:
        pairs = []
    # Spans are held to the end of the input: their prompts and answers are not.
    return {
        name: _plain(value)
        for name, value in pairs
        if isinstance(name, str) and (name.startswith(_USAGE) or name in _KEPT)
    }


def _plain(value: object) -> Any:
    if not isinstance(value, dict):
        return value
    for kind in ("stringValue", "string_value", "doubleValue", "double_value", "boolValue", "bool_value"):
        if kind in value:
            return value[kind]
    whole = value.get("intValue", value.get("int_value"))
    if isinstance(whole, str) and len(whole) <= 20 and whole.isascii() and whole.lstrip("-").isdigit():
        return int(whole)
    return whole


def _row_or_invalid(span: _Span) -> UsageRow | InvalidRow:
    try:
        return _row(span)
    except BadUsage as bad:
        return InvalidRow(*span.origin, str(bad))


def _row(span: _Span) -> UsageRow:
    said = span.attributes
    tokens, warnings = _tokens(said)
    when = _time(span.start)
    # Two instrumentations of one call make two spans of one response.
    response = text(said.get("gen_ai.response.id")) if span.operation not in _AGENTS else None
    identity = response or (f"{span.trace or ''}:{span.id}" if span.id else None)
    model = text(said.get("gen_ai.response.model")) or text(said.get("gen_ai.request.model"))
    if span.start is not None and when is None:
        warnings += (UNREADABLE_DATE,)
    return UsageRow(
        *span.origin,
        FORMAT,
        (Charge(model, tokens),),
        day=when.date() if when else None,
        moment=when,
        unit="session" if span.operation in _AGENTS else "call",
        call_id=f"otel:{identity}" if identity else None,
        dimensions=dimensions(
            session=said.get("gen_ai.conversation.id"),
            provider=said.get("gen_ai.provider.name") or said.get("gen_ai.system"),
            agent=said.get("gen_ai.agent.name"),
            trace=span.trace,
        ),
        warnings=warnings,
    )


def _tokens(attributes: Mapping[str, Any]) -> tuple[UsageTokens, tuple[str, ...]]:
    def named(names: tuple[str, ...]) -> int | None:
        found = next((_USAGE + name for name in names if attributes.get(_USAGE + name) is not None), None)
        return None if found is None else count(attributes[found], found)

    given, produced = named(_INPUT), named(_OUTPUT)
    if given is None or produced is None:
        raise BadUsage(f"there is no {_USAGE}{'input' if given is None else 'output'}_tokens")
    read_tokens, written, thinking = named(_READ) or 0, named(_WRITE) or 0, named(_THINKING)
    warnings = (ASSUMED_5M,) if written else ()
    if read_tokens + written > given:
        exclusive = UsageTokens(given, written, 0, read_tokens, produced, thinking)
        return checked(exclusive), (*warnings, EXCLUSIVE)
    tokens = made_disjoint(given, produced, cache_read=read_tokens, cache_write_5m=written, thinking=thinking)
    return tokens, (*warnings, INCLUSIVE) if read_tokens + written else warnings


def _time(start: object) -> datetime | None:
    """Return the start of a span: nanoseconds since 1970, also as text, or an ISO time."""
    if isinstance(start, str) and len(start) <= 20 and start.isascii() and start.isdigit():
        start = int(start)
    if isinstance(start, int) and not isinstance(start, bool):
        return read_moment(start // 1_000_000)
    return read_moment(start)
