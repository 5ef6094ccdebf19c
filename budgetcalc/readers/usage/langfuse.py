"""Langfuse observations: generations only, as traces and spans repeat their children (formats.md §7).

``usageDetails`` may be disjoint or inclusive, depending on the integration. The total tells: it is the sum of the
keys where they are disjoint, and less where some include others.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.csv_tables import MOST_LINES_OF_A_CELL, records
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
from budgetcalc.readers.usage.reported_values import (
    NO_CACHE_SPLIT,
    dimensions,
    optional_amount,
)
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "langfuse"

AMBIGUOUS = "usageDetails do not say whether input includes the cached tokens: they are taken beside it"
OTHER_KEYS = "usageDetails hold other kinds of usage, which are not priced"

_READ = ("input_cached_tokens", "cache_read_input_tokens", "input_cache_read", "input_cached")
_WRITE = ("cache_creation_input_tokens", "input_cache_creation", "input_cache_write")
_WRITE_5M = ("input_cache_creation_5m", "input_cache_creation_ephemeral_5m", "ephemeral_5m_input_tokens")
_WRITE_1H = ("input_cache_creation_1h", "input_cache_creation_ephemeral_1h", "ephemeral_1h_input_tokens")
_THINKING = ("output_reasoning_tokens", "output_reasoning")
_OBJECTS = ("usageDetails", "costDetails", "usage")
_INPUT, _OUTPUT, _TOTAL = ("input", "promptTokens"), ("output", "completionTokens"), ("total", "totalTokens")
_KNOWN = frozenset({*_INPUT, *_OUTPUT, *_TOTAL, *_READ, *_WRITE, *_WRITE_5M, *_WRITE_1H, *_THINKING})


class _Counts(NamedTuple):
    """The counts as they stand; ``five`` and ``hour`` are disjoint."""

    input: int
    output: int
    total: int | None
    read: int
    five: int
    hour: int
    thinking: int | None

    @property
    def cached(self) -> int:
        return self.read + self.five + self.hour


def is_this(value: object) -> bool:
    """Return whether an object is an observation, or a list or an API page of them."""
    found = _listed(value)
    return bool(found) and all(_is_observation(each) for each in found)


def read(value: object, origin: Origin) -> Iterator[UsageRow | InvalidRow]:
    """Yield the rows of the generations that hold usage."""
    for each in _listed(value):
        record = mapping(each)
        if record.get("type") not in ("GENERATION", None) or not _usage(record):
            continue
        try:
            yield _row(record, origin)
        except BadUsage as bad:
            yield InvalidRow(origin.file, origin.line, str(bad))


def is_header(header: list[str]) -> bool:
    """Return whether columns are those of an export of observations."""
    return {"traceId", "startTime"} <= set(header) and not {"usageDetails", "usage"}.isdisjoint(header)


def read_csv(
    lines: Iterator[str], file: str, cell_lines: int = MOST_LINES_OF_A_CELL
) -> Iterator[UsageRow | InvalidRow]:
    """Yield the rows of the generations of an export, whose cells hold JSON where the API has objects."""
    for record in records(lines, file, is_header, lambda _: (), cell_lines):
        if isinstance(record, InvalidRow):
            yield record
            continue
        cells: dict[str, Any] = {name: cell for name, cell in record.cells.items() if cell}
        try:
            objects = {name: _object(cells[name], name) for name in _OBJECTS if name in cells}
        except BadUsage as bad:
            yield InvalidRow(file, record.line, str(bad))
        else:
            yield from read({**cells, **objects}, Origin(file, record.line))


def _object(cell: str, name: str) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(cell))
    except (ValueError, RecursionError):
        raise BadUsage(f"{name} is no JSON") from None


def _listed(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    record = mapping(value)
    data = record.get("data")
    return data if isinstance(data, list) and "meta" in record else [value]


def _is_observation(value: object) -> bool:
    record = mapping(value)
    return "usageDetails" in record or ("traceId" in record and record.get("type") in _TYPES)


_TYPES = (
    "GENERATION",
    "SPAN",
    "EVENT",
    "AGENT",
    "TOOL",
    "CHAIN",
    "RETRIEVER",
    "EVALUATOR",
    "EMBEDDING",
    "GUARDRAIL",
)


def _usage(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the usage: ``usageDetails``, before 2024-12 ``usage`` without cached tokens."""
    details = mapping(record.get("usageDetails"))
    return {
        name: value for name, value in (details or mapping(record.get("usage"))).items() if value is not None
    }


def _row(record: Mapping[str, Any], origin: Origin) -> UsageRow:
    tokens, warnings = _tokens(_usage(record))
    if not record.get("usageDetails"):
        warnings += (NO_CACHE_SPLIT,)
    when = read_moment(record.get("startTime"))
    identity = text(record.get("id"))
    cost = record.get("totalCost", record.get("calculatedTotalCost"))
    if cost is None:
        cost = mapping(record.get("costDetails")).get("total")
    model = next(
        (text(record.get(name)) for name in ("model", "providedModelName") if text(record.get(name))), None
    )
    return UsageRow(
        origin.file,
        origin.line,
        FORMAT,
        (Charge(model, tokens),),
        day=when.date() if when else None,
        moment=when,
        reported_usd=optional_amount(cost, "totalCost"),
        call_id=f"langfuse:{identity}" if identity else None,
        dimensions=dimensions(
            project=record.get("projectId"),
            session=record.get("sessionId"),
            user=record.get("userId"),
            environment=record.get("environment"),
            trace=record.get("traceId"),
        ),
        warnings=warnings if when else (*warnings, UNREADABLE_DATE),
    )


def _tokens(usage: Mapping[str, Any]) -> tuple[UsageTokens, tuple[str, ...]]:
    counts = _counts(usage)
    others = sum(
        count(value, name) for name, value in usage.items() if name not in _KNOWN and isinstance(value, int)
    )
    warnings: tuple[str, ...] = (OTHER_KEYS,) if others else ()
    if any(name in usage for name in _WRITE) and counts.five:
        warnings += (ASSUMED_5M,)
    input_includes, output_includes, is_clear = _inclusion(counts, others)
    if not is_clear:
        warnings += (AMBIGUOUS,)
    output = counts.output + (0 if output_includes else counts.thinking or 0)
    if input_includes:
        tokens = made_disjoint(
            counts.input,
            output,
            cache_read=counts.read,
            cache_write_5m=counts.five,
            cache_write_1h=counts.hour,
            thinking=counts.thinking,
        )
    else:
        tokens = checked(
            UsageTokens(counts.input, counts.five, counts.hour, counts.read, output, counts.thinking)
        )
    return tokens, warnings


def _inclusion(counts: _Counts, others: int) -> tuple[bool, bool, bool]:
    """Return whether input includes the cached tokens, output the thinking, and whether that is certain."""
    thinking = counts.thinking or 0
    if not counts.cached and not thinking:
        return False, False, True
    base = counts.input + counts.output
    readings = {
        (False, False): base + counts.cached + thinking,
        (True, False): base + thinking,
        (False, True): base + counts.cached,
        (True, True): base,
    }
    fitting = {
        (cached and bool(counts.cached), thought and bool(thinking))
        for (cached, thought), total in readings.items()
        if counts.total is not None and counts.total in (total, total + others)
    }
    if len(fitting) == 1:
        return *fitting.pop(), True
    return False, False, False


def _counts(usage: Mapping[str, Any]) -> _Counts:
    def named(*names: str) -> int | None:
        found = next((name for name in names if name in usage), None)
        return None if found is None else count(usage[found], found)

    given, produced = named(*_INPUT), named(*_OUTPUT)
    if given is None or produced is None:
        raise BadUsage(f"usageDetails have no {'input' if given is None else 'output'}")
    five, hour = named(*_WRITE_5M) or 0, named(*_WRITE_1H) or 0
    written = named(*_WRITE) or 0
    return _Counts(
        given,
        produced,
        named(*_TOTAL),
        named(*_READ) or 0,
        five + max(0, written - five - hour),
        hour,
        named(*_THINKING),
    )
