"""A figure held against a limit of a budget: within, near, too uncertain to decide, or over."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from budgetcalc import money
from budgetcalc.findings import Finding
from budgetcalc.locations import printable
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from budgetcalc.configuration import FileBudget
    from budgetcalc.lint.rule import BudgetContext
    from budgetcalc.measurements import MeasuredRequest

type Figure = int | Decimal
"""Tokens, or an amount of US dollars."""

Verdict = Literal["within", "near", "undecided", "over"]


@dataclass(frozen=True, slots=True)
class Held:
    """A limit and what was measured of it.

    Attributes:
        key: the limit's key in the config.
        budget: the budget's name.
        what: what was measured, for messages.
        measured: the estimate.
        doubtful: the end of its band on the side of the limit; equals ``measured`` when exact.
        limit: at most, or at least when ``is_least``.
        full: the share of the limit that is taken; ``None`` of a limit of nothing.
        verdict: ``over`` by the estimate; ``undecided`` when only the band reaches beyond; ``near`` from the
            budget's ``warn_at`` on.
        is_least: the limit is a minimum.
        base: what the figure starts from; the limit is on what is beyond it.
        note: what is said of the limit beside its figure.
        warn_at: the percentage from which on it is near.
        file: where it was measured.
        line: of the request, or of the budget in the config.
        id: of the request.
    """

    key: str
    budget: str
    what: str
    measured: Figure
    doubtful: Figure
    limit: Figure
    full: Decimal | None
    verdict: Verdict
    is_least: bool
    base: int
    note: str
    warn_at: Decimal | None
    file: str
    line: int | None
    id: str | None


def hold(
    budget: FileBudget,
    key: str,
    what: str,
    figures: tuple[Figure, Figure, Figure],
    *,
    file: str,
    line: int | None,
    id: str | None = None,  # noqa: A002 - the API's own word
    whole: int | None = None,
    base: int = 0,
    note: str = "",
) -> Held:
    """Return a figure held against a limit.

    Args:
        budget: whose limit it is.
        key: of the limit.
        what: was measured.
        figures: the estimate, the end of its band on the side of the limit, and the limit: at most, or at least
            when there is a ``whole``, of which the figure is what is left.
        file: where it was measured.
        line: in that file.
        id: of the request.
        whole: what the figure is left of; what is taken of it fills the limit.
        base: what the figure starts from; only what is beyond it fills the limit.
        note: what is said of the limit beside its figure.
    """
    measured, doubtful, limit = figures
    taken, room, beyond = measured - base, limit - base, doubtful > limit
    is_over = measured > limit
    if whole is not None:
        taken, room, beyond = whole - measured, whole - limit, doubtful < limit
        is_over = measured < limit
    warn_at = budget.warn_at
    is_near = warn_at is not None and Decimal(taken) * 100 >= warn_at * Decimal(room)
    verdict: Verdict = (
        "over" if is_over else "undecided" if beyond else "near" if is_near and taken > 0 else "within"
    )
    full = max(Decimal(taken), Decimal(0)) / Decimal(room) if room > 0 else None if taken > 0 else Decimal(0)
    return Held(
        key, budget.name, what, measured, doubtful, limit, full, verdict, whole is not None, base, note,
        warn_at, file, line, id,
    )  # fmt: skip


def hold_request(
    budget: FileBudget, key: str, what: str, figures: tuple[Figure, Figure, Figure], request: MeasuredRequest
) -> Held:
    """Return a request's figure (estimate, end of its band, limit) held against a limit."""
    return hold(budget, key, what, figures, file=request.file, line=request.line, id=request.id)


def held_limits(context: BudgetContext) -> Iterator[Held]:
    """Yield every limit of a budget with every figure that is held against it."""
    from budgetcalc.lint.rules import RULES

    for rule in RULES:
        if rule.scope == "budget":
            yield from rule.module.hold_limit(context)


def limit_findings(rule: str, name: str, held: Iterable[Held], hint: str) -> Iterator[Finding]:
    """Yield an error for what is over its limit and a warning for what is near it."""
    for each in held:
        if each.verdict in {"over", "near"}:
            yield finding_about(each, rule, name, hint)


def finding_about(held: Held, rule: str, name: str, hint: str) -> Finding:
    """Return what is to be said of a limit: both figures, and whose limit it is."""
    severity: Literal["error", "warning"] = "error" if held.verdict == "over" else "warning"
    who = f"{printable(held.id)}: " if held.id else ""
    return Finding(
        rule,
        name,
        severity,
        f"{who}{_sentence(held)}",
        hint=hint,
        measured=held.measured,
        limit=held.limit,
        file=held.file,
        line=held.line,
    )


def _sentence(held: Held) -> str:
    limit = f"{_shown(held.limit)}{held.note}, {held.key} of budget {printable(held.budget)}"
    band = f" ({'as little' if held.is_least else 'as much'} as {_shown(held.doubtful)})"
    measured = f"{held.what} {_shown(held.measured)}{band if held.doubtful != held.measured else ''}"
    if held.verdict == "over":
        return f"{measured} is {'under' if held.is_least else 'over'} {limit}"
    if held.verdict == "undecided":
        return f"{measured} may be {'under' if held.is_least else 'over'} {limit}: too uncertain to decide"
    share = percent(held.full)
    at = money.plain(held.warn_at or Decimal(0))
    room = " of the room" if held.is_least else ""
    return f"{measured} takes {share}{room} of {limit}, which warns at {at}%"


def percent(share: Decimal | None) -> str:
    """Return a share for people, with one digit; cut, so that 100% is said of nothing less."""
    if share is None:
        return "all"
    tenths = int(share * 1000)
    return f"{tenths // 10:,}.{tenths % 10}%"


def _shown(figure: Figure) -> str:
    return f"${money.plain(figure)}" if isinstance(figure, Decimal) else f"{figure:,}"
