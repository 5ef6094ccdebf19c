"""Words and amounts of reports that decide a price: tier, place, speed, context window and dollars.

A word nobody has documented makes the row invalid: a guess would be a wrong price (formats.md §12).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from budgetcalc.locations import printable
from budgetcalc.readers.usage.fields import BadUsage

PRIORITY_AT_LIST = "priority tier is committed capacity: the list price is shown"
FLEX_AT_LIST = "the flex tier's price is not published: the standard price is shown"
RESERVED_AT_LIST = "reserved capacity is paid by time: the list price is shown"
NO_CACHE_SPLIT = "the report does not split off cache reads: the computed price is an upper bound"

_TIERS: dict[str, tuple[str, str]] = {
    "": ("standard", ""),
    "default": ("standard", ""),
    "standard": ("standard", ""),
    "batch": ("batch", ""),
    "priority": ("priority", PRIORITY_AT_LIST),
    "priority_on_demand": ("priority_on_demand", PRIORITY_AT_LIST),
    "flex": ("flex", FLEX_AT_LIST),
    "flex_discount": ("flex_discount", FLEX_AT_LIST),
    "reserved": ("reserved", RESERVED_AT_LIST),
}
"""Admin API, Console and Bedrock spellings (formats.md §4.1, §6)."""

_US_ONLY = {"": False, "global": False, "not_available": False, "us": True}
_FAST = {"": False, "standard": False, "fast": True}
_LONG_CONTEXT = {
    "": None,
    "0-200k": False,
    "≤200k": False,
    "<=200k": False,
    "â‰¤200k": False,  # the Console's ≤ after a spreadsheet read it as Windows-1252
    "200k-1m": True,
    ">200k": True,
}

_LARGEST_AMOUNT = Decimal(10) ** 12
_MOST_DECIMALS = 40
_LONGEST_AMOUNT = 60


def service_tier(value: object) -> tuple[str, tuple[str, ...]]:
    """Return the tier in the API's words, and what its price leaves open.

    Raises:
        BadUsage: an unknown tier.
    """
    tier, warning = _look_up(_TIERS, value, "service tier")
    return tier, (warning,) if warning else ()


def is_us_only(value: object) -> bool:
    """Return whether an ``inference_geo`` is the dearer one.

    Raises:
        BadUsage: an unknown place.
    """
    return _look_up(_US_ONLY, value, "inference_geo")


def is_fast(value: object) -> bool:
    """Return whether a ``speed`` is fast mode.

    Raises:
        BadUsage: an unknown speed.
    """
    return _look_up(_FAST, value, "speed")


def long_context(value: object) -> bool | None:
    """Return whether a ``context_window`` is the long tier; ``None`` when the report does not say.

    Raises:
        BadUsage: an unknown window.
    """
    return _look_up(_LONG_CONTEXT, value, "context window")


def _look_up[T](table: dict[str, T], value: object, name: str) -> T:
    if value is not None and not isinstance(value, str):
        raise BadUsage(f"{name} is not a word")
    word = value or ""
    if word not in table:
        word = "".join(word.lower().split())
    if word not in table:
        raise BadUsage(f'unknown {name} "{printable(value or "", limit=40)}": its price is not known')
    return table[word]


def amount(value: object, name: str) -> Decimal:
    """Return an amount of money exactly as written; a JSON number by its shortest decimal form.

    Raises:
        BadUsage: it is no finite decimal number, or beyond any bill.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadUsage(f"{name} is not an amount")
    if isinstance(value, int) and abs(value) > _LARGEST_AMOUNT:
        raise BadUsage(f"{name} is too large")
    written = str(value).strip()
    try:
        read = Decimal(written) if len(written) <= _LONGEST_AMOUNT and "_" not in written else None
    except InvalidOperation:
        read = None
    if read is None or not read.is_finite():
        raise BadUsage(f"{name} is not an amount")
    # Not abs(): arithmetic on 1e999999999 overflows before it can be compared.
    is_large = read.adjusted() > _LARGEST_AMOUNT.adjusted() or read.copy_abs() > _LARGEST_AMOUNT
    if is_large or -int(read.as_tuple().exponent) > _MOST_DECIMALS:
        raise BadUsage(f"{name} is too large or too finely divided")
    return read


def optional_amount(value: object, name: str) -> Decimal | None:
    """Return an amount, or ``None`` where there is none.

    Raises:
        BadUsage: there is something else than an amount.
    """
    return None if value is None or value == "" else amount(value, name)


def dimensions(**values: object) -> tuple[tuple[str, str], ...]:
    """Return what a row can be grouped by: the names that have a text."""
    return tuple((name, value) for name, value in values.items() if isinstance(value, str) and value)
