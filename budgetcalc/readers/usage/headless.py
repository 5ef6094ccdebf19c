"""What ``claude -p`` prints: a result, alone or after the messages of its session (formats.md §5.3)."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.readers.usage.claude_code import read as read_line
from budgetcalc.readers.usage.fields import (
    BadUsage,
    Origin,
    anthropic_tokens,
    count,
    mapping,
    moment_in,
    text,
)
from budgetcalc.readers.usage.messages import Records, response_row
from budgetcalc.records import dataclass, replace
from budgetcalc.usage import Charge, InvalidRow, UsageRow, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "headless"
NO_MODELS = "a headless result without modelUsage: subagents and helper models are not in it"

_RESULT_KEYS = frozenset({"modelUsage", "total_cost_usd", "session_id"})
_TYPES = ("system", "assistant", "user", "stream_event", "rate_limit_event", "tool_progress", "auth_status")


def is_this(value: Any) -> bool:
    """Whether a value is a result of ``claude -p``, or another line of its stream-json."""
    kind = value.get("type")
    if kind == "result":
        return not _RESULT_KEYS.isdisjoint(value)
    return "session_id" in value and "sessionId" not in value and kind in _TYPES


@dataclass(slots=True)
class Sessions:
    """The sessions of one log: a result stands for all the calls before it."""

    calls: dict[str, list[UsageRow]] = field(default_factory=dict)

    def add(
        self, value: Mapping[str, Any], origin: Origin, wrappers: Records = ()
    ) -> Iterator[UsageRow | InvalidRow]:
        """Take in one line; yield the row of a result.

        Raises:
            BadUsage: a count is none.
        """
        session = text(value.get("session_id")) or ""
        if value.get("type") == "result":
            before = self.calls.pop(session, [])
            yield from (
                before if before and not value.get("modelUsage") else [result_row(value, origin, wrappers)]
            )
        elif value.get("type") == "assistant":
            calls = read_line(value, origin, wrappers)
            self.calls.setdefault(session, []).extend(replace(each, format=FORMAT) for each in calls)

    def finish(self) -> Iterator[UsageRow | InvalidRow]:
        """Yield the calls that no result stands for: the log was cut, or it goes on after its last result."""
        for calls in self.calls.values():
            yield from calls
        self.calls.clear()


_MODEL_COUNTS = frozenset(
    {"inputTokens", "outputTokens", "cacheReadInputTokens", "cacheCreationInputTokens", "webSearchRequests"}
)


def result_row(value: Mapping[str, Any], origin: Origin, wrappers: Records = ()) -> UsageRow:
    """Return the row of a result.

    ``modelUsage`` holds what subagents and helper models used; ``usage`` is of the main loop alone, and its
    ``iterations`` of the last turn. Both grow over a session, so that of several results the last one counts.

    Raises:
        BadUsage: a count is none.
    """
    session = text(value.get("session_id"))
    usage = mapping(value.get("usage"))
    models = mapping(value.get("modelUsage"))
    whole = response_row(
        {"usage": {key: said for key, said in usage.items() if key != "iterations"}},
        origin,
        (value, *wrappers),
        form=FORMAT,
        dimensions=(("source", "claude-code"), *((("session", session),) if session else ())),
    )
    if any(not isinstance(said, dict) or not _MODEL_COUNTS.intersection(said) for said in models.values()):
        raise BadUsage("modelUsage holds an entry without token counts")
    charges = _charges(models, usage) if models else whole.charges
    reported = _usd(value.get("total_cost_usd"))
    is_empty = not any(charge.tokens.prompt or charge.tokens.output for charge in charges)
    return replace(
        whole,
        charges=() if is_empty else charges,
        unit="session",
        unbilled="no call was made" if is_empty else "",
        reported_usd=reported,
        call_id=f"session:{session}" if session else None,
        warnings=_warnings(whole, is_empty=is_empty, has_models=bool(models), records=(value, *wrappers)),
    )


def _charges(models: Mapping[str, Any], usage: Mapping[str, Any]) -> tuple[Charge, ...]:
    """Return a charge for each model.

    ``modelUsage`` does not say how long the cache writes live. The main loop does: its 1-hour writes are put to
    the model that wrote most, the others are 5-minute writes until the reported cost says otherwise.
    """
    rows = [
        (text(mapping(said).get("canonicalModel")) or name, mapping(said))
        for name, said in sorted(models.items())
    ]
    writes = [count(said.get("cacheCreationInputTokens"), "cacheCreationInputTokens") for _, said in rows]
    hour = anthropic_tokens(usage)[0].cache_write_1h
    main = writes.index(max(writes))
    return tuple(
        _charge(model, said, min(hour, writes[at]) if at == main else 0)
        for at, (model, said) in enumerate(rows)
    )


def _charge(model: str, said: Mapping[str, Any], hour: int) -> Charge:
    writes = count(said.get("cacheCreationInputTokens"), "cacheCreationInputTokens")
    thinking = said.get("thinkingTokens")
    tokens = UsageTokens(
        uncached_input=count(said.get("inputTokens"), "inputTokens"),
        cache_write_5m=writes - hour,
        cache_write_1h=hour,
        cache_read=count(said.get("cacheReadInputTokens"), "cacheReadInputTokens"),
        output=count(said.get("outputTokens"), "outputTokens"),
        thinking=None if thinking is None else count(thinking, "thinkingTokens"),
    )
    if tokens.thinking is not None and tokens.thinking > tokens.output:
        raise BadUsage(f"thinkingTokens ({tokens.thinking}) exceed outputTokens ({tokens.output})")
    searches = count(said.get("webSearchRequests"), "webSearchRequests")
    return Charge(model, tokens, searches, reported_usd=_usd(said.get("costUSD")) if writes else None)


def _usd(value: object) -> Decimal | None:
    """Return money that JavaScript printed, or nothing for what is no amount."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    amount = Decimal(repr(value))
    return amount if money.is_in_range(amount) and amount >= 0 else None


def _warnings(whole: UsageRow, *, is_empty: bool, has_models: bool, records: Records) -> tuple[str, ...]:
    said = moment_in(records)[1]
    if is_empty or has_models:
        return said
    return (*whole.warnings, NO_MODELS)
