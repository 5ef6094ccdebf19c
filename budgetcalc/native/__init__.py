"""Inner loops in C, compiled by ``hatch_build.py`` where it can. Each has a twin in Python with the same answer.

C holds loops and knows no rule: which characters are letters, and which keys a line may have, are tables that
Python hands over.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def load(name: str) -> ModuleType | None:
    """Return a compiled module; nothing where it was not compiled, or ``BUDGETCALC_NATIVE`` is ``0``."""
    if os.environ.get("BUDGETCALC_NATIVE") == "0":
        return None
    try:
        return import_module(f"budgetcalc.native.{name}")
    except ImportError:
        return None
