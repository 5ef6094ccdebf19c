"""What is known of each model, with dates and sources; the content of ``pricing.yaml`` as frozen data.

Everything that differs by model or changes with time is here, so that no rule names a model.
``start`` is the first day a fact holds, ``end`` the first day it no longer does; ``None`` is open.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol

from budgetcalc.framing import NO_FRAMING, Framing
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from budgetcalc.calibration import Calibration

Provider = Literal["anthropic", "openai", "google"]
TokenizerFamily = Literal["claude-v3", "claude-v4.7", "claude-v2", "cl100k_base", "o200k_base", "gemini"]
ThinkingType = Literal["enabled", "adaptive", "disabled", "between_tools"]
Bucket = Literal["uncached_input", "cache_write_5m", "cache_write_1h", "cache_read", "output"]


class Dated(Protocol):
    """A fact that holds from ``start`` until the day before ``end``."""

    @property
    def start(self) -> date | None:
        """The first day."""

    @property
    def end(self) -> date | None:
        """The first day on which it no longer holds."""


def holds_on(fact: Dated, on: date) -> bool:
    """Return whether the fact holds on that day."""
    return (fact.start is None or fact.start <= on) and (fact.end is None or on < fact.end)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read and when it was last checked."""

    key: str
    title: str
    url: str
    checked: date


@dataclass(frozen=True, slots=True)
class TokenLimit:
    """A context window or an output cap, in tokens; ``beta`` must be sent for it, ``batch`` in a batch only."""

    tokens: int
    source: str
    start: date | None = None
    end: date | None = None
    beta: str | None = None
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars per million tokens. A ``None`` bucket is not offered or not published."""

    input: Decimal
    output: Decimal
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    cache_read: Decimal | None = None

    def usd_per_mtok(self, bucket: Bucket) -> Decimal | None:
        """Return the rate of a disjoint token bucket; ``None`` when there is no published price."""
        rate: Decimal | None = self.input if bucket == "uncached_input" else getattr(self, bucket)
        return rate


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """Rates between two days. ``over_tokens`` and ``beta`` belong to a long-context tier, ``beta`` also to fast mode.

    A tier is a cliff: one token more than ``over_tokens`` of prompt reprices every token of the request.
    """

    rates: Rates
    source: str
    start: date | None = None
    end: date | None = None
    over_tokens: int | None = None
    beta: str | None = None

    @property
    def label(self) -> str:
        """Return the period as ISO dates, ``2025-02-24..`` while it goes on."""
        return f"{self.start.isoformat() if self.start else ''}..{self.end.isoformat() if self.end else ''}"


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A factor on every token bucket: batch, US-only inference, a regional endpoint."""

    factor: Decimal
    source: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A constant in tokens, with the recordings and repositories ("families") that support it, if measured.

    ``low`` and ``high`` say how far it is off in the recordings that do not come out exact, where that is known.
    """

    tokens: int
    source: str
    start: date | None = None
    end: date | None = None
    recordings: int = 0
    families: int = 0
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class ToolPrompt:
    """Tokens of the system prompt that is added once when at least one tool is present, by ``tool_choice``.

    Separators are not in it: an ``any`` of ``None`` means the API refuses a forced choice. What a named tool costs
    beyond ``any`` is a constant of the frame.
    """

    auto: Measured
    any: Measured | None


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Which vocabulary counts this model's text; ``exact`` is false where it stands in for an unknown one."""

    family: TokenizerFamily
    exact: bool
    source: str


@dataclass(frozen=True, slots=True)
class SamplingLimit:
    """What sampling parameters may be with thinking on; ``top_p_min`` of ``None`` means not at all."""

    top_p_min: Decimal | None
    source: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class ThinkingRules:
    """How a model thinks and what becomes of the thinking of earlier turns.

    Attributes:
        types: accepted ``thinking.type`` values; empty on models that do not think.
        deprecated_types: accepted, but on their way out.
        default: what an absent ``thinking`` means.
        always_on: thinking cannot be switched off.
        reasons: it thinks without these parameters, as other vendors' models do: its output may hold thinking.
        min_budget_tokens: least ``budget_tokens`` of manual thinking.
        interleaved: thinking between tool calls: by beta ``header``, ``automatic`` (adaptive), or ``none``.
        interleaved_prompt: tokens the interleaved header adds with manual thinking and tools.
        keeps: which prior thinking the model still sees: the running tool loop only, or all.
        returned_as: what the response shows: the ``full`` thinking, a ``summary``, or ``omitted``.
        efforts: accepted ``output_config.effort``; empty where the parameter is refused.
        default_effort: the level when none is sent.
        efforts_when_off: levels accepted with thinking off; ``None`` when off is no special case.
        effort_fixed_when_off: with thinking off no message may change the effort.
        prompt: tokens of the thinking system prompt of ``enabled``, by date.
        sampling: limits on sampling parameters while thinking, by date.
        forced_tool_choice: ``thinking.type`` values with which ``tool_choice`` any/tool is accepted.
        batch_over_budget_tokens: above this budget the documentation wants a batch.
        prefix_binding: whether a thinking block is refused after another prefix than it was produced with:
            ``none``; by the ``account`` (its age) or the request's choice; ``always``.
        unreadable_by: ids and generations of models that cannot read this model's thinking blocks.
        source: key of the source.
    """

    types: tuple[ThinkingType, ...]
    source: str
    deprecated_types: tuple[ThinkingType, ...] = ()
    default: Literal["off", "adaptive"] = "off"
    always_on: bool = False
    reasons: bool = False
    min_budget_tokens: int = 1024
    interleaved: Literal["header", "automatic", "none"] = "none"
    interleaved_prompt: Measured | None = None
    keeps: Literal["last_turn", "all"] = "last_turn"
    returned_as: Literal["full", "summary", "omitted"] = "full"
    efforts: tuple[str, ...] = ()
    default_effort: str | None = None
    efforts_when_off: tuple[str, ...] | None = None
    effort_fixed_when_off: bool = False
    prompt: tuple[Measured, ...] = ()
    sampling: tuple[SamplingLimit, ...] = ()
    forced_tool_choice: tuple[ThinkingType, ...] = ()
    batch_over_budget_tokens: int = 32_000
    prefix_binding: Literal["none", "account", "always"] = "none"
    unreadable_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedTool:
    """A type of Anthropic's tools that a model does not take.

    Attributes:
        type: as in ``tools[].type``.
        source: key of the source.
        platforms: where; empty: everywhere.
        confirmed: whether the documentation is known to be right.
        start: first day.
        end: first day it is taken.
    """

    type: str
    source: str
    platforms: tuple[str, ...] = ()
    confirmed: bool = True
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which request features the API takes for this model, whatever the thinking.

    Attributes:
        sampling: temperature, top_p and top_k may differ from their defaults.
        temperature_with_top_p: both may be given together.
        prefill: the last message may be the assistant's.
        forced_tool_choice: ``tool_choice`` any/tool.
        system_messages: role ``system`` inside ``messages``.
        system_after_tool_result: such a message is obeyed right after a tool result too.
        inference_geo: the ``inference_geo`` parameter.
        structured_output: ``output_config.format``.
        media: images and PDF pages a request.
        image_tier: how far images are reduced before they are counted.
        non_streaming_max_tokens: largest ``max_tokens`` the SDK sends without streaming.
        refused_tools: types of Anthropic's tools it does not take, by date.
        task_budget: ``output_config.task_budget``.
        priority_tier: ``service_tier: auto`` can be served with priority.
        programmatic_calling: tools may be called from code execution.
        advisor_rank: an advisor may not rank below the model it advises; ``None``: it cannot advise at all.
        zero_retention: served to organisations with zero data retention.
        source: key of the source.
    """

    sampling: bool
    temperature_with_top_p: bool
    prefill: bool
    forced_tool_choice: bool
    system_messages: bool
    inference_geo: bool
    structured_output: bool
    media: int
    image_tier: Literal["standard", "standard_pairs", "high_resolution"]
    source: str
    non_streaming_max_tokens: int = 21_333
    system_after_tool_result: bool = True
    refused_tools: tuple[RefusedTool, ...] = ()
    task_budget: bool = False
    priority_tier: bool = True
    programmatic_calling: bool = False
    advisor_rank: int | None = None
    zero_retention: bool = True


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Dates of a model's life.

    Attributes:
        source: key of the source.
        released: first day it is served.
        deprecated: day its end was announced.
        retired: first day the API answers 404.
        known_retired: a day on which it was retired, where the first one is not in the sources.
        not_retired_before: the day until which it is promised.
    """

    source: str
    released: date | None = None
    deprecated: date | None = None
    retired: date | None = None
    known_retired: date | None = None
    not_retired_before: date | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the catalogue. See ``docs/catalogue.md`` for the file's form.

    Attributes:
        id: canonical id.
        name: for people, as in ``Claude Sonnet 3.7``.
        provider: whose API it is.
        generation: what rules are shared by, as ``3.7`` or ``4.5``.
        aliases: other first-party spellings, floating ones included.
        platform_ids: spelling on another platform → platform (``bedrock``, ``vertex``, ``openrouter``, …).
        lifecycle: release, deprecation and retirement.
        context_windows: dated; the largest one whose beta is sent applies.
        output_caps: dated; the largest one whose beta is sent (and, if marked, in a batch) applies.
        over_window: what the API does when prompt + max_tokens exceed the window.
        prices: standard rates, oldest first, no gaps.
        long_context: dearer tiers, by date.
        fast: rates of ``speed: "fast"``, by date.
        fast_outside: what ``speed: "fast"`` does on other days: ``refused``, or run and billed at ``standard``.
        batch: the Batches API's factor; ``None`` without one.
        us_only: factor of ``inference_geo: "us"``.
        regional: factor of regional endpoints on other clouds.
        tokenizer: which vocabulary counts its text.
        min_cacheable_tokens: shortest prefix that is cached; ``None`` without caching or when unpublished.
        tool_prompt: tokens added when a tool is present; ``None`` when neither published nor measured.
        thinking: thinking rules.
        accepts: other request rules.
        access: ``limited`` where an organisation must be admitted to the model.
        note: what a user should know, shown by ``budgetcalc models``.
    """

    id: str
    name: str
    provider: Provider
    generation: str
    lifecycle: Lifecycle
    context_windows: tuple[TokenLimit, ...]
    output_caps: tuple[TokenLimit, ...]
    over_window: Literal["clamped", "rejected", "may_stop_early"]
    prices: tuple[PricePeriod, ...]
    tokenizer: Tokenizer
    thinking: ThinkingRules
    accepts: Acceptance
    aliases: tuple[str, ...] = ()
    platform_ids: tuple[tuple[str, str], ...] = ()
    long_context: tuple[PricePeriod, ...] = ()
    fast: tuple[PricePeriod, ...] = ()
    fast_outside: Literal["refused", "standard"] = "refused"
    batch: Multiplier | None = None
    us_only: Multiplier | None = None
    regional: Multiplier | None = None
    min_cacheable_tokens: Measured | None = None
    tool_prompt: ToolPrompt | None = None
    access: Literal["general", "limited"] = "general"
    note: str = ""

    def __repr__(self) -> str:
        """Return which model it is; ``models MODEL`` shows all that is known of it."""
        return f"Model({self.id!r})"

    def is_retired(self, on: date) -> bool:
        """Return whether the first-party API no longer serves the model on that day."""
        since = self.lifecycle.retired or self.lifecycle.known_retired
        return since is not None and on >= since

    def is_served(self, on: date) -> bool:
        """Return whether the model is out, as far as that is known, and not yet retired on that day."""
        released = self.lifecycle.released
        return not self.is_retired(on) and (released is None or released <= on)

    def is_past_promise(self, on: date) -> bool:
        """Return whether a model whose end is not announced may be given one any day."""
        life = self.lifecycle
        is_open = life.retired is None and life.known_retired is None and life.deprecated is None
        return is_open and life.not_retired_before is not None and on >= life.not_retired_before

    def retires_within(self, days: int, on: date) -> bool:
        """Return whether retirement lies at most ``days`` ahead of ``on``."""
        retired = self.lifecycle.retired
        return retired is not None and on < retired <= on + timedelta(days=days)

    def context_window(self, on: date, betas: Collection[str] = ()) -> TokenLimit:
        """Return the context window in force; before the first known period, the earliest."""
        return _largest(self.context_windows, on, betas, batch=False)

    def output_cap(self, on: date, betas: Collection[str] = (), *, batch: bool = False) -> TokenLimit:
        """Return the largest ``max_tokens`` the API takes, with these betas, in or out of a batch."""
        return _largest(self.output_caps, on, betas, batch=batch)

    def price_period(self, on: date) -> tuple[PricePeriod, bool]:
        """Return the standard price period of the day, and whether the day lies before the first one.

        Retirement never ends a price: the last period goes on. Before the first, the earliest applies.
        """
        for period in self.prices:
            if holds_on(period, on):
                return period, False
        first = self.prices[0]
        if first.start is not None and on < first.start:
            return first, True
        return self.prices[-1], False

    def long_context_period(self, on: date, betas: Collection[str], prompt_tokens: int) -> PricePeriod | None:
        """Return the dearer tier that a prompt of this size falls into on that day, if any."""
        for tier in self.long_context:
            threshold = tier.over_tokens or 0
            if holds_on(tier, on) and (tier.beta is None or tier.beta in betas) and prompt_tokens > threshold:
                return tier
        return None

    def fast_period(self, on: date) -> PricePeriod | None:
        """Return the rates of fast mode on that day; ``None`` when it is not offered."""
        return next((period for period in self.fast if holds_on(period, on)), None)

    def thinking_prompt(self, on: date) -> Measured | None:
        """Return the tokens ``thinking.type: enabled`` adds as a system prompt on that day, if any."""
        return next((fact for fact in self.thinking.prompt if holds_on(fact, on)), None)

    def refused_tool(self, tool_type: str, platform: str, on: date) -> RefusedTool | None:
        """Return why a tool of this type is not taken on a platform and day, if it is not."""
        return next(
            (
                refused
                for refused in self.accepts.refused_tools
                if refused.type == tool_type
                and (not refused.platforms or platform in refused.platforms)
                and holds_on(refused, on)
            ),
            None,
        )

    def sampling_limit(self, on: date) -> SamplingLimit | None:
        """Return what the sampling parameters may be while thinking, on that day."""
        return next((limit for limit in self.thinking.sampling if holds_on(limit, on)), None)


def _largest(limits: Iterable[TokenLimit], on: date, betas: Collection[str], *, batch: bool) -> TokenLimit:
    """Return the largest limit in force, or the earliest one when the day lies before all of them."""
    known = tuple(limits)
    open_to = [x for x in known if (x.beta is None or x.beta in betas) and (batch or not x.batch)]
    in_force = [x for x in open_to if holds_on(x, on)]
    if in_force:
        return max(in_force, key=lambda limit: limit.tokens)
    unconditional = [x for x in known if x.beta is None and not x.batch]
    return unconditional[0]


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee that is not by token: ``web_search`` per 1,000 uses, ``code_execution`` per hour."""

    name: str
    usd: Decimal
    per: str
    source: str
    start: date | None = None
    end: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Beta:
    """What an ``anthropic-beta`` header does, and until when it is needed.

    Attributes:
        name: the header's value.
        gates: features refused without it, or without another header that gates the same (the names are those
            of :mod:`budgetcalc.lint.beta_features`); empty when it only changes how something works, or
            belongs to another endpoint.
        effect: ``feature``; ``limit`` when it only raises a limit, whose dates stand with the limit;
            ``refused`` when the API answers 400 to the header itself.
        generations: those it does something for; empty: any.
        general: first day its feature needs no header.
        end: first day it does nothing any more, the feature being gone or replaced.
        source: key of the source.
        note: what to do instead.
    """

    name: str
    source: str
    gates: tuple[str, ...] = ()
    effect: Literal["feature", "limit", "refused"] = "feature"
    generations: tuple[str, ...] = ()
    general: date | None = None
    end: date | None = None
    note: str = ""

    def is_needed(self, on: date) -> bool:
        """Return whether what it gates is refused without it on that day."""
        return self.effect == "feature" and not any(day and day <= on for day in (self.general, self.end))


@dataclass(frozen=True, slots=True)
class ModelMatch:
    """A model found by name, and what the spelling says about where it runs.

    Attributes:
        model: the model.
        requested: the name as given.
        platform: ``claude_api`` or the platform whose spelling it is.
        regional: the spelling names a regional endpoint, which costs the regional factor.
        betas: betas the spelling implies (``[1m]`` asks for the long context).
    """

    model: Model
    requested: str
    platform: str = "claude_api"
    regional: bool = False
    betas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All models, fees and sources; ``origin`` says which file it came from.

    Attributes:
        models: by canonical id, in the order of the file.
        spellings: every normalised id, alias and platform spelling → (canonical id, platform).
        fees: not by token.
        sources: by key.
        checked: the day the file as a whole was last checked.
        origin: ``bundled pricing.yaml``, a path, or both for an overlay.
        sha256: of the bytes of the file (of the concatenation, for an overlay).
        betas: what is known of beta headers, by name.
        framing: what a request costs beyond its texts; empty in a catalogue that only prices.
        calibration: what was learned from the user's recordings and is in ``framing``, if anything.
    """

    models: Mapping[str, Model]
    spellings: Mapping[str, tuple[str, str]]
    fees: tuple[Fee, ...]
    sources: Mapping[str, Source]
    checked: date
    origin: str
    sha256: str
    betas: Mapping[str, Beta] = field(default_factory=dict)
    framing: Framing = NO_FRAMING
    calibration: Calibration | None = None

    def __repr__(self) -> str:
        """Return what it is; all that is in it is 200,000 characters, and in every result."""
        return f"Catalogue({self.origin!r}, {len(self.models)} models, checked={self.checked.isoformat()!r})"

    def find(self, name: str) -> ModelMatch:
        """Return the model with exactly this id, alias or platform spelling, after normalisation.

        Raises:
            UnknownModelError: nothing has that name; the hint suggests near ones and ``--treat-as``.
        """
        from budgetcalc.model_names import find_model

        return find_model(self, name)

    def is_out(self, model: Model, on: date) -> bool | None:
        """Return whether a model was released on a day; ``None`` when the sources do not tell.

        One without a day of release was out when its source was checked, and on every day it has a dated fact of.
        """
        life = model.lifecycle
        if life.released is not None:
            return life.released <= on
        known = (
            self.sources[life.source].checked,
            life.deprecated,
            life.retired,
            *(p.start for p in model.prices),
        )
        return True if any(day is not None and day <= on for day in known) else None

    def checked_on(self, sources: Iterable[str]) -> date:
        """Return the day on which the oldest of these sources was last checked; without any, that of the whole file.

        Args:
            sources: keys, as those of the prices of an answer.
        """
        return min(
            (self.sources[key].checked for key in sources if key in self.sources), default=self.checked
        )

    def fee(self, name: str, on: date) -> Fee | None:
        """Return a fee in force on that day."""
        return next((fee for fee in self.fees if fee.name == name and holds_on(fee, on)), None)
