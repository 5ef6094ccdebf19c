"""The project's configuration as the command line takes it, and the defaults it gives."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.library import NO_BETA
from budgetcalc.records import replace

if TYPE_CHECKING:
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.configuration import Config, Defaults
    from budgetcalc.configuration_document import ModelError
    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.requests import RequestFill

NO_CONFIG = "none"
"""What ``--config`` takes to say that there is none."""


def project_config(
    given: str | None,
    limits: Limits | None = None,
    *,
    checks_models: bool = False,
    pricing: Path | None = None,
) -> Config | None:
    """Return the configuration that was given, or the one of the working folder; ``None`` without one.

    Args:
        given: ``--config``.
        limits: how much is read of it.
        checks_models: whether a model that nobody has is an error of it.
        pricing: the overlay of the flag, which wins over the project's.

    Raises:
        ConfigError: it has errors, or the given one cannot be read.
    """
    if given == NO_CONFIG:
        return None
    if given is not None:
        path = Path(given)
    else:
        from budgetcalc.readers.config_discovery import find_config

        found = find_config(Path.cwd(), limits)
        if found is None:
            return None
        path = found
    from budgetcalc.input_limits import DEFAULTS
    from budgetcalc.readers.config_file import read_config

    bounds = limits or DEFAULTS
    known = _model_error(pricing, path.parent, bounds) if checks_models else None
    return read_config(path, given or _near_name(path), bounds, model_error=known)


def _model_error(pricing: Path | None, folder: Path, limits: Limits) -> ModelError:
    """Return what looks names of models up in the table that the command will use."""
    from budgetcalc.errors import BudgetcalcError, UnknownModelError

    catalogues: dict[str | None, Catalogue | None] = {}

    def error_of(name: str, overlay: str | None) -> UnknownModelError | None:
        if overlay not in catalogues:
            from budgetcalc.library import load_catalogue

            own = None if overlay is None else folder / overlay
            try:
                catalogues[overlay] = load_catalogue(pricing or own, limits=limits)
            except BudgetcalcError:
                catalogues[overlay] = None  # its errors are said when the command loads it
        catalogue = catalogues[overlay]
        try:
            _ = catalogue and catalogue.find(name)
        except UnknownModelError as error:
            return error
        return None

    return error_of


def input_limits(flags: list[tuple[str, int]] | None, config: Config | None = None) -> Limits:
    """Return how much is read: the flags over the configuration; the interpreter's own limits follow."""
    from budgetcalc.input_limits import DEFAULTS, raise_interpreter_limits

    settings = dict(config.limits if config is not None else ()) | dict(flags or ())
    if not settings:
        return DEFAULTS
    limits = replace(DEFAULTS, **settings)
    raise_interpreter_limits(limits)
    return limits


def project_defaults(config: Config | None) -> Defaults:
    """Return what a configuration fills in: nothing without one."""
    from budgetcalc.configuration import Defaults

    return Defaults() if config is None else config.defaults


def pricing_file(flag: Path | None, config: Config | None) -> Path | None:
    """Return the overlay: that of the flag or the environment, else the project's."""
    if flag is not None or config is None or config.defaults.pricing is None:
        return flag
    return config.folder / config.defaults.pricing


def default_fill(defaults: Defaults) -> RequestFill:
    """Return what the project says of requests that do not say it themselves."""
    from budgetcalc.readers.requests import RequestFill

    return RequestFill(
        max_tokens=defaults.max_tokens,
        thinking_budget=defaults.thinking_budget,
        effort=defaults.effort,
    )


def sent_betas(flags: list[str] | None, defaults: Defaults) -> tuple[frozenset[str], bool]:
    """Return the beta headers that are sent, and whether that is known to be all."""
    if flags:
        return frozenset(flags) - {NO_BETA}, True
    return frozenset(defaults.betas or ()), defaults.betas is not None


def _near_name(path: Path) -> str:
    """Return the name relative to the working folder, where there is one."""
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
