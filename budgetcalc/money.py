"""US dollars as Decimal: exact sums, plain digits out, rounding only for people."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

TYPE_CHECKING = False  # its own constant: most who import this module need no `typing`
if TYPE_CHECKING:
    from collections.abc import Iterable

# Wide enough that no product of a token count, a rate and multipliers ever rounds; Inexact raises instead
# of losing a digit unseen.
_EXACT = Context(prec=200, traps=[Inexact])
_ROUNDED = Context(prec=200, rounding=ROUND_HALF_UP)
_MILLION = Decimal(1_000_000)


def usd(tokens: int, usd_per_mtok: Decimal, multiplier: Decimal = Decimal(1)) -> Decimal:
    """Return ``tokens × usd_per_mtok × multiplier / 1,000,000``, exactly."""
    return _EXACT.divide(
        _EXACT.multiply(_EXACT.multiply(Decimal(tokens), usd_per_mtok), multiplier), _MILLION
    )


MOST_DIGITS = 15
MOST_DECIMALS = 100
"""Of an amount that somebody wrote: sums of such amounts stay within the digits that are exact here."""


def is_in_range(amount: Decimal) -> bool:
    """Return whether an amount is finite and near enough to any bill to be written out.

    ``1e999999999`` is eleven characters as it is written, and a gigabyte in plain digits.
    """
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_DECIMALS and amount.adjusted() < MOST_DIGITS


def total(amounts: tuple[Decimal, ...] | list[Decimal]) -> Decimal:
    """Return the exact sum of the amounts; zero for none."""
    result = Decimal(0)
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def times(amount: Decimal, factor: int | Decimal) -> Decimal:
    """Return ``amount × factor``, exactly."""
    return _EXACT.multiply(amount, Decimal(factor))


def plain(amount: Decimal) -> str:
    """Return plain digits without exponent or trailing zeros: ``Decimal("1.50E-3")`` gives ``"0.0015"``."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def to_the_last_decimal(amount: Decimal) -> str:
    """Return dollars with every decimal there is, two at least."""
    whole, _, decimals = plain(abs(amount)).partition(".")
    return f"{'-' if amount < 0 else ''}${int(whole):,}.{decimals:0<2}"


LEAST_DECIMALS = 2
MOST_COLUMN_DECIMALS = 6
DIGITS_THAT_COUNT = 4
"""Of an amount below a dollar; from one dollar up there are cents."""


def for_people(amount: Decimal) -> str:
    """Return dollars rounded for reading, the sign first: cents from one dollar up, else four significant digits.

    There are two decimals at least.
    """
    return _dollars(amount, min(_decimals(amount), _needed(_rounded(amount, _decimals(amount)))))


def column(amounts: Iterable[Decimal]) -> list[str]:
    """Return the amounts of a table's column with one number of decimals, so that people can add them.

    There are as many as the smallest amount needs, six at most; what is less than the last decimal says so.
    """
    found = list(amounts)
    some = [amount for amount in found if amount]
    wanted = max(map(_decimals, some), default=LEAST_DECIMALS)
    decimals = min(wanted, max(map(_needed, some), default=LEAST_DECIMALS), MOST_COLUMN_DECIMALS)
    least = Decimal(1).scaleb(-decimals)
    return [
        f"<{_dollars(least, decimals)}" if 0 < amount < least / 2 else _dollars(amount, decimals)
        for amount in found
    ]


def _decimals(amount: Decimal) -> int:
    """Return how many decimals an amount is read with."""
    if abs(amount) >= 1 or not amount:
        return LEAST_DECIMALS
    return max(DIGITS_THAT_COUNT - 1 - amount.adjusted(), DIGITS_THAT_COUNT)


def _needed(amount: Decimal) -> int:
    """Return how many decimals an amount has, two at least."""
    return max(len(plain(amount).partition(".")[2]), LEAST_DECIMALS)


def _rounded(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), context=_ROUNDED)


def _dollars(amount: Decimal, decimals: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}${_rounded(abs(amount), decimals):,f}"
