"""Inner loops in C, where they have been built. Each has a Python way beside it that gives the same results.

The build hook compiles ``NAME.c`` to ``NAME.abi3.so`` where it finds a C compiler and Python's headers; everything
works without. ``BUDGETCALC_NATIVE=0`` in the environment chooses the Python way at run time.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def load(name: str) -> ModuleType | None:
    """Return the compiled module of that name; ``None`` where it was not built or is not wanted."""
    if os.environ.get("BUDGETCALC_NATIVE") == "0":
        return None
    try:
        return import_module(f"budgetcalc.native.{name}")
    except ImportError:
        return None
