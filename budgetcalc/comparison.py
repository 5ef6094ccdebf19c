"""What a change does to prompts: the same files measured at two states of a repository."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from budgetcalc import money
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.measurements import Measurement


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after.

    Attributes:
        file: its name in both.
        before: ``None`` when it is new, or could not be measured then.
        after: ``None`` when it is gone, or cannot be measured now.
    """

    file: str
    before: Measurement | None
    after: Measurement | None

    @property
    def state(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def tokens(self) -> tuple[int, int]:
        """Input tokens of all its requests, before and after; a file that is not there has none."""
        before, after = (0 if each is None else each.suite_input_tokens for each in (self.before, self.after))
        return before, after

    @property
    def cost_usd(self) -> tuple[Decimal | None, Decimal | None]:
        """Worst case of all its requests, before and after; ``None`` where a request has no ``max_tokens``."""
        before, after = (
            Decimal(0) if each is None else each.suite_cost_usd for each in (self.before, self.after)
        )
        return before, after

    @property
    def token_change(self) -> int:
        """Tokens more than before."""
        before, after = self.tokens
        return after - before

    @property
    def cost_change_usd(self) -> Decimal | None:
        """Dollars more than before; ``None`` when one side is not known."""
        before, after = self.cost_usd
        return None if before is None or after is None else after - before

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON; money as strings of plain digits."""
        (tokens, tokens_now), (usd, usd_now) = self.tokens, self.cost_usd
        return {
            "file": self.file,
            "state": self.state,
            "input_tokens": {"before": tokens, "after": tokens_now, "change": self.token_change},
            "cost_usd": {
                "before": _plain(usd),
                "after": _plain(usd_now),
                "change": _plain(self.cost_change_usd),
            },
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All files that differ between a git ref and the working tree.

    Attributes:
        ref: as it was given.
        commit: its full name.
        changes: the largest impact first: by dollars, then by tokens.
        unmeasured: files that could not be measured at the ref; nothing is claimed about their change.
    """

    ref: str
    commit: str
    changes: tuple[FileChange, ...]
    unmeasured: tuple[str, ...] = ()

    @property
    def token_change(self) -> int:
        """Tokens more than at the ref, over all files."""
        return sum(change.token_change for change in self.changes)

    @property
    def cost_change_usd(self) -> Decimal | None:
        """Dollars more than at the ref; ``None`` when that of one file is not known."""
        amounts = [change.cost_change_usd for change in self.changes]
        known = [amount for amount in amounts if amount is not None]
        return money.total(known) if len(known) == len(amounts) else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as the ``diff`` of ``budgetcalc/lint/v1``."""
        return {
            "ref": self.ref,
            "commit": self.commit,
            "files": [change.to_dict() for change in self.changes],
            "unmeasured": list(self.unmeasured),
            "totals": {"input_tokens": self.token_change, "cost_usd": _plain(self.cost_change_usd)},
        }


def compare_measurements(
    before: Iterable[Measurement], after: Iterable[Measurement]
) -> tuple[FileChange, ...]:
    """Return the files whose tokens or cost differ, the largest impact first."""
    earlier = {measured.file: measured for measured in before}
    later = {measured.file: measured for measured in after}
    every = (FileChange(file, earlier.get(file), later.get(file)) for file in earlier.keys() | later.keys())
    return tuple(sorted((each for each in every if _differs(each)), key=_impact))


def _differs(change: FileChange) -> bool:
    before, after = change.cost_usd
    return change.state != "changed" or change.token_change != 0 or before != after


def _impact(change: FileChange) -> tuple[Decimal, int, str]:
    return -abs(change.cost_change_usd or Decimal(0)), -abs(change.token_change), change.file


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else money.plain(amount)
