"""``budgetcalc.yaml`` or ``[tool.budgetcalc]`` of ``pyproject.toml`` → the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.configuration_document import parse_config
from budgetcalc.digests import sha256_of
from budgetcalc.errors import ConfigError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location
from budgetcalc.readers.authored_yaml import (
    AuthoredKind,
    decode_authored,
    read_authored,
    yaml_document,
    yaml_locator,
)

if TYPE_CHECKING:
    from pathlib import Path

    from budgetcalc.configuration import Config
    from budgetcalc.configuration_document import ModelError
    from budgetcalc.input_limits import Limits

TABLE = ("tool", "budgetcalc")
CONFIGURATION = AuthoredKind(
    "the configuration",
    ConfigError,
    too_large="a configuration has some kilobytes",
    too_many="a glob stands for many files: prompts/**/*.json",
    alias="write a glob or a text that starts with *, & or ! in quotes",
)


def read_config(
    path: Path,
    name: str | None = None,
    limits: Limits = DEFAULTS,
    *,
    model_error: ModelError | None = None,
) -> Config:
    """Return the configuration of a file.

    Args:
        path: YAML, or TOML by its name's ending.
        name: what messages call it; the path by default.
        limits: how much is read of it.
        model_error: says what is wrong with the name of a model; ``None`` takes every name.

    Raises:
        ConfigError: with every error of the file, each as ``file:line:column``.
    """
    shown = name or str(path)
    content = read_authored(path, CONFIGURATION, limits)
    digest = sha256_of(content)
    text = decode_authored(content, shown, CONFIGURATION)
    if path.suffix.lower() == ".toml":
        from budgetcalc.readers.authored_toml import toml_document, toml_locator

        document, root = configured_table(toml_document(text, shown, CONFIGURATION))
        if document is None:
            raise CONFIGURATION.refused(
                "has no [tool.budgetcalc]", Location(shown), "add it, with version = 1"
            )
        locate = toml_locator(text, shown, root)
        return parse_config(document, file=shown, sha256=digest, locate=locate, model_error=model_error)
    document = yaml_document(text, shown, CONFIGURATION, limits)
    located = yaml_locator(text, shown)
    return parse_config(document, file=shown, sha256=digest, locate=located, model_error=model_error)


def configured_table(document: dict[str, Any]) -> tuple[object, tuple[str, ...]]:
    """Return the table of a ``pyproject.toml``, or the whole of a TOML file of our own, and where it stands."""
    tools = document.get("tool")
    if isinstance(tools, dict) and "budgetcalc" in tools:
        return tools["budgetcalc"], TABLE
    return (document, ()) if "version" in document else (None, ())
