"""Token budget and cost calculator for Claude: offline, exact, fast.

Importing the package loads nothing else; each name is resolved when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # its own constant: importing `typing` is a fifth of the time of --version
if TYPE_CHECKING:
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.conversation import Request, parse_request
    from budgetcalc.errors import (
        BudgetcalcError,
        CatalogueError,
        InputError,
        UnknownModelError,
        UsageError,
        WrongCommandError,
    )
    from budgetcalc.estimates import Estimate
    from budgetcalc.findings import Finding
    from budgetcalc.library import count_text, estimate, load_catalogue

__version__ = "0.1.0"

__all__ = [
    "BudgetcalcError",
    "Catalogue",
    "CatalogueError",
    "Estimate",
    "Finding",
    "InputError",
    "Request",
    "UnknownModelError",
    "UsageError",
    "WrongCommandError",
    "__version__",
    "count_text",
    "estimate",
    "load_catalogue",
    "parse_request",
]

_HOMES = {
    "BudgetcalcError": "errors",
    "Catalogue": "catalogue",
    "CatalogueError": "errors",
    "Estimate": "estimates",
    "Finding": "findings",
    "InputError": "errors",
    "Request": "conversation",
    "UnknownModelError": "errors",
    "UsageError": "errors",
    "WrongCommandError": "errors",
    "count_text": "library",
    "estimate": "library",
    "load_catalogue": "library",
    "parse_request": "conversation",
}


def __getattr__(name: str) -> object:
    """Return a public name, importing its module on first use (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted(__all__)
