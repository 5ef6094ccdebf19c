"""What flags say of a request: they fill what it leaves open, and never replace what it says itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class RequestFill:
    """What flags say of requests that do not say it themselves.

    Attributes:
        max_tokens: the output limit.
        thinking_budget: turns thinking on with this budget.
        effort: ``output_config.effort``.
        system: the system prompt.
        betas: beta headers, always added.
        betas_known: whether ``betas`` is all that is sent, be it none.
        batch: whether every request is a batch item.
        zero_retention: the organisation has zero data retention.
        fallback: what the project's configuration says, after the flags and without a word where it is not
            needed; of it only what fills the body is looked at.
    """

    max_tokens: int | None = None
    thinking_budget: int | None = None
    effort: str | None = None
    system: str | None = None
    betas: frozenset[str] = frozenset()
    betas_known: bool = False
    batch: bool = False
    zero_retention: bool = False
    fallback: RequestFill | None = None


def filled(
    body: Mapping[str, Any], fill: RequestFill
) -> tuple[Mapping[str, Any], list[str], tuple[str, ...]]:
    """Return the body with what flags say where it says nothing, which flags were not needed, and what the
    project's configuration filled in.
    """  # noqa: D205
    result = dict(body)
    ignored: list[str] = []

    def settle(flag: str, key: str, given: object, value: object) -> None:
        if given is None:
            return
        if result.get(key) is None:
            result[key] = value
        elif result[key] != value:
            ignored.append(f"{flag} is ignored: the request has its own `{key}`")

    settle("--max-tokens", "max_tokens", fill.max_tokens, fill.max_tokens)
    thinking = {"type": "enabled", "budget_tokens": fill.thinking_budget}
    settle("--thinking-budget", "thinking", fill.thinking_budget, thinking)
    settle("--system", "system", fill.system, fill.system)
    config = result.get("output_config")
    if fill.effort is not None and isinstance(config, dict):
        if config.get("effort") is None:
            result["output_config"] = {**config, "effort": fill.effort}
        elif config["effort"] != fill.effort:
            ignored.append("--effort is ignored: the request has its own `output_config.effort`")
    elif fill.effort is not None and config is None:
        result["output_config"] = {"effort": fill.effort}
    if fill.fallback is not None:
        whole, _, _ = filled(result, fill.fallback)
        taken = (key for key, value in whole.items() if result.get(key) != value)
        return whole, ignored, tuple(f"`{key}` comes from the project's config" for key in taken)
    return result, ignored, ()
