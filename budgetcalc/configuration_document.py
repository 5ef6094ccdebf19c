"""The project's configuration, as nested mappings, lists and source text → :class:`Config`.

All errors are collected and raised at once, each with its place and a suggestion.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from budgetcalc.authored_values import (
    NULLS,
    Enough,
    Key,
    Notes,
    Path,
    Reader,
    Refused,
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
from budgetcalc.configuration import (
    Allowance,
    Config,
    Defaults,
    FileBudget,
    Ignore,
    Level,
    Override,
    Pipeline,
    RuleSetting,
    Stage,
)
from budgetcalc.errors import BudgetcalcError, ConfigError, UsageError
from budgetcalc.globs import segments
from budgetcalc.input_limits import parse_limit
from budgetcalc.lint.rules import RULES, rule_by_id_or_name
from budgetcalc.locations import Location, pointer, printable
from budgetcalc.patterns import pattern
from budgetcalc.plurals import plural
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetcalc.lint.rule import Rule

    ModelError = Callable[[str, str | None], BudgetcalcError | None]
    """Takes the name of a model and the project's pricing file; ``None`` when the model is known."""

VERSION = "1"
EFFORTS = ("low", "medium", "high", "xhigh", "max")
NO_BETA = "none"
_PERCENT = pattern(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?%")
_WHOLE = Decimal(100)


# ---- Values ------------------------------------------------------------------------------------------------


def _percent(notes: Notes, value: object, path: Path) -> Decimal:
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        notes.refuse(path, f"expected a percentage, got {shown(value)}", "write it as 90%")
    return Decimal(match[1])


def _share(notes: Notes, value: object, path: Path) -> Decimal:
    percent = _percent(notes, value, path)
    if percent > _WHOLE:
        notes.refuse(path, f"expected a percentage up to 100%, got {shown(value)}")
    return percent


def _allowance(read_percent: Reader[Decimal]) -> Reader[Allowance]:
    def read(notes: Notes, value: object, path: Path) -> Allowance:
        if isinstance(value, str) and value.endswith("%"):
            return Allowance(percent=read_percent(notes, value, path))
        if not isinstance(value, str) or not value.isdecimal():
            message = f"expected a percentage or a number of tokens, got {shown(value)}"
            notes.refuse(path, message, "write it as 20% or 4000")
        return Allowance(tokens=read_whole_number(notes, value, path))

    return read


def _positive(notes: Notes, value: object, path: Path) -> int:
    number = read_whole_number(notes, value, path)
    if number < 1:
        notes.refuse(path, f"expected a whole number from 1 up, got {shown(value)}")
    return number


def _glob(notes: Notes, value: object, path: Path) -> str:
    glob = read_text(notes, value, path)
    bare = glob.removeprefix("!").removeprefix("./")
    if not segments(bare) or bare.startswith("/") or "\\" in bare or ".." in bare.split("/"):
        hint = "write it relative to the folder of this file, with forward slashes: prompts/**/*.json"
        notes.refuse(path, f"{shown(value)} is no glob of files under this folder", hint)
    return glob


def _only_exceptions(notes: Notes, globs: list[str], path: Path) -> None:
    if all(glob.startswith("!") for glob in globs):
        notes.note(path, "names no files", "a glob that starts with ! only takes files out")


_GLOBS = list_of(_glob, _only_exceptions)


def _files(notes: Notes, value: object, path: Path) -> tuple[str, ...]:
    """Read one glob or a list of them."""
    return _GLOBS(notes, value, path) if isinstance(value, list) else _GLOBS(notes, [value], path)


def _betas(notes: Notes, value: object, path: Path) -> tuple[str, ...]:
    """Read the names of beta headers; ``none`` or an empty list says that none is sent."""
    names = list_of(read_text)(notes, value if isinstance(value, list) else [value], path)
    if NO_BETA in names and len(names) > 1:
        notes.refuse(path, "none says that no beta header is sent; others cannot stand beside it")
    return tuple(name for name in names if name != NO_BETA)


def _limits(notes: Notes, value: object, path: Path) -> tuple[tuple[str, int], ...]:
    """Read limits of input by their names."""
    settings: list[tuple[str, int]] = []
    for name, written in read_mapping(notes, value, path).items():
        try:
            settings.append((name, parse_limit(name, read_text(notes, written, (*path, name)))))
        except UsageError as error:
            notes.note((*path, name), error.message, error.hint)
        except Refused:
            pass
    if len(settings) < len(read_mapping(notes, value, path)):
        raise Refused
    return tuple(settings)


# ---- Rules -------------------------------------------------------------------------------------------------


def _find_rule(notes: Notes, value: object, path: Path) -> Rule:
    name = read_text(notes, value, path)
    rule = rule_by_id_or_name(name)
    if rule is None:
        known = [known for rule in RULES for known in (rule.name, rule.id)]
        hint = near(name.upper() if name[:2].upper() == "BC" else name.lower(), known)
        hint = hint if hint.startswith("did you") else "`budgetcalc explain` lists the rules"
        notes.refuse(path, f"no rule {shown(value)}", hint)
    return rule


def _rule_id(notes: Notes, value: object, path: Path) -> str:
    return _find_rule(notes, value, path).id


_LEVEL: Reader[Any] = word(*get_args(Level))


def _rules(notes: Notes, value: object, path: Path) -> tuple[RuleSetting, ...]:
    """Read severities and options by id or name of the rule."""
    settings: dict[str, RuleSetting] = {}
    refused = False
    for name, setting in read_mapping(notes, value, path).items():
        place = (*path, name)
        try:
            rule = _find_rule(notes, name, place)
            if rule.id in settings:
                notes.refuse(place, f"{rule.id} is set twice, by its id and by its name", "keep one of them")
            settings[rule.id] = _setting(notes, rule, setting, place)
        except Refused:
            refused = True
    if refused:
        raise Refused
    return tuple(settings.values())


def _setting(notes: Notes, rule: Rule, value: object, path: Path) -> RuleSetting:
    options = dict(rule.options)
    if isinstance(value, dict):
        keys = {"severity": Key(_LEVEL), **{name: Key(read_whole_number) for name in options}}
        read: Reader[dict[str, Any]] = record(dict, keys)
        given = dict(read(notes, value, path))
        level = given.pop("severity", None)
        place = (*path, "severity")
    else:
        level, given, place = _LEVEL(notes, value, path), {}, path
    if level not in {None, "error"} and rule.is_fixed:
        message = f"{rule.id} {rule.name} cannot be set to {level}: what cannot be judged is never a pass"
        notes.refuse(place, message, "take the file out of the globs: files: [..., '!path/to/file']")
    return RuleSetting(rule.id, level, tuple(given.items()))


# ---- Rules on lists ----------------------------------------------------------------------------------------


def _different_names(notes: Notes, items: Sequence[Any], path: Path) -> None:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.name and item.name in seen:
            place = (*path, index, "name")
            notes.note(place, f'the name "{printable(item.name)}" is used twice', "give each its own")
        seen.add(item.name)


REQUEST_LIMITS = (
    "max_input_tokens",
    "max_system_tokens",
    "max_tool_tokens",
    "max_cost_usd",
    "max_suite_cost_usd",
    "min_headroom",
    "max_growth",
)


def _usage_stands_alone(notes: Notes, budgets: list[FileBudget], path: Path) -> None:
    """Files are requests or usage reports, never both."""
    for index, budget in enumerate(budgets):
        if budget.max_total_cost_usd is not None:
            for key in REQUEST_LIMITS:
                if getattr(budget, key) is not None:
                    message = f"{key} is for requests, max_total_cost_usd for usage reports"
                    notes.note((*path, index, key), message, "give each a budget of its own")


def _stages_feed_forward(notes: Notes, stages: list[Stage], path: Path) -> None:
    if not stages:
        notes.note(path, "a pipeline needs at least one stage")
    earlier: list[str] = []
    for index, stage in enumerate(stages):
        for number, name in enumerate(stage.fed_by):
            if name not in earlier:
                place = (*path, index, "fed_by", number)
                hint = near(name, earlier) if earlier else "the first stage has none before it"
                notes.note(place, f'no earlier stage "{printable(name)}"', hint)
        earlier.append(stage.name)


# ---- The keys of the file ----------------------------------------------------------------------------------

DEFAULTS_KEYS = {
    "model": Key(read_text),
    "max_tokens": Key(read_whole_number),
    "thinking_budget": Key(read_whole_number),
    "effort": Key(word(*EFFORTS)),
    "betas": Key(_betas),
    "on": Key(read_day),
    "pricing": Key(read_text),
    "zero_retention": Key(read_truth),
}
BUDGET_KEYS = {
    "name": Key(read_text),
    "files": Key(_files, required=True),
    "max_input_tokens": Key(read_whole_number),
    "max_system_tokens": Key(read_whole_number),
    "max_tool_tokens": Key(read_whole_number),
    "max_cost_usd": Key(read_decimal),
    "max_suite_cost_usd": Key(read_decimal),
    "max_total_cost_usd": Key(read_decimal),
    "min_headroom": Key(_allowance(_share)),
    "max_growth": Key(_allowance(_percent)),
    "warn_at": Key(_share),
}
STAGE_KEYS = {
    "name": Key(read_text, required=True),
    "prompt": Key(read_text, required=True),
    "model": Key(read_text),
    "max_tokens": Key(read_whole_number),
    "thinking_budget": Key(read_whole_number),
    "effort": Key(word(*EFFORTS)),
    "calls": Key(_positive),
    "fed_by": Key(list_of(read_text)),
    "max_input_tokens": Key(read_whole_number),
    "max_cost_usd": Key(read_decimal),
}
_STAGES = list_of(record(Stage, STAGE_KEYS), _different_names, _stages_feed_forward)
PIPELINE_KEYS = {
    "name": Key(read_text, required=True),
    "stages": Key(_STAGES, required=True),
    "max_input_tokens": Key(read_whole_number),
    "max_cost_usd": Key(read_decimal),
}
OVERRIDE_KEYS = {"files": Key(_files, required=True), "rules": Key(_rules, required=True)}
IGNORE_KEYS = {
    "file": Key(_glob, required=True),
    "rule": Key(_rule_id),
    "reason": Key(read_text, required=True),
    "until": Key(read_day),
}


def _version(notes: Notes, value: object, path: Path) -> str:
    if value != VERSION:
        notes.refuse(
            path, f"expected version: {VERSION}, got {shown(value)}", "this budgetcalc knows no other"
        )
    return VERSION


CONFIG_KEYS = {
    "version": Key(_version, required=True),
    "defaults": Key(record(Defaults, DEFAULTS_KEYS)),
    "budgets": Key(list_of(record(FileBudget, BUDGET_KEYS), _different_names, _usage_stands_alone)),
    "pipelines": Key(list_of(record(Pipeline, PIPELINE_KEYS), _different_names)),
    "rules": Key(_rules),
    "overrides": Key(list_of(record(Override, OVERRIDE_KEYS))),
    "ignores": Key(list_of(record(Ignore, IGNORE_KEYS))),
    "limits": Key(_limits),
}
_read_config: Reader[dict[str, Any]] = record(dict, CONFIG_KEYS)


# ---- The document ------------------------------------------------------------------------------------------


def parse_config(
    document: object,
    *,
    file: str,
    sha256: str,
    locate: Callable[[Path], Location] | None = None,
    model_error: ModelError | None = None,
) -> Config:
    """Return the configuration that the document describes.

    Args:
        document: nested ``dict``, ``list`` and source text, every scalar as ``str``.
        file: what messages call it.
        sha256: of the file's bytes.
        locate: finds a path in the file.
        model_error: says what is wrong with the name of a model; ``None`` takes every name.

    Raises:
        ConfigError: with every error of the file, in its order.
    """

    def by_pointer(path: Path) -> Location:
        return Location(file, pointer=pointer(*path))

    notes = Notes()
    place = locate or by_pointer
    values: dict[str, Any] = {}
    with suppress(Refused, Enough):
        values = _read_config(notes, document, ())
    if model_error is not None:
        with suppress(Enough):
            _note_unknown_models(notes, document, model_error)
    if notes.problems:
        raise _several(notes, place)
    return _placed(Config(file, sha256, **_without_version(values)), place)


def _note_unknown_models(notes: Notes, document: object, model_error: ModelError) -> None:
    """Note the names of models that nobody has, whatever else is wrong with the document."""
    defaults = _at(document, "defaults")
    overlay = _at(defaults, "pricing")
    named: list[tuple[Path, object]] = [(("defaults", "model"), _at(defaults, "model"))]
    for pipeline, stage in _stages(document):
        path: Path = ("pipelines", pipeline, "stages", stage, "model")
        named.append((path, _at(document, *path)))
    for path, name in named:
        if isinstance(name, str) and name and name not in NULLS:
            error = model_error(name, overlay if isinstance(overlay, str) else None)
            if error is not None:
                notes.note(path, error.message, error.hint)


def _stages(document: object) -> Iterator[tuple[int, int]]:
    pipelines = _at(document, "pipelines")
    for number, pipeline in enumerate(pipelines if isinstance(pipelines, list) else ()):
        stages = _at(pipeline, "stages")
        yield from ((number, stage) for stage in range(len(stages) if isinstance(stages, list) else 0))


def _at(value: object, *path: str | int) -> object:
    """Return what stands at a path; ``None`` when nothing does."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
        else:
            return None
    return value


def _without_version(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "version"}


def _placed(config: Config, place: Callable[[Path], Location]) -> Config:
    """Return the configuration with the lines of what findings may point at, and every budget named."""

    def lines(section: str, items: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(replace(x, line=place((section, index)).line) for index, x in enumerate(items))

    budgets = tuple(replace(each, name=each.name or each.files[0]) for each in config.budgets)
    return replace(
        config,
        budgets=lines("budgets", budgets),
        pipelines=lines("pipelines", config.pipelines),
        ignores=lines("ignores", config.ignores),
    )


def _several(notes: Notes, place: Callable[[Path], Location]) -> ConfigError:
    errors = [BudgetcalcError(m, location=place(path), hint=hint) for path, m, hint in notes.problems]

    def order(error: BudgetcalcError) -> tuple[int, int]:
        location = error.location
        return (location.line or 0, location.column or 0) if location else (0, 0)

    count = plural(len(errors), "error")
    return ConfigError(f"{count} in the configuration", tuple(sorted(errors, key=order)))
