"""``models`` for a terminal: the catalogue as a table, or everything known of one model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.models_report import plain, standing
from budgetcalc.money import plain as plain_usd
from budgetcalc.render.text import EMPTY, Grid, Line, Span, line, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from budgetcalc.catalogue import Model, Multiplier, PricePeriod, TokenLimit
    from budgetcalc.models_report import ModelsReport
    from budgetcalc.render import Columns, Look

TITLES: Columns = (
    ("model", "left"),
    ("generation", "left"),
    ("window", "right"),
    ("output cap", "right"),
    ("input $", "right"),
    ("output $", "right"),
    ("thinking", "left"),
    ("tokenizer", "left"),
    ("status", "left"),
)
"""Of the cells of ``ModelsReport.row``."""
PRICES: Columns = (
    ("rule", "left"),
    ("period", "left"),
    ("input", "right"),
    ("write 5m", "right"),
    ("write 1h", "right"),
    ("read", "right"),
    ("output", "right"),
    ("beta", "left"),
    ("source", "left"),
)
SOURCES: Columns = (("key", "left"), ("checked", "left"), ("title", "left"), ("url", "left"))


def render_models(report: ModelsReport, look: Look) -> Iterator[str]:
    """Yield the table, or one model's page."""
    if report.asked is None:
        yield page(_table(report), look)
    else:
        yield page(_page(report, report.entries[0]), look)


def _table(report: ModelsReport) -> Iterator[Line | Grid]:
    rows = [[f"{c:,}" if isinstance(c, int) else c for c in report.row(model)] for model in report.entries]
    yield Grid(TITLES, rows)
    yield line(Span(_provenance(report), "dim"))


def _provenance(report: ModelsReport) -> str:
    catalogue = report.catalogue
    return (
        f"prices in US dollars per million tokens of {report.on.isoformat()}: {catalogue.origin}, "
        f"checked {catalogue.checked.isoformat()}"
    )


def _page(report: ModelsReport, model: Model) -> Iterator[Line | Grid]:
    """Yield everything known of a model, each fact with its dates and the key of its source."""
    yield line(Span(model.id, "bold"), f"  {model.name}: {standing(report.catalogue, model, report.on)}")
    if model.note:
        yield line(model.note)
    yield from _names(model)
    life = plain(model.lifecycle)
    source = life.pop("source")
    yield from _facts("life", [*((name, day) for name, day in life.items() if day), ("source", source)])
    yield from _facts("limits", _limits(model))
    yield EMPTY
    yield line(Span("prices in US dollars per million tokens", "bold"))
    yield _prices(model)
    yield from _facts("factors", _factors(model))
    yield from _facts("counting", _counting(model))
    yield from _facts("thinking", _rules(plain(model.thinking)))
    yield from _facts("accepts", _rules(plain(model.accepts)))
    yield EMPTY
    yield line(Span("sources", "bold"))
    rows = [[each.key, each.checked.isoformat(), each.title, each.url] for each in report.sources()]
    yield Grid(SOURCES, rows)
    yield line(Span(_provenance(report), "dim"))


def _names(model: Model) -> Iterator[Line]:
    yield line(f"provider {model.provider}, generation {model.generation}")
    if model.aliases:
        yield line(f"also {', '.join(model.aliases)}")
    for spelling, platform in model.platform_ids:
        yield line(f"on {platform}: {spelling}")


def _facts(title: str, facts: Iterable[tuple[str, object]]) -> Iterator[Line]:
    rows = list(facts)
    if not rows:
        return
    yield EMPTY
    yield line(Span(title, "bold"))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        yield line(f"  {name.replace('_', ' '):<{width}}  {value}")


def _limits(model: Model) -> Iterator[tuple[str, str]]:
    for name, limits in (("context window", model.context_windows), ("output cap", model.output_caps)):
        for limit in limits:
            yield name, f"{limit.tokens:,}{_conditions(limit)} [{limit.source}]"
    yield "over the window", model.over_window.replace("_", " ")


def _conditions(fact: TokenLimit | PricePeriod | Multiplier) -> str:
    """Return when a fact holds: its dates, its beta, in a batch only."""
    words = []
    if fact.start or fact.end:
        words.append(f"{fact.start or ''}..{fact.end or ''}")
    if getattr(fact, "beta", None):
        words.append(f"with beta {getattr(fact, 'beta', '')}")
    if getattr(fact, "batch", False):
        words.append("in a batch")
    return f" ({', '.join(words)})" if words else ""


def _prices(model: Model) -> Grid:
    tiers = [("standard", each) for each in model.prices]
    tiers += [(f"over {each.over_tokens:,} tokens", each) for each in model.long_context]
    tiers += [("fast", each) for each in model.fast]
    rows = []
    for name, period in tiers:
        rates = period.rates
        cells = [rates.input, rates.cache_write_5m, rates.cache_write_1h, rates.cache_read, rates.output]
        rows.append(
            [
                name,
                period.label,
                *("" if rate is None else plain_usd(rate) for rate in cells),
                period.beta or "",
                period.source,
            ]
        )
    return Grid(PRICES, rows)


def _factors(model: Model) -> Iterator[tuple[str, str]]:
    for name, factor in (("batch", model.batch), ("us-only", model.us_only), ("regional", model.regional)):
        if factor is not None:
            yield name, f"x{plain_usd(factor.factor)}{_conditions(factor)} [{factor.source}]"


def _counting(model: Model) -> Iterator[tuple[str, str]]:
    exact = "" if model.tokenizer.exact else ", standing in for an unknown one"
    yield "tokenizer", f"{model.tokenizer.family}{exact} [{model.tokenizer.source}]"
    if model.min_cacheable_tokens is not None:
        yield (
            "least cacheable prefix",
            f"{model.min_cacheable_tokens.tokens:,} [{model.min_cacheable_tokens.source}]",
        )
    if model.tool_prompt is not None:
        forced = "" if model.tool_prompt.any is None else f", {model.tool_prompt.any.tokens} when forced"
        yield "tool prompt", f"{model.tool_prompt.auto.tokens}{forced} [{model.tool_prompt.auto.source}]"
    for prompt in model.thinking.prompt:
        dates = f" ({prompt.start or ''}..{prompt.end or ''})" if prompt.start or prompt.end else ""
        yield "thinking prompt", f"{prompt.tokens}{dates} [{prompt.source}]"


def _rules(rules: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield rules that are plain values; nested ones have their own place or are in the JSON."""
    for name, value in rules.items():
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            yield name, ", ".join(value) or "none"
        elif isinstance(value, bool):
            yield name, "yes" if value else "no"
        elif isinstance(value, str | int):
            yield name, f"{value:,}" if isinstance(value, int) else value
