"""Numbers with what they count."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """Return ``1 file`` or ``2,000 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
