"""Rules about requests, one file each, and the one registry that `estimate`, `lint` and `explain` share.

``budgetcalc.lint`` is the name of this package and, by contract, of the library's function: whoever imports the
package makes it an attribute of ``budgetcalc``, so the package can be called and asks the function.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from budgetcalc.findings import Finding


class _CallablePackage(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> list[Finding]:
        """Return what :func:`budgetcalc.library.lint` does."""
        from importlib import import_module  # the layers go the other way

        found: list[Finding] = import_module("budgetcalc.library").lint(*args, **options)
        return found


sys.modules[__name__].__class__ = _CallablePackage
