"""The price file, as nested mappings, lists and source text → the catalogue.

Every scalar arrives as the text that stands in the file, so that no number has been through a float and no
``on`` has become a truth value; this module alone says what a text means. All errors are collected and
raised at once, each at the place where the text was written, not where it was inherited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice, pairwise
from typing import Any, NamedTuple, NoReturn, get_args

from budgetcalc.catalogue import (
    Acceptance,
    Catalogue,
    Fee,
    Lifecycle,
    Measured,
    Model,
    Multiplier,
    PricePeriod,
    Provider,
    Rates,
    SamplingLimit,
    Source,
    ThinkingRules,
    ThinkingType,
    Tokenizer,
    TokenizerFamily,
    TokenLimit,
    ToolPrompt,
)
from budgetcalc.errors import BudgetcalcError, CatalogueError
from budgetcalc.locations import Location, pointer, printable
from budgetcalc.model_names import normalise_model_name

Step = str | int
Path = tuple[Step, ...]
Locate = Callable[[int, Path], Location]
"""Where a path stands in file number 0 (the table) or 1 (the overlay)."""

VERSION = "1"
NULLS = frozenset({"", "null", "~"})
EFFORTS = ("low", "medium", "high", "xhigh", "max")

# Counted once for every model that takes a mistake over.
MOST_PROBLEMS = 500
DEEPEST_SAME_AS = 20

# Keys of these merge one by one when a model takes over facts; every other fact is replaced whole, so that
# no figure keeps the recordings or the source of the one it replaces.
GROUPS = frozenset({"lifecycle", "platform_ids", "tool_prompt", "thinking", "accepts"})
# What `same_as` does not take over.
OWN = frozenset({"id", "name", "aliases", "platform_ids", "lifecycle", "note", "same_as"})

_FIRST_PARTY = {"anthropic": "claude_api", "openai": "openai_api", "google": "gemini_api"}
_PLAIN_DECIMAL = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_PLAIN_INTEGER = re.compile(r"[0-9]{1,15}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


# ---- Reading, with every error noted -----------------------------------------------------------------------


class _Refused(Exception):  # noqa: N818 - a signal inside this module, its problem is already noted
    """A value that could not be read."""


class _Enough(Exception):  # noqa: N818 - a signal inside this module
    """More problems than anybody reads; a hostile file has a million."""


@dataclass
class _Notes:
    """The problems found so far, by path, the sources that facts may name, and what was read already."""

    problems: list[tuple[Path, str, str]] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    done: dict[tuple[int, _Reader[Any]], tuple[object, Any]] = field(default_factory=dict)

    def note(self, path: Path, message: str, hint: str = "") -> None:
        self.problems.append((path, message, hint))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough

    def refuse(self, path: Path, message: str, hint: str = "") -> NoReturn:
        self.note(path, message, hint)
        raise _Refused

    def once[T](self, read: _Reader[T], value: object, path: Path) -> T:
        """Return what the reader makes of the value; what models share is read for the first of them."""
        if isinstance(value, str):
            return read(self, value, path)
        known = self.done.get((id(value), read))
        if known is None:
            # The value is kept beside its id, so that no other one can get the same.
            known = self.done[id(value), read] = (value, read(self, value, path))
        result: T = known[1]
        return result


type _Reader[T] = Callable[[_Notes, object, Path], T]


def _is_null(value: object) -> bool:
    """Return whether the value is one of YAML's ways to write nothing."""
    return isinstance(value, str) and value in NULLS


def _shown(value: object) -> str:
    """Return a value as an error message names it."""
    if isinstance(value, str):
        return f'"{printable(value, limit=60)}"' if value not in NULLS else "nothing"
    return "a list" if isinstance(value, list) else "a mapping"


def _near(word: str, known: Iterable[str]) -> str:
    """Return a suggestion for a misspelt word, or what there is to choose from."""
    known = list(islice(known, 100))
    match = get_close_matches(word, known, n=1)
    return f"did you mean {match[0]}?" if match else f"known: {', '.join(known)}"


def _text(notes: _Notes, value: object, path: Path) -> str:
    if not isinstance(value, str) or value in NULLS:
        notes.refuse(path, f"expected a text, got {_shown(value)}")
    return value


def _tokens(notes: _Notes, value: object, path: Path) -> int:
    if not isinstance(value, str) or not _PLAIN_INTEGER.fullmatch(value):
        notes.refuse(path, f"expected a whole number, got {_shown(value)}", "write plain digits: 200000")
    return int(value)


def _decimal(notes: _Notes, value: object, path: Path) -> Decimal:
    if not isinstance(value, str) or not _PLAIN_DECIMAL.fullmatch(value):
        hint = "write plain digits: 3 or 0.25, without sign, exponent, separator or currency"
        notes.refuse(path, f"expected a decimal number, got {_shown(value)}", hint)
    return Decimal(value)


def _truth(notes: _Notes, value: object, path: Path) -> bool:
    if value not in ("true", "false"):
        notes.refuse(path, f"expected true or false, got {_shown(value)}")
    return value == "true"


def _day(notes: _Notes, value: object, path: Path) -> date:
    # date.fromisoformat takes week dates and dates without hyphens too.
    written_out = isinstance(value, str) and _ISO_DATE.fullmatch(value) is not None
    try:
        return date.fromisoformat(str(value) if written_out else "")
    except ValueError:
        notes.refuse(path, f"expected a date, got {_shown(value)}", "write YYYY-MM-DD")


def _source(notes: _Notes, value: object, path: Path) -> str:
    key = _text(notes, value, path)
    if key not in notes.sources:
        notes.refuse(path, f'no source "{printable(key)}" under sources:', _near(key, notes.sources))
    return key


def _word(*choices: str) -> _Reader[str]:
    def read(notes: _Notes, value: object, path: Path) -> str:
        if not isinstance(value, str) or value not in choices:
            wrong = value if isinstance(value, str) else ""
            message = f"expected one of {', '.join(choices)}, got {_shown(value)}"
            notes.refuse(path, message, _near(wrong, choices))
        return value

    return read


def _list[T](item: _Reader[T], *rules: _Rule[T]) -> _Reader[tuple[T, ...]]:
    def read(notes: _Notes, value: object, path: Path) -> tuple[T, ...]:
        if not isinstance(value, list):
            notes.refuse(path, f"expected a list, got {_shown(value)}")
        items = []
        refused = False
        for index, entry in enumerate(value):
            try:
                items.append(item(notes, entry, (*path, index)))
            except _Refused:
                refused = True
        if refused:
            raise _Refused
        for rule in rules:
            rule(notes, items, path)
        return tuple(items)

    return read


class _Key(NamedTuple):
    """One key of a mapping: how its value is read, what field it fills, whether it must be there."""

    read: _Reader[Any]
    into: str = ""
    required: bool = False


def _mapping(notes: _Notes, value: object, path: Path) -> dict[str, object]:
    if not isinstance(value, dict):
        notes.refuse(path, f"expected a mapping, got {_shown(value)}")
    return value


def _record[T](make: Callable[..., T], keys: Mapping[str, _Key]) -> _Reader[T]:
    required = [name for name, key in keys.items() if key.required]

    def read(notes: _Notes, value: object, path: Path) -> T:
        mapping = _mapping(notes, value, path)
        given = {name: entry for name, entry in mapping.items() if not _is_null(entry)}
        refused = False
        for name in required:
            if name not in given:
                notes.note(path, f'missing key "{name}"')
                refused = True
        values: dict[str, Any] = {}
        for name, entry in given.items():
            key = keys.get(name)
            if key is None:
                notes.note((*path, name), f'unknown key "{printable(name)}"', _near(name, keys))
                refused = True
                continue
            try:
                values[key.into or name] = notes.once(key.read, entry, (*path, name))
            except _Refused:
                refused = True
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and start >= end:
            hint = "until is the first day it no longer holds"
            notes.note(path, f"from {start} is not before until {end}", hint)
            refused = True
        if refused:
            raise _Refused
        return make(**values)

    return read


# ---- Rules on lists of dated facts -------------------------------------------------------------------------

type _Rule[T] = Callable[[_Notes, list[T], Path], None]


def _without_gaps(notes: _Notes, periods: list[PricePeriod], path: Path) -> None:
    """Prices follow one another without gap or overlap, and the last one goes on."""
    if not periods:
        notes.note(path, "a model needs at least one price period")
    for index, (earlier, later) in enumerate(pairwise(periods)):
        if earlier.end is None or earlier.end != later.start:
            until, begin = earlier.end or "(open)", later.start or "(open)"
            message = f"price periods must join: the one before ends {until}, this one starts {begin}"
            notes.note((*path, index + 1), message, "until of a period is from of the next")
    if periods and periods[-1].end is not None:
        hint = "retirement never ends a price: leave until out"
        notes.note((*path, len(periods) - 1, "until"), f"the last price period ends {periods[-1].end}", hint)


def _not_overlapping(*same: str) -> _Rule[Any]:
    """No two facts that agree in these fields hold on the same day."""

    def rule(notes: _Notes, facts: list[Any], path: Path) -> None:
        alike: dict[tuple[object, ...], list[tuple[date, date, int]]] = {}
        for index, fact in enumerate(facts):
            span = (fact.start or date.min, fact.end or date.max, index)
            alike.setdefault(tuple(getattr(fact, name) for name in same), []).append(span)
        for spans in alike.values():
            for earlier, later in pairwise(sorted(spans)):
                if later[0] < earlier[1]:
                    index = max(earlier[2], later[2])
                    notes.note((*path, index), "holds on days on which an earlier entry holds too")

    return rule


def _one_for_everybody(notes: _Notes, limits: list[TokenLimit], path: Path) -> None:
    """A limit that needs neither a beta nor a batch is what is said when nothing else is known."""
    if not any(limit.beta is None and not limit.batch for limit in limits):
        notes.note(path, "needs at least one limit without beta and batch")


# ---- The keys of the file ----------------------------------------------------------------------------------


def _price_period(
    *,
    input: Decimal,  # noqa: A002 - the file's own key
    output: Decimal,
    cache_write_5m: Decimal | None = None,
    cache_write_1h: Decimal | None = None,
    cache_read: Decimal | None = None,
    **period: Any,
) -> PricePeriod:
    return PricePeriod(rates=Rates(input, output, cache_write_5m, cache_write_1h, cache_read), **period)


def _sampling_limit(*, top_p_min: Decimal | None = None, **period: Any) -> SamplingLimit:
    return SamplingLimit(top_p_min, **period)


def _tool_prompt(auto: Measured, any: Measured | None = None) -> ToolPrompt:  # noqa: A002 - the API's own word
    return ToolPrompt(auto, any)


_SOURCED = {"source": _Key(_source, required=True)}
_DATED = {"from": _Key(_day, "start"), "until": _Key(_day, "end"), **_SOURCED}

SOURCE_KEYS = {
    "title": _Key(_text, required=True),
    "url": _Key(_text, required=True),
    "checked": _Key(_day, required=True),
}
FEE_KEYS = {
    "name": _Key(_text, required=True),
    "usd": _Key(_decimal, required=True),
    "per": _Key(_text, required=True),
    "note": _Key(_text),
    **_DATED,
}
LIMIT_KEYS = {
    "tokens": _Key(_tokens, required=True),
    "beta": _Key(_text),
    "batch": _Key(_truth),
    **_DATED,
}
PRICE_KEYS = {
    "input": _Key(_decimal, required=True),
    "cache_write_5m": _Key(_decimal),
    "cache_write_1h": _Key(_decimal),
    "cache_read": _Key(_decimal),
    "output": _Key(_decimal, required=True),
    **_DATED,
}
FAST_KEYS = {**PRICE_KEYS, "beta": _Key(_text)}
TIER_KEYS = {**FAST_KEYS, "over_tokens": _Key(_tokens, required=True)}
MULTIPLIER_KEYS = {"factor": _Key(_decimal, required=True), **_DATED}
MEASURED_KEYS = {
    "tokens": _Key(_tokens, required=True),
    "recordings": _Key(_tokens),
    "families": _Key(_tokens),
    "low": _Key(_tokens),
    "high": _Key(_tokens),
    **_DATED,
}
_MEASURED = _record(Measured, MEASURED_KEYS)
_MULTIPLIER = _record(Multiplier, MULTIPLIER_KEYS)
TOOL_PROMPT_KEYS = {"auto": _Key(_MEASURED, required=True), "any": _Key(_MEASURED)}
TOKENIZER_KEYS = {
    "family": _Key(_word(*get_args(TokenizerFamily)), required=True),
    "exact": _Key(_truth, required=True),
    **_SOURCED,
}
SAMPLING_KEYS = {"top_p_min": _Key(_decimal), **_DATED}
_THINKING_TYPES = _list(_word(*get_args(ThinkingType)))
_EFFORTS = _list(_word(*EFFORTS))
THINKING_KEYS = {
    "types": _Key(_THINKING_TYPES, required=True),
    "deprecated_types": _Key(_THINKING_TYPES),
    "default": _Key(_word("off", "adaptive")),
    "always_on": _Key(_truth),
    "min_budget_tokens": _Key(_tokens),
    "interleaved": _Key(_word("header", "automatic", "none")),
    "interleaved_prompt": _Key(_MEASURED),
    "keeps": _Key(_word("last_turn", "all")),
    "returned_as": _Key(_word("full", "summary", "omitted")),
    "efforts": _Key(_EFFORTS),
    "default_effort": _Key(_word(*EFFORTS)),
    "efforts_when_off": _Key(_EFFORTS),
    "prompt": _Key(_list(_MEASURED, _not_overlapping())),
    "sampling": _Key(_list(_record(_sampling_limit, SAMPLING_KEYS), _not_overlapping())),
    "forced_tool_choice": _Key(_THINKING_TYPES),
    "batch_over_budget_tokens": _Key(_tokens),
    **_SOURCED,
}
ACCEPTS_KEYS = {
    "sampling": _Key(_truth, required=True),
    "temperature_with_top_p": _Key(_truth, required=True),
    "prefill": _Key(_truth, required=True),
    "forced_tool_choice": _Key(_truth, required=True),
    "system_messages": _Key(_truth, required=True),
    "inference_geo": _Key(_truth, required=True),
    "structured_output": _Key(_truth, required=True),
    "media": _Key(_tokens, required=True),
    "image_tier": _Key(_word("standard", "standard_pairs", "high_resolution"), required=True),
    "non_streaming_max_tokens": _Key(_tokens),
    **_SOURCED,
}
LIFECYCLE_KEYS = {
    "released": _Key(_day),
    "deprecated": _Key(_day),
    "retired": _Key(_day),
    "not_retired_before": _Key(_day),
    **_SOURCED,
}


def _platform_ids(notes: _Notes, value: object, path: Path) -> tuple[tuple[str, str], ...]:
    spellings = _list(_text)
    by_platform = _mapping(notes, value, path)
    return tuple(
        (spelling, platform)
        for platform, ids in by_platform.items()
        for spelling in spellings(notes, ids, (*path, platform))
    )


_LIMITS = _list(_record(TokenLimit, LIMIT_KEYS), _not_overlapping("beta", "batch"), _one_for_everybody)

# Facts that a generation may hold for all its models.
FACT_KEYS = {
    "provider": _Key(_word(*get_args(Provider)), required=True),
    "context_windows": _Key(_LIMITS, required=True),
    "output_caps": _Key(_LIMITS, required=True),
    "over_window": _Key(_word("clamped", "rejected", "may_stop_early"), required=True),
    "prices": _Key(_list(_record(_price_period, PRICE_KEYS), _without_gaps), required=True),
    "long_context": _Key(_list(_record(_price_period, TIER_KEYS), _not_overlapping("beta"))),
    "fast": _Key(_list(_record(_price_period, FAST_KEYS), _not_overlapping())),
    "fast_outside": _Key(_word("refused", "standard")),
    "batch": _Key(_MULTIPLIER),
    "us_only": _Key(_MULTIPLIER),
    "regional": _Key(_MULTIPLIER),
    "tokenizer": _Key(_record(Tokenizer, TOKENIZER_KEYS), required=True),
    "min_cacheable_tokens": _Key(_MEASURED),
    "tool_prompt": _Key(_record(_tool_prompt, TOOL_PROMPT_KEYS)),
    "thinking": _Key(_record(ThinkingRules, THINKING_KEYS), required=True),
    "accepts": _Key(_record(Acceptance, ACCEPTS_KEYS), required=True),
}
_MODEL_KEYS = {
    "id": _Key(_text, required=True),
    "name": _Key(_text, required=True),
    "generation": _Key(_text, required=True),
    "aliases": _Key(_list(_text)),
    "platform_ids": _Key(_platform_ids),
    "lifecycle": _Key(_record(Lifecycle, LIFECYCLE_KEYS), required=True),
    "note": _Key(_text),
    **FACT_KEYS,
}
GENERATION_KEYS = frozenset({*FACT_KEYS, "same_as"})
MODEL_KEYS = frozenset({*_MODEL_KEYS, "same_as"})
SECTION_KEYS = frozenset({"version", "checked", "sources", "fees", "generations", "models"})

_read_source: _Reader[dict[str, Any]] = _record(dict, SOURCE_KEYS)
_read_fee = _record(Fee, FEE_KEYS)
_read_model = _record(Model, _MODEL_KEYS)


# ---- Layers: what is written where, most specific first ----------------------------------------------------

# First step of the path of a fact in a merged model; of any other path it is the number of the file.
_MERGED = "merged"


class _Layer(NamedTuple):
    """A mapping as it stands in a file."""

    path: Path
    facts: dict[str, object]

    def without(self, keys: frozenset[str]) -> _Layer:
        return self._replace(facts={k: v for k, v in self.facts.items() if k not in keys})


@dataclass
class _Tables:
    """The entries of all files by id, an overlay's layer before the table's."""

    generations: dict[str, list[_Layer]] = field(default_factory=dict)
    models: dict[str, list[_Layer]] = field(default_factory=dict)


def _merged(layers: list[_Layer]) -> dict[str, object]:
    """Return the facts of all layers, the first layer's over the others'."""
    facts: dict[str, object] = {}
    for layer in reversed(layers):
        for key, value in layer.facts.items():
            inherited = facts.get(key)
            if key in GROUPS and isinstance(value, dict) and isinstance(inherited, dict):
                facts[key] = {**inherited, **value}
            else:
                facts[key] = value
    return facts


def _reference(notes: _Notes, layers: list[_Layer], key: str, table: Mapping[str, object]) -> str | None:
    """Return the entry of the table that the first layer with this key names."""
    layer = next((layer for layer in layers if key in layer.facts), None)
    if layer is None:
        return None
    name = layer.facts[key]
    if not isinstance(name, str) or name not in table:
        wrong = name if isinstance(name, str) else ""
        notes.refuse(
            (*layer.path, key), f"{key} names {_shown(name)}, which is not there", _near(wrong, table)
        )
    return name


def _generation_layers(notes: _Notes, tables: _Tables, name: str, seen: tuple[str, ...] = ()) -> list[_Layer]:
    own = tables.generations[name]
    if name in seen:
        notes.refuse(own[0].path, f"same_as goes round in a circle: {' → '.join((*seen, name))}")
    if len(seen) > DEEPEST_SAME_AS:
        notes.refuse(own[0].path, f"same_as goes on for more than {DEEPEST_SAME_AS} steps")
    parent = _reference(notes, own, "same_as", tables.generations)
    inherited = _generation_layers(notes, tables, parent, (*seen, name)) if parent else []
    return [*own, *inherited]


def _model_layers(notes: _Notes, tables: _Tables, model_id: str, seen: tuple[str, ...] = ()) -> list[_Layer]:
    own = tables.models[model_id]
    if model_id in seen:
        notes.refuse(own[0].path, f"same_as goes round in a circle: {' → '.join((*seen, model_id))}")
    if len(seen) > DEEPEST_SAME_AS:
        notes.refuse(own[0].path, f"same_as goes on for more than {DEEPEST_SAME_AS} steps")
    twin = _reference(notes, own, "same_as", tables.models)
    if twin:
        inherited = _model_layers(notes, tables, twin, (*seen, model_id))
        return [*own, *(layer.without(OWN) for layer in inherited)]
    generation = _reference(notes, own, "generation", tables.generations)
    if generation is None:
        hint = "name a generation, or take over the facts of another model with same_as"
        notes.refuse(own[0].path, 'missing key "generation"', hint)
    return [*own, *_generation_layers(notes, tables, generation)]


def _written(layers: list[_Layer], rest: Path) -> Path:
    """Return where the fact at this path of the merged entry was written."""
    return next(((*layer.path, *rest) for layer in layers if _has(layer.facts, rest)), layers[0].path)


def _has(value: object, path: Path) -> bool:
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[str(step)]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return False
    return True


# ---- The document ------------------------------------------------------------------------------------------


def parse_catalogue(
    document: object, *, origin: str, sha256: str, overlay: object = None, locate: Locate | None = None
) -> Catalogue:
    """Return the catalogue that the document describes, an overlay's entries over the table's.

    Args:
        document: the table: nested ``dict``, ``list`` and source text, every scalar as ``str``.
        origin: what the user is told the prices come from.
        sha256: of the file's bytes.
        overlay: a second document; its models, generations, fees and sources go over those of the first.
        locate: finds a path in file 0 or 1; called only when there is an error to show.

    Raises:
        CatalogueError: with every error of the files, in their order.
    """
    notes = _Notes()
    layered: dict[str, list[_Layer]] = {}
    documents = (document,) if overlay is None else (document, overlay)
    try:
        roots = [_mapping(notes, root, (number,)) for number, root in enumerate(documents)]
        checked = _read_sections(notes, roots)
        fees = _read_sources_and_fees(notes, roots)
        models = _read_models(notes, _read_tables(notes, roots), layered)
        spellings = _read_spellings(notes, models)
        if not notes.problems:
            return Catalogue(models, spellings, fees, notes.sources, checked, origin, sha256)
    except (_Refused, _Enough):
        pass

    def by_pointer(_: int, path: Path) -> Location:
        return Location(origin, pointer=pointer(*path))

    raise _several(notes.problems, layered, locate or by_pointer)


def _read_sections(notes: _Notes, roots: list[dict[str, object]]) -> date:
    """Check what each file says of itself, and return the latest day one of them was checked."""
    days = []
    for number, root in enumerate(roots):
        _refuse_unknown(notes, root, (number,), SECTION_KEYS)
        if root.get("version") != VERSION:
            place: Path = (number, "version") if "version" in root else (number,)
            notes.note(place, f"expected version: {VERSION}, got {_shown(root.get('version', ''))}")
        if number == 0 and "checked" not in root:
            notes.note((number,), 'missing key "checked"')
        if "checked" in root:
            try:
                days.append(_day(notes, root["checked"], (number, "checked")))
            except _Refused:
                continue
    return max(days, default=date.min)


def _entries(
    notes: _Notes, root: dict[str, object], number: int, section: str
) -> list[tuple[str, Path, object]]:
    """Return the entries of a section that is a mapping: key, path, value."""
    try:
        entries = _mapping(notes, root.get(section, {}), (number, section))
    except _Refused:
        return []
    return [(key, (number, section, key), value) for key, value in entries.items()]


def _listed(
    notes: _Notes, root: dict[str, object], number: int, section: str, key: str
) -> list[tuple[str, _Layer]]:
    """Return the entries of a section that is a list of mappings, each named by its value of ``key``."""
    try:
        items = _list(_mapping)(notes, root.get(section, []), (number, section))
    except _Refused:
        return []
    named = []
    for index, item in enumerate(items):
        path: Path = (number, section, index)
        name = item.get(key, "")
        if not isinstance(name, str) or _is_null(name):
            notes.note(path, f'missing key "{key}"')
        else:
            named.append((name, _Layer(path, item)))
    return named


def _read_sources_and_fees(notes: _Notes, roots: list[dict[str, object]]) -> tuple[Fee, ...]:
    for number, root in enumerate(roots):
        for key, path, value in _entries(notes, root, number, "sources"):
            try:
                notes.sources[key] = Source(key=key, **_read_source(notes, value, path))
            except _Refused:
                # Facts that name it are not at fault.
                notes.sources.setdefault(key, Source(key, "", "", date.min))
    by_name: dict[str, list[Fee]] = {}
    for number, root in enumerate(roots):
        listed = _listed(notes, root, number, "fees", "name")
        replaced: dict[str, list[Fee]] = {name: [] for name, _ in listed}
        for name, layer in listed:
            try:
                replaced[name].append(_read_fee(notes, layer.facts, layer.path))
            except _Refused:
                continue
        for name, fees in replaced.items():
            _not_overlapping()(notes, fees, (number, "fees"))
            by_name[name] = fees
    return tuple(fee for fees in by_name.values() for fee in fees)


def _read_tables(notes: _Notes, roots: list[dict[str, object]]) -> _Tables:
    tables = _Tables()
    for number, root in enumerate(roots):
        for key, path, value in _entries(notes, root, number, "generations"):
            try:
                facts = _mapping(notes, value, path)
            except _Refused:
                facts = {}
            _refuse_unknown(notes, facts, path, GENERATION_KEYS)
            tables.generations.setdefault(key, []).insert(0, _Layer(path, facts))
        seen: set[str] = set()
        for model_id, layer in _listed(notes, root, number, "models", "id"):
            if model_id in seen:
                notes.note((*layer.path, "id"), f'duplicate model "{printable(model_id)}"')
                continue
            seen.add(model_id)
            if "same_as" in layer.facts and "generation" in layer.facts:
                message = "generation is taken over with same_as"
                notes.note((*layer.path, "generation"), message, "leave one of them out")
            tables.models.setdefault(model_id, []).insert(0, layer)
    return tables


def _read_models(notes: _Notes, tables: _Tables, layered: dict[str, list[_Layer]]) -> dict[str, Model]:
    """Return the models that can be read; ``layered`` gets what each was put together from."""
    models: dict[str, Model] = {}
    for model_id in tables.models:
        try:
            layers = layered[model_id] = _model_layers(notes, tables, model_id)
            facts = _merged(layers)
            facts.pop("same_as", None)
            models[model_id] = _read_model(notes, facts, (_MERGED, model_id))
        except _Refused:
            continue
    return models


def _refuse_unknown(notes: _Notes, facts: dict[str, object], path: Path, known: frozenset[str]) -> None:
    for key in facts:
        if key not in known:
            notes.note((*path, key), f'unknown key "{printable(key)}"', _near(key, sorted(known)))


def _read_spellings(notes: _Notes, models: Mapping[str, Model]) -> dict[str, tuple[str, str]]:
    """Return every normalised spelling → (id, platform); two models never share one."""
    spellings: dict[str, tuple[str, str]] = {}

    def add(model: Model, spelling: str, platform: str, *rest: Step) -> None:
        key = normalise_model_name(spelling).key
        owner, _ = spellings.setdefault(key, (model.id, platform))
        if owner != model.id:
            message = f'"{printable(spelling)}" is already a spelling of {owner}'
            notes.note((_MERGED, model.id, *rest), message)

    for model in models.values():
        platform = _FIRST_PARTY[model.provider]
        add(model, model.id, platform, "id")
        for index, alias in enumerate(model.aliases):
            add(model, alias, platform, "aliases", index)
    for model in models.values():
        for spelling, platform in model.platform_ids:
            add(model, spelling, platform, "platform_ids", platform)
        add(model, model.name, "console", "name")
    return spellings


def _several(
    problems: list[tuple[Path, str, str]], layered: Mapping[str, list[_Layer]], locate: Locate
) -> CatalogueError:
    """Return all problems as one error, each once and where it was written, in the order of the files."""
    placed: dict[tuple[Path, str], tuple[Location, str]] = {}
    for path, message, hint in problems:
        written = _written(layered[str(path[1])], path[2:]) if path[0] == _MERGED else path
        if (written, message) not in placed:
            placed[written, message] = (locate(int(written[0]), written[1:]), hint)

    def place(problem: tuple[tuple[Path, str], tuple[Location, str]]) -> tuple[int, int, int]:
        (written, _), (location, _) = problem
        return int(written[0]), location.line or 0, location.column or 0

    errors = tuple(
        BudgetcalcError(message, location=location, hint=hint)
        for (_, message), (location, hint) in sorted(placed.items(), key=place)
    )
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    return CatalogueError(f"{count} in the price table", errors)
