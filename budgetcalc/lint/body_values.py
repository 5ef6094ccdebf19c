"""Values deep in a request body that nothing has checked: of another shape they count as absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def nested(value: Any, *keys: str) -> Any:
    """Return what the keys lead to; ``None`` when one of them leads nowhere."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def objects(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the objects of a list with their indexes."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield index, item


def texts(value: Any) -> list[str]:
    """Return the strings of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def as_text(value: Any) -> str | None:
    """Return a string; ``None`` for anything else: lists and objects cannot be looked up in a set."""
    return value if isinstance(value, str) else None


_MASKS = ("REDACTED", "***", "<masked", "SCRUBBED")


def is_masked(value: Any) -> bool:
    """Return whether a recorder wrote this in the place of an id or a signature: it says nothing of the original."""
    return isinstance(value, str) and any(mask in value for mask in _MASKS)


def number(value: Any) -> int | float | None:
    """Return a number; ``None`` for anything else, truth values too."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
