"""The catalogue as ``budgetcalc models`` answers: which models, their state on a day, everything known."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.catalogue import Catalogue, Model, Source

MODELS_SCHEMA = "budgetcalc/models/v1"
COLUMNS = (
    "id",
    "generation",
    "window",
    "output_cap",
    "usd_per_mtok_input",
    "usd_per_mtok_output",
    "thinking",
    "tokenizer",
    "status",
)


@dataclass(frozen=True, slots=True)
class ModelsReport:
    """Models on a day.

    Attributes:
        catalogue: where they are from.
        on: the day of prices, limits and states.
        entries: the models.
        asked: the name that was asked for, when it was one.
    """

    catalogue: Catalogue
    on: date
    entries: tuple[Model, ...]
    asked: str | None = None

    def row(self, model: Model) -> tuple[str | int, ...]:
        """Return a model's cells in the order of ``COLUMNS``."""
        rates = model.price_period(self.on)[0].rates
        return (
            model.id,
            model.generation,
            model.context_window(self.on).tokens,
            model.output_cap(self.on).tokens,
            money.plain(rates.input),
            money.plain(rates.output),
            "/".join(model.thinking.types),
            model.tokenizer.family + ("" if model.tokenizer.exact else " (approximate)"),
            status(self.catalogue, model, self.on),
        )

    def sources(self) -> list[Source]:
        """Return every source that the models' facts name, in the order of the catalogue."""
        named = {key for model in self.entries for key in _source_keys(model)}
        return [source for key, source in self.catalogue.sources.items() if key in named]

    def to_dict(self) -> dict[str, Any]:
        """Return the document of ``models --format json``."""
        return {
            "schema": MODELS_SCHEMA,
            "prices": {
                "on": self.on.isoformat(),
                "checked": self.catalogue.checked.isoformat(),
                "source": self.catalogue.origin,
                "sha256": self.catalogue.sha256,
            },
            "models": [
                {**plain(model), "status": status(self.catalogue, model, self.on)} for model in self.entries
            ],
            "sources": {source.key: plain(source) for source in self.sources()},
        }


def status(catalogue: Catalogue, model: Model, on: date) -> str:
    """Return the state of a model on a day, as far as the sources tell."""
    life = model.lifecycle
    if model.is_retired(on):
        return "retired (day unknown)" if life.retired is None else f"retired {life.retired}"
    if life.released is not None and on < life.released:
        return f"released {life.released}"
    if catalogue.is_out(model, on) is None:
        return "release day not known"
    if life.retired is not None and (life.deprecated is None or life.deprecated <= on):
        return f"retires {life.retired}"
    return "deprecated" if life.deprecated is not None and life.deprecated <= on else "active"


def standing(catalogue: Catalogue, model: Model, on: date) -> str:
    """Return the state of a model on a day as a sentence, with what may come."""
    said = f"{status(catalogue, model, on)} on {on.isoformat()}"
    if model.is_past_promise(on):
        ended = model.lifecycle.not_retired_before
        return f"{said}; may be retired any day since {ended}: the promise ended"
    return said


def plain(value: Any) -> Any:
    """Return frozen data as JSON: dates as ISO, money as strings of plain digits."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return money.plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _source_keys(value: Any) -> Iterator[str]:
    """Yield the key of every source in the data, wherever it stands."""
    if isinstance(value, tuple):
        for item in value:
            yield from _source_keys(item)
    elif is_dataclass(value):
        for each in fields(value):
            inner = getattr(value, each.name)
            if each.name == "source":
                yield inner
            else:
                yield from _source_keys(inner)
