"""What can go wrong, for people.

    BudgetcalcError            message, location, hint; exit code 2
    ├── InputError             a file or request that cannot be read as one
    │   ├── NotARequestError   readable, and something else without the look of a request
    │   └── WrongCommandError  readable, but the business of another command or tool
    ├── UnknownModelError      no such model in the catalogue; suggestions in the hint
    ├── CatalogueError         a pricing file with errors; holds all of them
    ├── ConfigError            a configuration with errors; holds all of them
    └── UsageError             flags that contradict each other or are out of range

Messages never hold the text of a conversation: they give places, sizes and names of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.locations import Location

if TYPE_CHECKING:
    from collections.abc import Callable


class BudgetcalcError(Exception):
    """A question that could not be answered: what was wrong, where, and what to do.

    Attributes:
        message: one sentence, without the place.
        location: where it was said; ``None`` when no file is concerned.
        hint: what to do; ``""`` when the message says it all.
    """

    exit_code = 2

    def __init__(self, message: str, *, location: Location | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        """Return ``file:line:column: message`` with the hint on a line of its own."""
        where = "" if self.location is None else str(self.location)
        place = f"{where}: " if where else ""
        tail = f"\nhint: {self.hint}" if self.hint else ""
        return f"{place}{self.message}{tail}"


class InputError(BudgetcalcError):
    """Bytes that cannot be read as a request: no JSON, not a request, out of range, vanished."""


class NotARequestError(InputError):
    """JSON that is no request and has not the look of one that was misspelt."""


class WrongCommandError(InputError):
    """Input that was recognised and is the business of another command or tool, named in the hint."""


class UnknownModelError(BudgetcalcError):
    """No model of the catalogue has this id, alias or platform spelling; never a neighbour's answer.

    The hint may be a function: near names are looked up only when somebody reads them.
    """

    def __init__(
        self, message: str, *, location: Location | None = None, hint: str | Callable[[], str] = ""
    ) -> None:
        self._hint: str | Callable[[], str] = hint
        super().__init__(message, location=location)

    @property
    def hint(self) -> str:
        """What to do."""
        return self._hint if isinstance(self._hint, str) else self._hint()

    @hint.setter
    def hint(self, hint: str) -> None:
        self._hint = hint or self._hint


class UsageError(BudgetcalcError):
    """Flags that contradict each other or are out of range."""


class SeveralErrors(BudgetcalcError):  # noqa: N818 - it holds errors, it is not one of them
    """Every error of one authored file at once.

    Attributes:
        errors: each with its own location and hint, in the order of the file.
    """

    def __init__(self, message: str, errors: tuple[BudgetcalcError, ...]) -> None:
        super().__init__(message)
        self.errors = errors

    def __str__(self) -> str:
        """Return one error a line, then how many there are."""
        return "\n".join([*(str(error) for error in self.errors), self.message])


class CatalogueError(SeveralErrors):
    """A pricing file with errors."""


class ConfigError(SeveralErrors):
    """A configuration file with errors."""
