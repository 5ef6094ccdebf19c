"""The editor's schema and the parser accept and refuse the same documents."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from budgetcalc import configuration_document as document

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "config.schema.json").read_text("utf-8"))
_spec = importlib.util.spec_from_file_location("documents", Path(__file__).with_name("documents.py"))
documents = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(documents)


class YamlAsEditorsReadIt(yaml.SafeLoader):
    """YAML 1.2: a date is a text, and so are on, off, yes and no."""


YamlAsEditorsReadIt.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp" and not (tag.endswith("bool") and first in "yYnNoO")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def problems(text: str) -> list[str]:
    content = yaml.load(text, Loader=YamlAsEditorsReadIt)
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(content)]


def test_schema_is_a_schema():
    """The file is valid JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", documents.GOOD.values(), ids=documents.GOOD)
def test_both_accept(text, config_of):
    """What the parser reads, no editor marks."""
    assert problems(text) == []
    config_of(text)


@pytest.mark.parametrize("text", documents.BAD.values(), ids=documents.BAD)
def test_both_refuse(text, errors_of):
    """A mistake is marked while it is typed, and refused when it is read."""
    assert problems(text)
    assert errors_of(text)


@pytest.mark.parametrize(
    ("definition", "keys"),
    [
        ("defaults", document.DEFAULTS_KEYS),
        ("budget", document.BUDGET_KEYS),
        ("pipeline", document.PIPELINE_KEYS),
        ("stage", document.STAGE_KEYS),
        ("override", document.OVERRIDE_KEYS),
        ("ignore", document.IGNORE_KEYS),
    ],
)
def test_both_know_and_require_the_same_keys(definition, keys):
    """A key added in one place is added in the other."""
    assert set(SCHEMA["$defs"][definition]["properties"]) == set(keys)
    required = {name for name, key in keys.items() if key.required}
    assert set(SCHEMA["$defs"][definition].get("required", ())) == required


def test_both_know_the_same_sections():
    """The top level too."""
    assert set(SCHEMA["properties"]) == set(document.CONFIG_KEYS)
