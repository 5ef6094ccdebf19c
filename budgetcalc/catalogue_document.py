"""The price file, as nested mappings, lists and source text → the catalogue.

Every scalar arrives as the text that stands in the file (:mod:`.authored_values` reads it). All errors are
collected and raised at once, each at the place where the text was written, not where it was inherited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, get_args

from budgetcalc.authored_values import (
    Enough,
    Key,
    Notes,
    Path,
    Reader,
    Refused,
    Rule,
    Step,
    is_null,
    list_of,
    near,
    read_day,
    read_decimal,
    read_mapping,
    read_text,
    read_truth,
    read_whole_number,
    record,
    shown,
    word,
)
from budgetcalc.catalogue import (
    Acceptance,
    Beta,
    Catalogue,
    Fee,
    Lifecycle,
    Measured,
    Model,
    Multiplier,
    PricePeriod,
    Provider,
    Rates,
    RefusedTool,
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
from budgetcalc.plurals import plural

Locate = Callable[[int, Path], Location]
"""Where a path stands in file number 0 (the table) or 1 (the overlay)."""

VERSION = "1"
EFFORTS = ("low", "medium", "high", "xhigh", "max")

DEEPEST_SAME_AS = 20

# Keys of these merge one by one when a model takes over facts; every other fact is replaced whole, so that
# no figure keeps the recordings or the source of the one it replaces.
GROUPS = frozenset({"lifecycle", "platform_ids", "tool_prompt", "thinking", "accepts"})
# What `same_as` does not take over.
OWN = frozenset({"id", "name", "aliases", "platform_ids", "lifecycle", "note", "same_as"})

_FIRST_PARTY = {"anthropic": "claude_api", "openai": "openai_api", "google": "gemini_api"}


# ---- Reading, with every error noted -----------------------------------------------------------------------


def _source(notes: Notes, value: object, path: Path) -> str:
    key = read_text(notes, value, path)
    if key not in notes.references:
        notes.refuse(path, f'no source "{printable(key)}" under sources:', near(key, notes.references))
    return key


# ---- Rules on lists of dated facts -------------------------------------------------------------------------


def _without_gaps(notes: Notes, periods: list[PricePeriod], path: Path) -> None:
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


def _not_overlapping(*same: str) -> Rule[Any]:
    """No two facts that agree in these fields hold on the same day."""

    def rule(notes: Notes, facts: list[Any], path: Path) -> None:
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


def _one_for_everybody(notes: Notes, limits: list[TokenLimit], path: Path) -> None:
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


_SOURCED = {"source": Key(_source, required=True)}
_DATED = {"from": Key(read_day, "start"), "until": Key(read_day, "end"), **_SOURCED}

SOURCE_KEYS = {
    "title": Key(read_text, required=True),
    "url": Key(read_text, required=True),
    "checked": Key(read_day, required=True),
}
FEE_KEYS = {
    "name": Key(read_text, required=True),
    "usd": Key(read_decimal, required=True),
    "per": Key(read_text, required=True),
    "note": Key(read_text),
    **_DATED,
}
BETA_KEYS = {
    "name": Key(read_text, required=True),
    "gates": Key(list_of(read_text)),
    "effect": Key(word("feature", "limit", "refused")),
    "generations": Key(list_of(read_text)),
    "general": Key(read_day),
    "until": Key(read_day, "end"),
    "note": Key(read_text),
    **_SOURCED,
}
LIMIT_KEYS = {
    "tokens": Key(read_whole_number, required=True),
    "beta": Key(read_text),
    "batch": Key(read_truth),
    **_DATED,
}
PRICE_KEYS = {
    "input": Key(read_decimal, required=True),
    "cache_write_5m": Key(read_decimal),
    "cache_write_1h": Key(read_decimal),
    "cache_read": Key(read_decimal),
    "output": Key(read_decimal, required=True),
    **_DATED,
}
FAST_KEYS = {**PRICE_KEYS, "beta": Key(read_text)}
TIER_KEYS = {**FAST_KEYS, "over_tokens": Key(read_whole_number, required=True)}
MULTIPLIER_KEYS = {"factor": Key(read_decimal, required=True), **_DATED}
MEASURED_KEYS = {
    "tokens": Key(read_whole_number, required=True),
    "recordings": Key(read_whole_number),
    "families": Key(read_whole_number),
    "low": Key(read_whole_number),
    "high": Key(read_whole_number),
    **_DATED,
}
_MEASURED = record(Measured, MEASURED_KEYS)
_MULTIPLIER = record(Multiplier, MULTIPLIER_KEYS)
TOOL_PROMPT_KEYS = {"auto": Key(_MEASURED, required=True), "any": Key(_MEASURED)}
TOKENIZER_KEYS = {
    "family": Key(word(*get_args(TokenizerFamily)), required=True),
    "exact": Key(read_truth, required=True),
    **_SOURCED,
}
SAMPLING_KEYS = {"top_p_min": Key(read_decimal), **_DATED}
_THINKING_TYPES = list_of(word(*get_args(ThinkingType)))
_EFFORTS = list_of(word(*EFFORTS))
THINKING_KEYS = {
    "types": Key(_THINKING_TYPES, required=True),
    "deprecated_types": Key(_THINKING_TYPES),
    "default": Key(word("off", "adaptive")),
    "always_on": Key(read_truth),
    "reasons": Key(read_truth),
    "min_budget_tokens": Key(read_whole_number),
    "interleaved": Key(word("header", "automatic", "none")),
    "interleaved_prompt": Key(_MEASURED),
    "keeps": Key(word("last_turn", "all")),
    "returned_as": Key(word("full", "summary", "omitted")),
    "efforts": Key(_EFFORTS),
    "default_effort": Key(word(*EFFORTS)),
    "efforts_when_off": Key(_EFFORTS),
    "effort_fixed_when_off": Key(read_truth),
    "prompt": Key(list_of(_MEASURED, _not_overlapping())),
    "sampling": Key(list_of(record(_sampling_limit, SAMPLING_KEYS), _not_overlapping())),
    "forced_tool_choice": Key(_THINKING_TYPES),
    "batch_over_budget_tokens": Key(read_whole_number),
    "prefix_binding": Key(word("none", "account", "always")),
    "unreadable_by": Key(list_of(read_text)),
    **_SOURCED,
}
REFUSED_TOOL_KEYS = {
    "type": Key(read_text, required=True),
    "platforms": Key(list_of(read_text)),
    "confirmed": Key(read_truth),
    **_DATED,
}
ACCEPTS_KEYS = {
    "sampling": Key(read_truth, required=True),
    "temperature_with_top_p": Key(read_truth, required=True),
    "prefill": Key(read_truth, required=True),
    "forced_tool_choice": Key(read_truth, required=True),
    "system_messages": Key(read_truth, required=True),
    "inference_geo": Key(read_truth, required=True),
    "structured_output": Key(read_truth, required=True),
    "media": Key(read_whole_number, required=True),
    "image_tier": Key(word("standard", "standard_pairs", "high_resolution"), required=True),
    "non_streaming_max_tokens": Key(read_whole_number),
    "system_after_tool_result": Key(read_truth),
    "refused_tools": Key(list_of(record(RefusedTool, REFUSED_TOOL_KEYS))),
    "task_budget": Key(read_truth),
    "priority_tier": Key(read_truth),
    "programmatic_calling": Key(read_truth),
    "advisor_rank": Key(read_whole_number),
    "zero_retention": Key(read_truth),
    **_SOURCED,
}
LIFECYCLE_KEYS = {
    "released": Key(read_day),
    "deprecated": Key(read_day),
    "retired": Key(read_day),
    "known_retired": Key(read_day),
    "not_retired_before": Key(read_day),
    **_SOURCED,
}


def _platform_ids(notes: Notes, value: object, path: Path) -> tuple[tuple[str, str], ...]:
    spellings = list_of(read_text)
    by_platform = read_mapping(notes, value, path)
    return tuple(
        (spelling, platform)
        for platform, ids in by_platform.items()
        for spelling in spellings(notes, ids, (*path, platform))
    )


_LIMITS = list_of(record(TokenLimit, LIMIT_KEYS), _not_overlapping("beta", "batch"), _one_for_everybody)

# Facts that a generation may hold for all its models.
FACT_KEYS = {
    "provider": Key(word(*get_args(Provider)), required=True),
    "context_windows": Key(_LIMITS, required=True),
    "output_caps": Key(_LIMITS, required=True),
    "over_window": Key(word("clamped", "rejected", "may_stop_early"), required=True),
    "prices": Key(list_of(record(_price_period, PRICE_KEYS), _without_gaps), required=True),
    "long_context": Key(list_of(record(_price_period, TIER_KEYS), _not_overlapping("beta"))),
    "fast": Key(list_of(record(_price_period, FAST_KEYS), _not_overlapping())),
    "fast_outside": Key(word("refused", "standard")),
    "batch": Key(_MULTIPLIER),
    "us_only": Key(_MULTIPLIER),
    "regional": Key(_MULTIPLIER),
    "tokenizer": Key(record(Tokenizer, TOKENIZER_KEYS), required=True),
    "min_cacheable_tokens": Key(_MEASURED),
    "tool_prompt": Key(record(_tool_prompt, TOOL_PROMPT_KEYS)),
    "thinking": Key(record(ThinkingRules, THINKING_KEYS), required=True),
    "accepts": Key(record(Acceptance, ACCEPTS_KEYS), required=True),
    "access": Key(word("general", "limited")),
}
_MODEL_KEYS = {
    "id": Key(read_text, required=True),
    "name": Key(read_text, required=True),
    "generation": Key(read_text, required=True),
    "aliases": Key(list_of(read_text)),
    "platform_ids": Key(_platform_ids),
    "lifecycle": Key(record(Lifecycle, LIFECYCLE_KEYS), required=True),
    "note": Key(read_text),
    **FACT_KEYS,
}
GENERATION_KEYS = frozenset({*FACT_KEYS, "same_as"})
MODEL_KEYS = frozenset({*_MODEL_KEYS, "same_as"})
SECTION_KEYS = frozenset({"version", "checked", "sources", "fees", "betas", "generations", "models"})

_read_source: Reader[dict[str, Any]] = record(dict, SOURCE_KEYS)
_read_fee = record(Fee, FEE_KEYS)
_read_beta = record(Beta, BETA_KEYS)
_read_model = record(Model, _MODEL_KEYS)


# ---- Layers: what is written where, most specific first ----------------------------------------------------

# First step of the path of a fact in a merged model; of any other path it is the number of the file.
_MERGED = "merged"


class _Layer(NamedTuple):
    """A mapping as it stands in a file."""

    path: Path
    facts: dict[str, object]

    def without(self, keys: frozenset[str]) -> _Layer:
        return self._replace(facts={k: v for k, v in self.facts.items() if k not in keys})


class _Tables(NamedTuple):
    """The entries of all files by id, an overlay's layer before the table's."""

    generations: dict[str, list[_Layer]]
    models: dict[str, list[_Layer]]


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


def _reference(notes: Notes, layers: list[_Layer], key: str, table: Mapping[str, object]) -> str | None:
    """Return the entry of the table that the first layer with this key names."""
    layer = next((layer for layer in layers if key in layer.facts), None)
    if layer is None:
        return None
    name = layer.facts[key]
    if not isinstance(name, str) or name not in table:
        wrong = name if isinstance(name, str) else ""
        notes.refuse((*layer.path, key), f"{key} names {shown(name)}, which is not there", near(wrong, table))
    return name


def _generation_layers(notes: Notes, tables: _Tables, name: str, seen: tuple[str, ...] = ()) -> list[_Layer]:
    own = tables.generations[name]
    if name in seen:
        notes.refuse(own[0].path, f"same_as goes round in a circle: {' → '.join((*seen, name))}")
    if len(seen) > DEEPEST_SAME_AS:
        notes.refuse(own[0].path, f"same_as goes on for more than {DEEPEST_SAME_AS} steps")
    parent = _reference(notes, own, "same_as", tables.generations)
    inherited = _generation_layers(notes, tables, parent, (*seen, name)) if parent else []
    return [*own, *inherited]


def _model_layers(notes: Notes, tables: _Tables, model_id: str, seen: tuple[str, ...] = ()) -> list[_Layer]:
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
    notes = Notes()
    layered: dict[str, list[_Layer]] = {}
    documents = (document,) if overlay is None else (document, overlay)
    try:
        roots = [read_mapping(notes, root, (number,)) for number, root in enumerate(documents)]
        checked = _read_sections(notes, roots)
        sources = notes.references = _read_sources(notes, roots)
        fees = _read_fees(notes, roots)
        betas = _read_betas(notes, roots)
        models = _read_models(notes, _read_tables(notes, roots), layered)
        spellings = _read_spellings(notes, models)
        if not notes.problems:
            return Catalogue(models, spellings, fees, sources, checked, origin, sha256, betas)
    except (Refused, Enough):
        pass

    def by_pointer(_: int, path: Path) -> Location:
        return Location(origin, pointer=pointer(*path))

    raise _several(notes.problems, layered, locate or by_pointer)


class _OnDemand[T](Mapping[str, T]):
    """A mapping whose values are read when they are first asked for; equal to the ``dict`` of the same entries."""

    def __init__(self, names: Iterable[str], read: Callable[[str], T]) -> None:
        self._names = dict.fromkeys(names)
        self._read = read
        self._known: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._known and name in self._names:
            self._known[name] = self._read(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[type[dict[str, T]], tuple[dict[str, T]]]:
        return dict, (dict(self),)


def checked_catalogue(
    document: Any, spellings: Mapping[str, Iterable[str]], *, origin: str, sha256: str
) -> Catalogue:
    """Return the catalogue of a document without errors, each entry read when it is first asked for.

    Args:
        document: the table, as :func:`parse_catalogue` takes it and has read it before: the build does.
        spellings: what :func:`parse_catalogue` made of all names.
        origin: what the user is told the prices come from.
        sha256: of the file's bytes.
    """
    notes = Notes()
    sources, betas = document["sources"], {beta["name"]: beta for beta in document["betas"]}
    tables = _read_tables(notes, [document])
    by_key = _OnDemand(sources, lambda key: Source(key=key, **_read_source(notes, sources[key], ())))
    notes.references = by_key
    return Catalogue(
        models=_OnDemand(
            tables.models, lambda name: _read_layers(notes, _model_layers(notes, tables, name), name)
        ),
        spellings={key: (model_id, platform) for key, (model_id, platform) in spellings.items()},
        fees=_read_fees(notes, [document]),
        sources=by_key,
        checked=read_day(notes, document["checked"], ()),
        origin=origin,
        sha256=sha256,
        betas=_OnDemand(betas, lambda name: _read_beta(notes, betas[name], ())),
    )


def _read_sections(notes: Notes, roots: list[dict[str, object]]) -> date:
    """Check what each file says of itself, and return the latest day one of them was checked."""
    days = []
    for number, root in enumerate(roots):
        _refuse_unknown(notes, root, (number,), SECTION_KEYS)
        if root.get("version") != VERSION:
            place: Path = (number, "version") if "version" in root else (number,)
            notes.note(place, f"expected version: {VERSION}, got {shown(root.get('version', ''))}")
        if number == 0 and "checked" not in root:
            notes.note((number,), 'missing key "checked"')
        if "checked" in root:
            try:
                days.append(read_day(notes, root["checked"], (number, "checked")))
            except Refused:
                continue
    return max(days, default=date.min)


def _entries(
    notes: Notes, root: dict[str, object], number: int, section: str
) -> list[tuple[str, Path, object]]:
    """Return the entries of a section that is a mapping: key, path, value."""
    try:
        entries = read_mapping(notes, root.get(section, {}), (number, section))
    except Refused:
        return []
    return [(key, (number, section, key), value) for key, value in entries.items()]


def _listed(
    notes: Notes, root: dict[str, object], number: int, section: str, key: str
) -> list[tuple[str, _Layer]]:
    """Return the entries of a section that is a list of mappings, each named by its value of ``key``."""
    try:
        items = list_of(read_mapping)(notes, root.get(section, []), (number, section))
    except Refused:
        return []
    named = []
    for index, item in enumerate(items):
        path: Path = (number, section, index)
        name = item.get(key, "")
        if not isinstance(name, str) or is_null(name):
            notes.note(path, f'missing key "{key}"')
        else:
            named.append((name, _Layer(path, item)))
    return named


def _read_sources(notes: Notes, roots: list[dict[str, object]]) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for number, root in enumerate(roots):
        for key, path, value in _entries(notes, root, number, "sources"):
            try:
                sources[key] = Source(key=key, **_read_source(notes, value, path))
            except Refused:
                # Facts that name it are not at fault.
                sources.setdefault(key, Source(key, "", "", date.min))
    return sources


def _read_fees(notes: Notes, roots: list[dict[str, object]]) -> tuple[Fee, ...]:
    by_name: dict[str, list[Fee]] = {}
    for number, root in enumerate(roots):
        listed = _listed(notes, root, number, "fees", "name")
        replaced: dict[str, list[Fee]] = {name: [] for name, _ in listed}
        for name, layer in listed:
            try:
                replaced[name].append(_read_fee(notes, layer.facts, layer.path))
            except Refused:
                continue
        for name, fees in replaced.items():
            _not_overlapping()(notes, fees, (number, "fees"))
            by_name[name] = fees
    return tuple(fee for fees in by_name.values() for fee in fees)


def _read_betas(notes: Notes, roots: list[dict[str, object]]) -> dict[str, Beta]:
    betas: dict[str, Beta] = {}
    for number, root in enumerate(roots):
        seen: set[str] = set()
        for name, layer in _listed(notes, root, number, "betas", "name"):
            if name in seen:
                notes.note((*layer.path, "name"), f'duplicate beta "{printable(name)}"')
            seen.add(name)
            try:
                betas[name] = _read_beta(notes, layer.facts, layer.path)
            except Refused:
                continue
    return betas


def _read_tables(notes: Notes, roots: list[dict[str, object]]) -> _Tables:
    tables = _Tables({}, {})
    for number, root in enumerate(roots):
        for key, path, value in _entries(notes, root, number, "generations"):
            try:
                facts = read_mapping(notes, value, path)
            except Refused:
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


def _read_models(notes: Notes, tables: _Tables, layered: dict[str, list[_Layer]]) -> dict[str, Model]:
    """Return the models that can be read; ``layered`` gets what each was put together from."""
    models: dict[str, Model] = {}
    for model_id in tables.models:
        try:
            layers = layered[model_id] = _model_layers(notes, tables, model_id)
            models[model_id] = _read_layers(notes, layers, model_id)
        except Refused:
            continue
    return models


def _read_layers(notes: Notes, layers: list[_Layer], model_id: str) -> Model:
    facts = _merged(layers)
    facts.pop("same_as", None)
    return _read_model(notes, facts, (_MERGED, model_id))


def _refuse_unknown(notes: Notes, facts: dict[str, object], path: Path, known: frozenset[str]) -> None:
    for key in facts:
        if key not in known:
            notes.note((*path, key), f'unknown key "{printable(key)}"', near(key, sorted(known)))


def _read_spellings(notes: Notes, models: Mapping[str, Model]) -> dict[str, tuple[str, str]]:
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
    count = plural(len(errors), "error")
    return CatalogueError(f"{count} in the price table", errors)
