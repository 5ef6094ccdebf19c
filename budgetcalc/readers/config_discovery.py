"""Which configuration a folder has; most folders have none, so nothing is loaded to find that out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from budgetcalc.input_limits import Limits

CONFIG_NAMES = ("budgetcalc.yaml", "budgetcalc.yml", ".budgetcalc.yaml")
PYPROJECT = "pyproject.toml"
_MANY_DOTS = 100
_LARGEST_BYTES = 5_000_000
"""As of every configuration; the constant is here so that no parser is loaded to look for one."""


def find_config(start: Path, limits: Limits | None = None) -> Path | None:
    """Return the nearest configuration of a folder and those above it, up to the root of its repository.

    A file of our own goes before ``pyproject.toml``, which counts only with a ``[tool.budgetcalc]``.

    Raises:
        ConfigError: a ``pyproject.toml`` that speaks of budgetcalc is no TOML.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        own = next((path for name in CONFIG_NAMES if (path := folder / name).is_file()), None)
        if own is not None:
            return own
        project = folder / PYPROJECT
        if project.is_file() and _has_table(project, limits):
            return project
        if (folder / ".git").exists():
            return None
    return None


def _dots(line: bytes) -> int:
    return line.count(b".")


def _has_table(path: Path, limits: Limits | None) -> bool:
    """Whether a ``pyproject.toml`` configures budgetcalc; most are told by their bytes, without a parser."""
    try:
        with path.open("rb") as file:
            content = file.read((limits.config if limits else _LARGEST_BYTES) + 1)
    except OSError:
        return False
    if b"budgetcalc" not in content or b"tool" not in content:
        return False
    from tomllib import TOMLDecodeError, loads

    # The parser's time grows with the square of a key's parts: what may have many is for the reader to refuse.
    if max(map(_dots, content.splitlines())) < _MANY_DOTS:
        try:
            table = loads(content.decode())
            return "version" in table or "budgetcalc" in table.get("tool", {})
        except (TOMLDecodeError, RecursionError, ValueError, TypeError):
            pass  # the reader of configurations says where, or that a byte order mark is fine
    from budgetcalc.input_limits import DEFAULTS
    from budgetcalc.readers.authored_toml import toml_document
    from budgetcalc.readers.authored_yaml import decode_authored, read_authored
    from budgetcalc.readers.config_file import CONFIGURATION, configured_table

    name = str(path)
    text = decode_authored(read_authored(path, CONFIGURATION, limits or DEFAULTS), name, CONFIGURATION)
    document, _ = configured_table(toml_document(text, name, CONFIGURATION))
    return document is not None
