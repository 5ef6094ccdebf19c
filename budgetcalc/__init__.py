"""Token budget and cost calculator for Claude: offline, exact, fast.

Importing the package loads nothing else; each name is resolved when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # its own constant: importing `typing` is a fifth of the time of --version
if TYPE_CHECKING:
    from budgetcalc.calibration import Calibration
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.configuration import Config
    from budgetcalc.conversation import Request, parse_request
    from budgetcalc.errors import (
        BudgetcalcError,
        CatalogueError,
        ConfigError,
        InputError,
        UnknownModelError,
        UsageError,
        WrongCommandError,
    )
    from budgetcalc.estimates import Estimate
    from budgetcalc.findings import Finding
    from budgetcalc.input_limits import Limits
    from budgetcalc.library import (
        api_counter,
        calibrate,
        count_text,
        estimate,
        lint,
        load_catalogue,
        price,
        read_report,
        verify,
    )
    from budgetcalc.usage import InvalidRow, ReportPage, UsageRow
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.verification import VerifyReport

__version__ = "0.1.0"

__all__ = [
    "BudgetcalcError",
    "Calibration",
    "Catalogue",
    "CatalogueError",
    "Config",
    "ConfigError",
    "Estimate",
    "Finding",
    "InputError",
    "InvalidRow",
    "Limits",
    "PricedUsage",
    "ReportPage",
    "Request",
    "UnknownModelError",
    "UsageError",
    "UsageRow",
    "VerifyReport",
    "WrongCommandError",
    "__version__",
    "api_counter",
    "calibrate",
    "count_text",
    "estimate",
    "lint",
    "load_catalogue",
    "parse_request",
    "price",
    "read_report",
    "verify",
]

_HOMES = {
    "BudgetcalcError": "errors",
    "Calibration": "calibration",
    "Catalogue": "catalogue",
    "CatalogueError": "errors",
    "Config": "configuration",
    "ConfigError": "errors",
    "Estimate": "estimates",
    "Finding": "findings",
    "InputError": "errors",
    "InvalidRow": "usage",
    "Limits": "input_limits",
    "PricedUsage": "usage_report",
    "ReportPage": "usage",
    "Request": "conversation",
    "UnknownModelError": "errors",
    "UsageError": "errors",
    "UsageRow": "usage",
    "VerifyReport": "verification",
    "WrongCommandError": "errors",
    "api_counter": "library",
    "calibrate": "library",
    "count_text": "library",
    "estimate": "library",
    "lint": "library",
    "load_catalogue": "library",
    "parse_request": "conversation",
    "price": "library",
    "read_report": "library",
    "verify": "library",
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
