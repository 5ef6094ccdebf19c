"""Rules about requests, one file each, and the one registry that `estimate`, `lint` and `explain` share.

``budgetcalc.lint`` is the name of this package and, by contract, of the library's function: whoever imports the
package makes it an attribute of ``budgetcalc``, so the package can be called, asks the function, and shows its
documentation and signature.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspect import Signature

    from budgetcalc.findings import Finding


def _function() -> Any:
    from importlib import import_module  # the layers go the other way

    return import_module("budgetcalc.library").lint


class _CallablePackage(ModuleType):
    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """The function's own: whoever asks means what can be called."""
        return str(_function().__doc__)

    @property
    def __signature__(self) -> Signature:
        from inspect import signature

        return signature(_function())

    def __call__(self, *args: Any, **options: Any) -> list[Finding]:
        found: list[Finding] = _function()(*args, **options)
        return found


sys.modules[__name__].__class__ = _CallablePackage
