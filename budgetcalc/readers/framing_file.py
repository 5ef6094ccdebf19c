"""``framing.yaml`` → Framing: compiled by the build, or read as YAML in a checkout that has changed since."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgetcalc.framing import parse_framing

if TYPE_CHECKING:
    from budgetcalc.framing import Framing

_PACKAGE = Path(__file__).parent.parent


def read_framing() -> Framing:
    """Return the bundled frame constants.

    Raises:
        OSError: the package is incomplete.
    """
    text = (_PACKAGE / "framing.yaml").read_bytes()
    sha256 = hashlib.sha256(text).hexdigest()
    return replace(parse_framing(_compiled(sha256) or _parsed(text)), sha256=sha256)


def _compiled(sha256: str) -> dict[str, Any] | None:
    """Return the document the build compiled, unless the file has changed since or nothing was built."""
    try:
        compiled = json.loads((_PACKAGE / "_built" / "catalogue.json").read_bytes()).get("framing")
    except (OSError, ValueError):
        return None
    if not compiled or compiled["sha256"] != sha256:
        return None
    document: dict[str, Any] = compiled["document"]
    return document


def _parsed(text: bytes) -> dict[str, Any]:
    import yaml

    document: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    return document
