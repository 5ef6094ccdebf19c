"""What the usage formats have in common: counts, Anthropic's usage object, dates, and what a bad value becomes."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.patterns import pattern
from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.records import replace
from budgetcalc.usage import LARGEST_COUNT, Charge, UsageTokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

ASSUMED_5M = "cache writes without a lifetime are priced as 5-minute writes"
SPLIT_DISAGREES = "the 5m/1h split of cache writes disagrees with their total: the split is taken"
UNREADABLE_DATE = "a date cannot be read: the row counts as undated"
REFUSAL_BILLED_FROM = date(2026, 9, 24)
BILLED_REFUSALS = frozenset({"bio", "frontier_llm", "reasoning_extraction"})
"""Refusals before any output that are billed all the same since 2026-09-24 (release notes)."""


class Origin(NamedTuple):
    """Where a record stands: the file, and its line from 1 where the input has lines."""

    file: str
    line: int | None = None


class BadUsage(Exception):  # noqa: N818 - it becomes an invalid row, not an error of the program
    """A value that cannot be a count or a time; the message names the key, never the value's text."""


def count(value: object, name: str) -> int:
    """Return a token count; an absent one is 0.

    Raises:
        BadUsage: it is negative, fractional, not a number, or beyond any bill.
    """
    if value is None:
        return 0
    if isinstance(value, float) and value.is_integer():  # some exporters know no integers
        value = int(value)
    if value in (inf, -inf):
        raise BadUsage(f"{name} is {'too large' if value == inf else 'negative'}")
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadUsage(f"{name} is not a whole number")
    if not 0 <= value <= LARGEST_COUNT:
        raise BadUsage(f"{name} is {'negative' if value < 0 else 'too large'}")
    return value


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object, or an empty one for anything else: absent and null are alike in usage records."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """Return a non-empty string, else ``None``; half of a cut emoji cannot be printed and becomes U+FFFD."""
    if not isinstance(value, str) or not value:
        return None
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def moment_in(records: Iterable[Mapping[str, Any]]) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the first time that a record or one of its wrappers gives, and what has to be said of it."""
    unreadable = False
    for record in records:
        for key in _DATE_KEYS:
            if record.get(key) is not None:
                found = read_moment(record[key])
                if found is not None:
                    return found, ()
                unreadable = True
    return None, (UNREADABLE_DATE,) if unreadable else ()


_DATE_KEYS = ("timestamp", "created_at", "createdAt", "created", "ts", "datetime", "date", "time")
_SURROGATE = pattern("[\ud800-\udfff]")


def anthropic_tokens(usage: Mapping[str, Any]) -> tuple[UsageTokens, tuple[str, ...]]:
    """Return the buckets of Anthropic's usage object, and what had to be assumed (formats.md §0, rules 1 and 2).

    Raises:
        BadUsage: a count is none.
    """
    total = count(usage.get("cache_creation_input_tokens"), "cache_creation_input_tokens")
    split = usage.get("cache_creation")
    warnings: tuple[str, ...] = ()
    if isinstance(split, dict) and split:
        hour = count(split.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens")
        five = count(split.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens")
        if hour + five != total and usage.get("cache_creation_input_tokens") is not None:
            warnings = (SPLIT_DISAGREES,)
            five += max(0, total - hour - five)
    else:
        hour, five = 0, total
        warnings = (ASSUMED_5M,) if total else ()
    details = mapping(usage.get("output_tokens_details"))
    thinking = details.get("thinking_tokens")
    tokens = UsageTokens(
        uncached_input=count(usage.get("input_tokens"), "input_tokens"),
        cache_write_5m=five,
        cache_write_1h=hour,
        cache_read=count(usage.get("cache_read_input_tokens"), "cache_read_input_tokens"),
        output=count(usage.get("output_tokens"), "output_tokens"),
        thinking=None if thinking is None else count(thinking, "thinking_tokens"),
    )
    if tokens.thinking is not None and tokens.thinking > tokens.output:
        raise BadUsage(f"thinking_tokens ({tokens.thinking}) exceed output_tokens ({tokens.output})")
    return tokens, warnings


def web_searches(usage: Mapping[str, Any]) -> int:
    """Return ``server_tool_use.web_search_requests``."""
    return count(mapping(usage.get("server_tool_use")).get("web_search_requests"), "web_search_requests")


def anthropic_charges(
    usage: Mapping[str, Any],
    model: str | None,
    *,
    requested: str | None = None,
    declined_billed_from: date | None = None,
) -> tuple[tuple[Charge, ...], tuple[str, ...]]:
    """Return what a Messages usage object bills, iterations included, and what had to be assumed.

    ``iterations`` are the billing truth when they cover the request: the output of those that answer it sums to
    the top-level output, or one is a fallback (formats.md §0, rule 3). Each is billed at its own model; compaction
    and advisor tokens are not in the top-level figures.

    Args:
        usage: the usage object.
        model: the model that answered.
        requested: the model that was asked first, where another one fell in.
        declined_billed_from: the day from which an attempt declined before any output is billed, if ever.

    Raises:
        BadUsage: a count is none.
    """
    tokens, warnings = anthropic_tokens(usage)
    searches = web_searches(usage)
    listed = usage.get("iterations")
    iterations = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    answering = [each for each in iterations if each.get("type") not in ("compaction", "advisor_message")]
    is_fallback = any(each.get("type") == "fallback_message" for each in iterations)
    covered = sum(count(each.get("output_tokens"), "iterations.output_tokens") for each in answering)
    if not iterations or not (is_fallback or covered == tokens.output):
        return (Charge(model, tokens, searches),), warnings
    charges: list[Charge] = []
    assumed: tuple[str, ...] = ()
    for each in iterations:
        is_attempt = is_fallback and (each.get("type") or "message") == "message"
        is_declined = is_attempt and not each.get("output_tokens")
        if is_declined and declined_billed_from is None:
            continue
        own, said = anthropic_tokens(_with_split_of(usage, each, is_fallback=is_fallback))
        assumed += said
        asked = model if each.get("type") == "fallback_message" else requested or model
        since = declined_billed_from if is_declined else None
        charges.append(Charge(text(each.get("model")) or asked, own, billed_from=since))
    if len(charges) == 1 and charges[0].model == model and not is_fallback:
        # One iteration is the call itself; the top level says more of it (the thinking), or the entry (the split).
        own = charges[0].tokens
        if own.cache_write_5m + own.cache_write_1h == tokens.cache_write_5m + tokens.cache_write_1h:
            hour = max(own.cache_write_1h, tokens.cache_write_1h)
            five = own.cache_write_5m + own.cache_write_1h - hour
            tokens = replace(tokens, cache_write_5m=five, cache_write_1h=hour)
            warnings = warnings if ASSUMED_5M not in warnings or ASSUMED_5M in assumed else assumed
        return (Charge(model, tokens, searches),), warnings
    if searches and charges:
        charges[-1] = Charge(charges[-1].model, charges[-1].tokens, searches)
    return tuple(charges), tuple(dict.fromkeys(assumed))


def _with_split_of(
    usage: Mapping[str, Any], iteration: Mapping[str, Any], *, is_fallback: bool
) -> Mapping[str, Any]:
    """Return an iteration with the top level's lifetimes of cache writes, where those leave no choice.

    That is so where the iteration repeats their total, and where all of them have one lifetime; after a fallback the
    top level is of the serving attempt alone.
    """
    own, split = iteration.get("cache_creation_input_tokens"), mapping(usage.get("cache_creation"))
    if iteration.get("cache_creation") or not own or not split:
        return iteration
    hour, five = split.get("ephemeral_1h_input_tokens"), split.get("ephemeral_5m_input_tokens")
    if own == usage.get("cache_creation_input_tokens"):
        return {**iteration, "cache_creation": split}
    if is_fallback:
        return iteration
    if hour and not five:
        return {**iteration, "cache_creation": {"ephemeral_1h_input_tokens": own}}
    if five and not hour:
        return {**iteration, "cache_creation": {"ephemeral_5m_input_tokens": own}}
    return iteration


def is_refused(response: Mapping[str, Any]) -> bool:
    """Return whether a response is a refusal before any output."""
    return (
        response.get("stop_reason") == "refusal" and mapping(response.get("usage")).get("output_tokens") == 0
    )


def refusal_billed_from(details: object) -> date | None:
    """Return the day from which refusals before any output are billed; ``None`` where they never are.

    Args:
        details: what names the ``category``: ``stop_details``, or the ``trigger`` of a fallback.
    """
    return REFUSAL_BILLED_FROM if text(mapping(details).get("category")) in BILLED_REFUSALS else None
