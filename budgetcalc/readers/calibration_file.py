"""A calibration file → Calibration: everything that is wrong with it at once, each with line and column."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from budgetcalc.authored_values import MOST_PROBLEMS
from budgetcalc.calibration import (
    CALIBRATION_SCHEMA,
    CONSTANT_NAME,
    LARGEST_FACTOR,
    LARGEST_TOKENS,
    LEAST_FACTOR,
    OFFSET,
    SCALE,
    TOOL,
    TOOL_PROMPT,
    Calibration,
    Constant,
    Evidence,
    LeftOutKind,
    Refusal,
    Unit,
)
from budgetcalc.errors import BudgetcalcError, CatalogueError, ConfigError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location, printable
from budgetcalc.plurals import plural
from budgetcalc.readers.authored_yaml import whole_characters, yaml_locator
from budgetcalc.readers.pricing_file import text_document
from budgetcalc.readers.small_files import read_at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from budgetcalc.input_limits import Limits

    Path_ = tuple[str | int, ...]

_WHOLE = re.compile(r"-?[0-9]{1,16}")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_HEAD_KEYS = ("schema", "made_on", "budgetcalc", "framing", "recordings", "constants", "refused")
_CONSTANT_KEYS = (
    "name",
    "about",
    "applies",
    "unit",
    "value",
    "low",
    "high",
    "method",
    "recordings",
    "sources",
    "spread_tokens",
    "models",
    "error",
    "treated_as",
    "rules",
)
_REFUSED_KEYS = ("name", "applies", "recordings", "reason")
_NAMES = f"{OFFSET}, {SCALE}, {TOOL_PROMPT} or {TOOL}TYPE"


def read_calibration(path: str | Path, limits: Limits = DEFAULTS) -> Calibration:
    """Return the calibration of a file that ``budgetcalc calibrate`` wrote, as YAML or JSON.

    Raises:
        ConfigError: it cannot be read, or has errors; all of them are in it.
    """
    name = str(path)
    try:
        content = read_at_once(Path(path), limits.config)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise _one(name, f"cannot be read: {reason}") from error
    if len(content) > limits.config:
        hint = f"a calibration has some kilobytes; {limits.how_to_raise('config')}"
        raise _one(name, f"is larger than {limits.config:,} bytes", hint)
    try:
        text = whole_characters(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _one(name, "is not UTF-8", "save the file as UTF-8") from None
    try:
        document = text_document(text, name, limits)
    except CatalogueError as error:
        raise ConfigError(_how_many(len(error.errors)), error.errors) from None
    reader = _Reader(name, text)
    calibration = reader.calibration(document, hashlib.sha256(content).hexdigest())
    if reader.errors:
        raise ConfigError(_how_many(len(reader.errors)), tuple(reader.errors))
    return calibration


class _Reader:
    """Checks values one by one and remembers what is wrong."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.errors: list[BudgetcalcError] = []

    def calibration(self, document: object, sha256: str) -> Calibration:
        head = self.mapping(document, (), _HEAD_KEYS)
        schema = head.get("schema")
        if schema != CALIBRATION_SCHEMA:
            shown = f"`{printable(str(schema), limit=60)}`" if schema else "missing"
            self.wrong(("schema",) if schema else (), f"the schema is {shown}, not `{CALIBRATION_SCHEMA}`")
        constants = self.sequence(head.get("constants", []), ("constants",))
        refused = self.sequence(head.get("refused", []), ("refused",))
        return Calibration(
            constants=tuple(self.constant(each, ("constants", i)) for i, each in enumerate(constants)),
            made_on=printable(str(head.get("made_on", ""))),
            version=printable(str(head.get("budgetcalc", ""))),
            framing=str(head.get("framing", "")),
            recordings=self.count(head, "recordings", ()),
            refused=tuple(self.refusal(each, ("refused", i)) for i, each in enumerate(refused)),
            origin=self.name,
            sha256=sha256,
        )

    def constant(self, value: object, at: Path_) -> Constant:
        entry = self.mapping(value, at, _CONSTANT_KEYS)
        name = self.one_of(entry, "name", at, CONSTANT_NAME.fullmatch, _NAMES)
        unit: Unit = "factor" if name == SCALE else "tokens"
        if entry.get("unit") not in get_args(Unit) or (name and entry.get("unit") != unit):
            self.wrong(
                (*at, "unit") if "unit" in entry else at, f"the unit of {name or 'a constant'} is `{unit}`"
            )
        before = len(self.errors)
        numbers = [self.number(entry, key, at, unit) for key in ("value", "low", "high")]
        middle, low, high = numbers
        if len(self.errors) == before and not low <= middle <= high:
            self.wrong((*at, "value"), f"the value {middle} is not between low ({low}) and high ({high})")
        error = self.mapping(
            entry.get("error"), (*at, "error"), ("left_out", "median_tokens", "worst_tokens")
        )
        left_out: LeftOutKind = "source" if error.get("left_out") == "source" else "recording"
        treated_as = str(entry.get("treated_as", ""))
        return Constant(
            name=name,
            applies=self.words(entry, "applies", at),
            unit=unit,
            value=middle,
            low=low,
            high=high,
            evidence=Evidence(
                recordings=self.count(entry, "recordings", at),
                sources=self.count(entry, "sources", at),
                spread=self.count(entry, "spread_tokens", at),
                models=self.words(entry, "models", at),
                left_out=left_out,
                median_error=self.count(error, "median_tokens", (*at, "error")),
                worst_error=self.count(error, "worst_tokens", (*at, "error")),
            ),
            treated_as=treated_as,
            rules=self.words(entry, "rules", at) if treated_as else (),
        )

    def refusal(self, value: object, at: Path_) -> Refusal:
        entry = self.mapping(value, at, _REFUSED_KEYS)
        return Refusal(
            name=self.one_of(entry, "name", at, CONSTANT_NAME.fullmatch, _NAMES),
            applies=self.words(entry, "applies", at),
            recordings=self.count(entry, "recordings", at),
            reason=self.one_of(entry, "reason", at, bool, "a sentence"),
        )

    def mapping(self, value: object, at: Path_, keys: Sequence[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong(at, "expected a mapping")
            return {}
        for key in value:
            if key not in keys:
                from difflib import get_close_matches

                near = get_close_matches(key, keys, 1)
                hint = f"did you mean `{near[0]}`?" if near else ""
                self.wrong((*at, key), f"unknown key `{printable(key, limit=60)}`", hint)
        return value

    def sequence(self, value: object, at: Path_) -> list[Any]:
        if isinstance(value, list):
            return value
        self.wrong(at, "expected a list")
        return []

    def words(self, entry: dict[str, Any], key: str, at: Path_) -> tuple[str, ...]:
        found = self.sequence(entry.get(key), (*at, key) if key in entry else at)
        if not found or not all(isinstance(each, str) and each for each in found):
            self.wrong((*at, key) if key in entry else at, f"`{key}` must be a list of names")
            return ()
        return tuple(found)

    def one_of(
        self, entry: dict[str, Any], key: str, at: Path_, test: Callable[[str], object], what: str
    ) -> str:
        value = entry.get(key)
        if isinstance(value, str) and test(value):
            return value
        self.wrong((*at, key) if key in entry else at, f"`{key}` must be {what}")
        return ""

    def number(self, entry: dict[str, Any], key: str, at: Path_, unit: Unit) -> Decimal:
        text = entry.get(key)
        place = (*at, key) if key in entry else at
        # Plain digits only: an exponent could stand for a gigabyte of them.
        is_plain = isinstance(text, str) and _NUMBER.fullmatch(text) is not None
        number = Decimal(str(text)) if is_plain else Decimal("NaN")
        if unit == "factor":
            if number.is_finite() and LEAST_FACTOR <= number <= LARGEST_FACTOR:
                return number
            self.wrong(place, f"`{key}` must be a factor of {LEAST_FACTOR} to {LARGEST_FACTOR}")
            return Decimal(1)
        if number.is_finite() and abs(number) <= LARGEST_TOKENS and number == number.to_integral_value():
            return number.to_integral_value()
        self.wrong(place, f"`{key}` must be a whole number of tokens, {LARGEST_TOKENS:,} at most")
        return Decimal(0)

    def count(self, entry: dict[str, Any], key: str, at: Path_) -> int:
        text = entry.get(key)
        if isinstance(text, str) and _WHOLE.fullmatch(text) and int(text) >= 0:
            return int(text)
        self.wrong((*at, key) if key in entry else at, f"`{key}` must be a whole number, 0 or more")
        return 0

    def wrong(self, at: Path_, message: str, hint: str = "") -> None:
        if len(self.errors) < MOST_PROBLEMS:
            self.errors.append(BudgetcalcError(message, location=self.locate(at), hint=hint))

    @cached_property
    def locate(self) -> Callable[[Path_], Location]:
        """What finds line and column of a path; the text is taken apart for it once, and only for errors."""
        return yaml_locator(self.text, self.name)


def _one(name: str, message: str, hint: str = "") -> ConfigError:
    error = BudgetcalcError(message, location=Location(name), hint=hint)
    return ConfigError(_how_many(1), (error,))


def _how_many(errors: int) -> str:
    return f"{plural(errors, 'error')} in the calibration"
