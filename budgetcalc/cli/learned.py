"""The catalogue with what a calibration adds, and what is doubtful about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.cli.messages import say
from budgetcalc.library import load_catalogue
from budgetcalc.locations import printable

if TYPE_CHECKING:
    from pathlib import Path

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.input_limits import Limits


def learned_catalogue(
    pricing: Path | None, calibration: Path | None, *, quiet: bool, limits: Limits | None = None
) -> tuple[Catalogue, tuple[str, ...]]:
    """Return the catalogue and the doubts about its calibration, which are also said unless ``quiet``.

    Raises:
        CatalogueError, ConfigError: one of the files has errors.
    """
    catalogue = load_catalogue(pricing, calibration=calibration, limits=limits)
    learned = catalogue.calibration
    doubts = () if learned is None else learned.doubts(catalogue.framing)
    for doubt in () if quiet else doubts:
        say(f"{printable(str(calibration), limit=400)}: warning: {doubt}")
    return catalogue, doubts
