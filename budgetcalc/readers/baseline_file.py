"""The baseline file of ``lint``: read with every doubt said, written in an order that makes small differences."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from budgetcalc import money
from budgetcalc.baseline import BASELINE_SCHEMA, AcceptedFinding, Baseline
from budgetcalc.errors import InputError, UsageError
from budgetcalc.input_limits import DEFAULTS, Limits
from budgetcalc.locations import printable
from budgetcalc.measurements import Measurement
from budgetcalc.readers.files import decode_utf8
from budgetcalc.readers.json_text import decode_json
from budgetcalc.readers.small_files import read_at_once

_HINT = "write it again with `budgetcalc lint --write-baseline`, or take it from version control"
_TOKENS = ("requests", "input_tokens", "system_tokens", "tool_tokens", "suite_input_tokens")
_AMOUNTS = ("cost_usd", "suite_cost_usd", "spent_usd")
_MOST_TOKENS = 10**15


def read_baseline(path: Path, limits: Limits = DEFAULTS) -> Baseline | None:
    """Return the baseline of a file; ``None`` when there is no such file.

    Raises:
        UsageError: it is no baseline, or was damaged, as by a merge.
    """
    name = printable(str(path), limit=400)
    try:
        content = read_at_once(path, limits.baseline)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise UsageError(f"cannot read the baseline {name}: {reason}") from error
    if len(content) > limits.baseline:
        hint = f"{_HINT}; {limits.how_to_raise('baseline')}"
        raise UsageError(f"the baseline {name} is over {limits.baseline:,} bytes", hint=hint)
    try:
        decoded = decode_json(decode_utf8(content, name), file=name, limits=limits)
    except InputError as error:
        raise UsageError(f"the baseline is damaged: {error.location}: {error.message}", hint=_HINT) from None
    if decoded.warnings:
        raise UsageError(f"the baseline {name} is damaged: {decoded.warnings[0]}", hint=_HINT)
    try:
        return _baseline(decoded.value)
    except _DamagedError as damage:
        raise UsageError(f"the baseline {name} is damaged: {damage}", hint=_HINT) from None


def baseline_text(baseline: Baseline) -> str:
    """Return the content of the file."""
    return json.dumps(baseline.to_dict(), indent=1) + "\n"


class _DamagedError(Exception):
    """What is wrong, in words."""


def _baseline(document: Any) -> Baseline:
    if not isinstance(document, dict) or document.get("schema") != BASELINE_SCHEMA:
        raise _DamagedError(f"its `schema` is not {BASELINE_SCHEMA}")
    files, accepted = document.get("files"), document.get("accepted")
    if not isinstance(files, dict) or not isinstance(accepted, list):
        raise _DamagedError("`files` has to be an object and `accepted` a list")
    entries = [_accepted(entry, index) for index, entry in enumerate(accepted)]
    seen: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if seen.setdefault(entry.fingerprint, index) != index:
            before = seen[entry.fingerprint]
            raise _DamagedError(f"accepted, entry {index} has the fingerprint of entry {before}")
    return Baseline(
        {file: _measurement(file, figures) for file, figures in files.items()},
        {entry.fingerprint: entry for entry in entries},
    )


def _measurement(file: str, figures: Any) -> Measurement:
    place = f"files, {printable(file)}"
    if not isinstance(figures, dict):
        raise _DamagedError(f"{place} is no object")
    tokens = {name: _whole(figures.get(name, 0), f"{place}, {name}") for name in _TOKENS}
    amounts = {name: _amount(figures.get(name), f"{place}, {name}") for name in _AMOUNTS}
    return Measurement(
        file,
        tokens["requests"],
        tokens["input_tokens"],
        tokens["system_tokens"],
        tokens["tool_tokens"],
        amounts["cost_usd"],
        amounts["suite_cost_usd"],
        tokens["suite_input_tokens"],
        amounts["spent_usd"],
    )


def _accepted(entry: Any, index: int) -> AcceptedFinding:
    place = f"accepted, entry {index}"
    names = ("fingerprint", "rule", "file", "path")
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in names):
        raise _DamagedError(f"{place} needs {', '.join(names)} as texts")
    measured = entry.get("measured")
    figure = _amount(measured, place) if isinstance(measured, str) else measured
    if figure is not None and not isinstance(figure, Decimal):
        figure = _whole(figure, f"{place}, measured", least=-_MOST_TOKENS)
    return AcceptedFinding(entry["fingerprint"], entry["rule"], entry["file"], entry["path"], figure)


def _whole(value: Any, place: str, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST_TOKENS:
        raise _DamagedError(f"{place} is no whole number of tokens")
    return value


def _amount(value: Any, place: str) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(value) if isinstance(value, str) and len(value) <= 400 else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not money.is_in_range(amount):
        raise _DamagedError(f"{place} is no amount of US dollars in quotes")
    return amount
