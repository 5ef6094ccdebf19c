"""Regular expressions that are compiled when they are first used.

Compiling costs 0.2 to 3 ms each, and a start meets ninety of them; most runs use a handful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import compile as pattern  # type checkers see what it becomes
else:
    import re

    class pattern:  # noqa: N801 - stands where `re.compile` would
        """A compiled pattern, as soon as one of its methods is asked for; each is then as fast as the original."""

        def __init__(self, *source):
            self._source = source

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            if "_compiled" not in self.__dict__:
                self._compiled = re.compile(*self._source)
            found = self.__dict__[name] = getattr(self._compiled, name)
            return found


__all__ = ["pattern"]
