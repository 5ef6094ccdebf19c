"""Inner loops in C: optional, and never needed for an answer.

Where a compiler is found while the package is built, each ``NAME.c`` here becomes a module; where there is none, or
``BUDGETCALC_NATIVE=0`` is in the environment, the same is done in Python.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def load(name: str) -> ModuleType | None:
    """Return the compiled module of that name, or ``None`` where Python does its work."""
    if os.environ.get("BUDGETCALC_NATIVE") == "0":
        return None
    try:
        return import_module(f"budgetcalc.native.{name}")
    except ImportError:
        return None
