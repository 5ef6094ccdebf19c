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


TABLES = {"words": 1, "lines": 2, "calls": 1}
"""What a module says of the tables it takes, in its constant of this name; both go up when their meaning changes."""


def load(name: str) -> ModuleType | None:
    """Return a compiled module.

    Nothing where it was not compiled, or long ago for other tables (as in a checkout that was updated without another
    install), or where ``BUDGETCALC_NATIVE`` is ``0``.
    """
    if os.environ.get("BUDGETCALC_NATIVE") == "0":
        return None
    try:
        module = import_module(f"budgetcalc.native.{name}")
    except ImportError:
        return None
    return module if TABLES[name] == module.TABLES else None
