"""``framing.yaml`` → Framing: compiled by the build, or read as YAML in a checkout that has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.digests import sha256_of
from budgetcalc.framing import parse_framing
from budgetcalc.readers.compiled_tables import PACKAGE_FOLDER, compiled_table
from budgetcalc.records import replace

if TYPE_CHECKING:
    from budgetcalc.framing import Framing


def read_framing() -> Framing:
    """Return the bundled frame constants.

    Raises:
        OSError: the package is incomplete.
    """
    text = (PACKAGE_FOLDER / "framing.yaml").read_bytes()
    sha256 = sha256_of(text)
    compiled = compiled_table("framing", sha256)
    return replace(parse_framing(compiled["document"] if compiled else _parsed(text)), sha256=sha256)


def _parsed(text: bytes) -> dict[str, Any]:
    import yaml

    document: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    return document
