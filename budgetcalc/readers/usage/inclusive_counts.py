"""Prompt counts that include cache reads and writes, as OpenAI and OpenTelemetry count them, made disjoint."""

from __future__ import annotations

from budgetcalc.readers.usage.fields import BadUsage
from budgetcalc.usage import UsageTokens


def made_disjoint(
    prompt: int,
    output: int,
    *,
    cache_read: int = 0,
    cache_write_5m: int = 0,
    cache_write_1h: int = 0,
    thinking: int | None = None,
) -> UsageTokens:
    """Return disjoint buckets of an inclusive prompt count (formats.md §0, rule 1).

    Raises:
        BadUsage: the cached tokens exceed the prompt they are part of, or the thinking exceeds the output.
    """
    uncached = prompt - cache_read - cache_write_5m - cache_write_1h
    if uncached < 0:
        raise BadUsage(f"the cached tokens exceed the {prompt} prompt tokens that include them")
    return checked(UsageTokens(uncached, cache_write_5m, cache_write_1h, cache_read, output, thinking))


def checked(tokens: UsageTokens) -> UsageTokens:
    """Return the tokens; thinking is a part of the output.

    Raises:
        BadUsage: the thinking exceeds the output.
    """
    if tokens.thinking is not None and tokens.thinking > tokens.output:
        raise BadUsage(f"{tokens.thinking} thinking tokens exceed {tokens.output} output tokens")
    return tokens
